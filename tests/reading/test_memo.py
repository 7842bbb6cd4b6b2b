"""What several wheels of a call hold is looked into once, and the outcome is the same."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import wheelcheck
from tests.native import extension, library
from tests.wheels import WheelBuilder, record_row
from wheelcheck.archive.content import Content
from wheelcheck.archive.reader import Archive, Member
from wheelcheck.reading.memo import Memo
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.sources import SyntaxCheck
from wheelcheck.wheel import Wheel

PE = library("f")
SOURCE = b"import os\nos.add_dll_directory('x')\n__version__ = '1'\n" * 3
WASM = b"\0asm\1\0\0\0"
SHARED = {
    # The same bytes under names that say other things of them.
    "pkg/a.dll": PE,
    "pkg/a.bin": PE,
    "pkg/a.py": PE,
    "pkg/not.a.module.pyd": PE,
    "pkg/_m.pyd": extension("_m"),
    "pkg/m.py": SOURCE,
    "pkg/m.txt": SOURCE,
    "pkg/tests/m.py": SOURCE,
    "pkg/w.so": WASM,
    "pkg/w.wasm": WASM,
    "pkg/t.pyd": b"no image",
    "pkg/t.txt": b"no image",
    "pkg/bad.py": b"def f(:\n",
    "pkg/new.py": b"match 1:\n    case _: pass\n",
    "pkg/empty.py": b"",
    # More than is kept in memory.
    "pkg/large.bin": Random(0).randbytes(300_000),  # noqa: S311 (no secret)
}


@pytest.fixture
def inflated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of members as they are inflated."""
    names: list[str] = []
    read = Archive.read

    def noted(self: Archive, member: Member, **options: object) -> Content:
        names.append(member.name)
        return read(self, member, **options)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(Archive, "read", noted)
    return names


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of sources as they are handed to the parser."""
    names: list[str] = []
    add = SyntaxCheck.add

    def noted(self: SyntaxCheck, name: str, source: bytes) -> None:
        names.append(name)
        add(self, name, source)

    monkeypatch.setattr(SyntaxCheck, "add", noted)
    return names


def built(folder: Path, tag: str, files: dict[str, bytes], **fields: object) -> Path:
    builder = WheelBuilder(tag=tag, files=files)
    for name, value in fields.items():
        setattr(builder, name, value)
    return builder.write(folder)


def read(path: Path, memo: Memo | None = None) -> Wheel:
    with Archive.open(path) as archive:
        return read_wheel(archive, path.name, memo=memo)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    one = built(tmp_path, "cp312-cp312-win_amd64", SHARED)
    two = built(tmp_path, "cp313-cp313-win_amd64", SHARED | {"pkg/only.py": b"import pkg\n"})
    return one, two


def test_only_what_is_new_is_inflated(pair: tuple[Path, Path], inflated: list[str]) -> None:
    one, two = pair
    memo = Memo()
    read(one, memo)
    inflated.clear()
    read(two, memo)
    outside = {name for name in inflated if not name.startswith("demo-1.0.dist-info/")}
    assert outside == {"pkg/only.py"}


@pytest.mark.parametrize("most", [0, 20_000, 1 << 26])
def test_the_outcome_is_that_of_each_alone(pair: tuple[Path, Path], most: int) -> None:
    memo = Memo(most)
    for path in (*pair, *pair):
        assert read(path, memo) == read(path)


def test_reports_do_not_depend_on_the_order(pair: tuple[Path, Path]) -> None:
    alone = [wheelcheck.inspect(path) for path in pair]
    assert list(wheelcheck.inspect_many(pair)) == alone
    assert list(wheelcheck.inspect_many(reversed(pair))) == alone[::-1]


def repacked(path: Path, folder: Path, level: int) -> Path:
    """Return the same members, packed otherwise."""
    folder.mkdir()
    target = folder / path.name
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            method = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
            new.writestr(info, old.read(info), method, level)
    return target


@pytest.mark.parametrize("level", [0, 1])
def test_what_is_packed_otherwise_is_analysed_once(
    pair: tuple[Path, Path], tmp_path: Path, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = pair
    two = repacked(one, tmp_path / "other", level)
    memo = Memo()
    found, expected = read(one, memo), read(two)
    with monkeypatch.context() as patched:
        patched.setattr("wheelcheck.reading.memo.analyse", None)
        again = read(two, memo)
    assert again == expected
    assert [native.binary for native in again.natives] == [n.binary for n in found.natives]


@pytest.mark.parametrize("name", ["pkg/m.py", "pkg/large.bin"])
def test_a_damaged_copy_is_no_copy(pair: tuple[Path, Path], name: str) -> None:
    one, two = pair
    with Archive.open(two) as archive:
        member = next(m for m in archive.members if m.name == name)
    data = bytearray(two.read_bytes())
    data[member.data_offset + member.compressed_size // 2] ^= 0x10
    two.write_bytes(bytes(data))
    memo = Memo()
    read(one, memo)
    again = read(two, memo)
    assert [file.member.name for file in again.files if file.problem] == [name]
    assert again == read(two)


@pytest.mark.parametrize(
    "change", [Path.unlink, lambda path: os.utime(path, (0, 0)), lambda path: path.write_bytes(b"")]
)
def test_a_file_that_changed_is_not_compared_with(
    pair: tuple[Path, Path], change: Callable[[Path], object], inflated: list[str]
) -> None:
    one, two = pair
    memo = Memo()
    read(one, memo)
    change(one)
    inflated.clear()
    assert read(two, memo) == read(two)
    assert inflated.count("pkg/large.bin") == 2


def test_another_hash_in_record_is_computed(tmp_path: Path) -> None:
    one = built(tmp_path, "cp312-cp312-win_amd64", SHARED)
    record = record_row("pkg/m.py", SOURCE).replace("sha256=", "sha512=").encode()
    two = built(tmp_path, "cp313-cp313-win_amd64", SHARED, record=record)
    memo = Memo()
    read(one, memo)
    [file] = [f for f in read(two, memo).files if f.member.name == "pkg/m.py"]
    assert file.digests.keys() == {"sha256", "sha512"}


def test_sources_that_differ_in_their_line_ends_are_read_once(
    tmp_path: Path, parsed: list[str]
) -> None:
    files = {
        "pkg/__init__.py": b"x = 1\n",
        "pkg/m.py": SOURCE,
        "pkg/text.py": b'"""One\ntwo."""\nx = 1 + \\\n  2\nfrom .gone import y\n',
        "pkg/bad.py": b"x = 1\ndef f(:\n",
        "pkg/new.py": b"match 1:\n    case _: pass\n",
    }
    windows = {name: data.replace(b"\n", b"\r\n") for name, data in files.items()}
    own = {"pkg/old.py": b"import a\rimport b\n", "pkg/mixed.py": b"import a\r\r\n"}
    one = built(tmp_path, "cp312-cp312-win_amd64", windows | own)
    two = built(tmp_path, "cp313-cp313-win_amd64", files)
    alone = [wheelcheck.inspect(path) for path in (one, two)]
    assert {"WC602", "WC614"} <= {finding.code for report in alone for finding in report.findings}
    assert list(wheelcheck.inspect_many([one, two])) == alone
    parsed.clear()
    assert list(wheelcheck.inspect_many([two, one])) == alone[::-1]
    assert sorted(parsed) == sorted([*files, *own])


GENERATED = 'CONFIG = {"compiler": "%s", "folder": r"%s"}\n'


@pytest.mark.parametrize(
    ("first", "second", "parsed_again"),
    [
        (GENERATED % ("gcc", "/a"), GENERATED % ("clang", "C:\\b"), False),
        (GENERATED % ("gcc", "/a"), GENERATED % ("gcc", "/a") + "x = 1\n", True),
        (GENERATED % ("gcc", "/a") + "def f(:\n", GENERATED % ("gcc", "/b") + "def f(:\n", True),
        (GENERATED % ("gcc", "/a"), GENERATED % ("gcc", "/b") + "#" * 20_000, True),
    ],
)
def test_what_a_build_generates_is_parsed_once(
    tmp_path: Path,
    parsed: list[str],
    first: str,
    second: str,
    parsed_again: bool,
) -> None:
    one, two = (
        built(tmp_path, f"cp3{minor}-cp3{minor}-win_amd64", SHARED | {"pkg/c.py": text.encode()})
        for minor, text in ((12, first), (13, second))
    )
    alone = [wheelcheck.inspect(path) for path in (one, two)]
    parsed.clear()
    assert list(wheelcheck.inspect_many([one, two])) == alone
    assert parsed.count("pkg/c.py") == 1 + parsed_again
