"""What is different between two wheels."""

from dataclasses import replace
from pathlib import Path

import pytest

import wheelcheck
from tests.linux import inputs
from tests.macho_builder import dylib, universal
from tests.native import extension, library
from tests.wheels import WheelBuilder, zip_bytes
from wheelcheck import Difference
from wheelcheck.comparing.model import Change, MemberKind

FILES = {"demo/__init__.py": b"x = 1\n", "demo/data.txt": b"some data\n" * 20}


def compare(folder: Path, old: WheelBuilder, new: WheelBuilder) -> Difference:
    paths = []
    for name, builder in (("old", old), ("new", new)):
        (folder / name).mkdir(exist_ok=True)
        paths.append(builder.write(folder / name))
    return wheelcheck.diff(*paths)


def pure(**fields: object) -> WheelBuilder:
    return replace(WheelBuilder(tag="py3-none-any", files=dict(FILES)), **fields)  # type: ignore[arg-type]


def native(name: str, data: bytes, tag: str = "cp39-abi3-win_amd64") -> WheelBuilder:
    return WheelBuilder(tag=tag, files={name: data})


def test_the_same_file(tmp_path: Path) -> None:
    difference = compare(tmp_path, pure(), pure())
    assert difference.identical
    assert difference.equal


def test_another_archive_with_the_same_content(tmp_path: Path) -> None:
    builder = pure()
    first = builder.write(tmp_path)
    (tmp_path / "new").mkdir()
    second = tmp_path / "new" / first.name
    members = builder.members()
    second.write_bytes(zip_bytes(dict(reversed(members.items()))))
    difference = wheelcheck.diff(first, second)
    assert not difference.identical
    assert difference.equal


def test_members(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": b"x = 2\n",
        "demo/more/data.txt": FILES["demo/data.txt"],
        "demo/new.py": b"",
    }
    difference = compare(tmp_path, pure(), pure(files=files))
    found = [(m.kind, m.name, m.before, m.old_size, m.new_size) for m in difference.members]
    assert found == [
        (MemberKind.CHANGED, "demo/__init__.py", None, 6, 6),
        (MemberKind.MOVED, "demo/more/data.txt", "demo/data.txt", 200, 200),
        (MemberKind.ADDED, "demo/new.py", None, None, 0),
    ]
    back = compare(tmp_path, pure(files=files), pure())
    assert back.members[-1].kind is MemberKind.REMOVED
    assert back.members[-1].name == "demo/new.py"


def test_what_is_empty_or_there_twice_is_not_taken_for_moved(tmp_path: Path) -> None:
    old = pure(files={"a/__init__.py": b"", "a/x.py": b"same", "a/y.py": b"same"})
    new = pure(files={"b/__init__.py": b"", "b/z.py": b"same"})
    kinds = [m.kind for m in compare(tmp_path, old, new).members]
    assert MemberKind.MOVED not in kinds
    assert len(kinds) == 5


def test_a_new_version_does_not_move_its_dist_info(tmp_path: Path) -> None:
    difference = compare(tmp_path, pure(), pure(version="1.1"))
    assert difference.metadata == (Change("Version", ("1.0",), ("1.1",)),)
    assert difference.members == ()


def test_metadata(tmp_path: Path) -> None:
    old = {"Requires-Dist": ["numpy >=1 ; extra == 'x'", "six"], "Requires-Python": ">=3.8"}
    new = {"Requires-Dist": ['numpy>=1; extra == "x"', "attrs"], "Requires-Python": ">=3.9"}
    difference = compare(
        tmp_path, pure(fields=old), pure(fields=new, description="Longer.\nMuch longer.\n")
    )
    assert difference.metadata == (
        Change("Requires-Python", (">=3.8",), (">=3.9",)),
        Change("Requires-Dist", ("six",), ("attrs",)),
        Change("description", ("1 lines, 16 characters",), ("2 lines, 21 characters",)),
    )
    assert difference.members == ()


def test_metadata_that_is_only_spelled_differently_is_a_changed_member(tmp_path: Path) -> None:
    old, new = ({"Requires-Dist": [text]} for text in ("six>=1", "six >= 1"))
    difference = compare(tmp_path, pure(fields=old), pure(fields=new))
    assert difference.metadata == ()
    assert [m.name for m in difference.members] == ["demo-1.0.dist-info/METADATA"]


def test_tags_and_the_wheel_file(tmp_path: Path) -> None:
    other = b"Wheel-Version: 1.0\nGenerator: others\nRoot-Is-Purelib: true\nTag: py2-none-any\n"
    difference = compare(tmp_path, pure(), pure(tag="py2-none-any", wheel_file=other))
    assert difference.wheel == (
        Change("tags", ("py3-none-any",), ("py2-none-any",)),
        Change("Generator", ("tests",), ("others",)),
    )


def test_entry_points(tmp_path: Path) -> None:
    name = "demo-1.0.dist-info/entry_points.txt"
    texts = (b"[console_scripts]\nold = demo:old\nkeep = demo:keep\n",
             b"[console_scripts]\nkeep = demo:keep\nnew = demo:new\n")  # fmt: skip
    old, new = (pure(files={**FILES, name: text}) for text in texts)
    difference = compare(tmp_path, old, new)
    assert difference.entry_points == (
        Change("console_scripts", ("old = demo:old",), ("new = demo:new",)),
    )
    assert difference.members == ()


def test_record(tmp_path: Path) -> None:
    plain = pure()
    rows = plain.members()["demo-1.0.dist-info/RECORD"]
    difference = compare(tmp_path, plain, pure(record=b"\n" + rows))
    [change] = difference.record
    assert change.what == "problems"
    reordered = b"".join(reversed(rows.splitlines(keepends=True)))
    difference = compare(tmp_path, plain, pure(record=reordered))
    assert [m.name for m in difference.members] == ["demo-1.0.dist-info/RECORD"]
    difference = compare(tmp_path, plain, pure(left_out=frozenset({"RECORD"})))
    assert difference.record == (
        Change("hash algorithms", ("sha256",), ()),
        Change("file", (), ("there is none",)),
    )


def test_windows_binaries(tmp_path: Path) -> None:
    old = native("demo/_d.cp311-win_amd64.pyd", extension("_d", {"a.dll": ["f", "g"], "b.dll": []}))
    new = native("demo/_d.cp312-win_amd64.pyd", extension("_d", {"a.dll": ["f", "h"]}))
    difference = compare(tmp_path, old, new)
    [binary] = difference.binaries
    assert binary.member == "demo/_d.cp312-win_amd64.pyd"
    assert binary.changes == (
        Change("imports", ("b.dll",), ()),
        Change("symbols of a.dll", ("g",), ("h",)),
    )
    [member] = difference.members
    assert (member.kind, member.before) == (MemberKind.CHANGED, "demo/_d.cp311-win_amd64.pyd")


def test_lost_exports_and_another_hash_of_a_bundled_library(tmp_path: Path) -> None:
    old = native("demo.libs/libx-1-0123456789ab.dll", library("f", "g"))
    new = native("demo.libs/libx-1-ba9876543210.dll", library("f"))
    difference = compare(tmp_path, old, new)
    assert difference.libraries == ()
    [binary] = difference.binaries
    assert binary.changes == (Change("exports", ("g",), ()),)


def test_linux_binaries(tmp_path: Path) -> None:
    tag = "cp39-abi3-manylinux_2_17_x86_64"
    old = native("demo.libs/libmid.so", inputs.mid(), tag)
    new = native("demo.libs/libmid.so", inputs.mid(rpath="$ORIGIN/x"), tag)
    [binary] = compare(tmp_path, old, new).binaries
    assert [(c.what, c.added) for c in binary.changes] == [("RPATH", ("$ORIGIN/x",))]


def test_macos_binaries(tmp_path: Path) -> None:
    tag = "cp39-abi3-macosx_11_0_universal2"
    old = native("demo/libx.dylib", universal(dylib, "@rpath/libx.dylib", "@rpath/liby.dylib"), tag)
    new = native("demo/libx.dylib", dylib("@rpath/libz.dylib", "@rpath/liby.dylib"), tag)
    [binary] = compare(tmp_path, old, new).binaries
    assert binary.changes[0].what == "architectures"
    assert any(
        c.what.endswith("install name") and c.added == ("@rpath/libz.dylib",)
        for c in binary.changes
    )


def test_a_wheel_and_its_repaired_self(tmp_path: Path) -> None:
    wheel = native("b/_b.pyd", extension("_b", {"libgmp-10.dll": ["f"]})).write(tmp_path)
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "libgmp-10.dll").write_bytes(library("f"))
    done = wheelcheck.repair(wheel, tmp_path / "out", add_paths=[tmp_path / "libs"])
    assert done.output is not None
    difference = wheelcheck.diff(wheel, done.output)
    assert difference.libraries == (Change("names", (), ("libgmp-10.dll",)),)
    [binary] = difference.binaries
    [change] = binary.changes
    assert (change.what, change.removed) == ("imports", ("libgmp-10.dll",))
    assert change.added[0].startswith("libgmp-10-")
    assert [m.kind for m in difference.members].count(MemberKind.ADDED) == 2
    assert difference.metadata == difference.wheel == difference.record == ()
    assert wheelcheck.diff(done.output, done.output).identical


def test_a_file_that_is_no_wheel(tmp_path: Path) -> None:
    wheel = pure().write(tmp_path)
    (tmp_path / "bad.whl").write_bytes(b"PK")
    for pair in ((wheel, tmp_path / "bad.whl"), (tmp_path / "absent.whl", wheel)):
        with pytest.raises(wheelcheck.UnreadableError):
            wheelcheck.diff(*pair)
