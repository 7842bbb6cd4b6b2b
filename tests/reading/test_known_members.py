"""A second reading takes over what the first showed of members that are the same."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.native import extension, library
from tests.repairing.kit import libs, repair, wheel
from wheelcheck import RepairError
from wheelcheck.archive.content import Content
from wheelcheck.archive.reader import Archive, Member
from wheelcheck.archive.writer import ArchiveWriter
from wheelcheck.reading.known_members import KnownMembers
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.repairing.apply import Applied, apply_plan
from wheelcheck.repairing.written import WrittenArchive
from wheelcheck.wheel import Wheel

TIME = (2026, 1, 1, 0, 0, 0)
FILES = {
    "pkg/__init__.py": b"import os\nos.add_dll_directory('x')\n" * 9,
    "pkg/_p.pyd": extension("_p"),
    "pkg/data.txt": b"text " * 100,
    "pkg/fix.py": b"# delvewheel: patch\n",
}


@pytest.fixture
def inflated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of members as they are inflated."""
    names: list[str] = []
    for kind in (Archive, WrittenArchive):
        noting(monkeypatch, kind, names)
    return names


def noting(monkeypatch: pytest.MonkeyPatch, kind: type[Archive], names: list[str]) -> None:
    read = kind.read

    def noted(self: Archive, member: Member, **options: object) -> Content:
        names.append(member.name)
        return read(self, member, **options)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(kind, "read", noted)


def copied(source: Path, target: Path, changed: dict[str, bytes]) -> Path:
    with Archive.open(source) as archive, target.open("wb") as file:
        writer = ArchiveWriter(file)
        for member in archive.members:
            if member.name in changed:
                writer.write(member.name, changed[member.name], date_time=TIME)
            else:
                writer.copy(archive, member)
        writer.close()
    return target


def facts(found: Wheel) -> list[object]:
    """All that was found out of the members, but for their place in the archive."""
    return [
        [(f.member.name, f.install, f.size, f.digests, f.problem) for f in found.files],
        found.natives,
        found.dll_loading,
        found.naming_repairers,
        found.sources,
        found.sources_unread,
        found.metadata,
        found.record,
    ]


def test_only_what_changed_is_inflated(tmp_path: Path, inflated: list[str]) -> None:
    one = wheel(tmp_path / "in", FILES)
    two = copied(one, tmp_path / one.name, {"pkg/data.txt": b"other " * 100})
    with Archive.open(one) as first, Archive.open(two) as second:
        known = KnownMembers(first, read_wheel(first, one.name))
        inflated.clear()
        again = read_wheel(second, one.name, known=known)
        names = {name for name in inflated if not name.startswith("demo-1.0.dist-info/")}
        assert names == {"pkg/data.txt"}
        assert facts(again) == facts(read_wheel(second, one.name))


def corrupted(path: Path, name: str) -> None:
    """Change one compressed byte of a member and nothing else."""
    with Archive.open(path) as archive:
        member = next(m for m in archive.members if m.name == name)
    data = bytearray(path.read_bytes())
    data[member.data_offset + member.compressed_size // 2] ^= 0x10
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("name", FILES)
def test_a_member_that_was_copied_wrong_is_no_longer_known(tmp_path: Path, name: str) -> None:
    one = wheel(tmp_path / "in", FILES)
    two = copied(one, tmp_path / one.name, {})
    corrupted(two, name)
    with Archive.open(one) as first, Archive.open(two) as second:
        known = KnownMembers(first, read_wheel(first, one.name))
        again = read_wheel(second, one.name, known=known)
        assert [f.member.name for f in again.files if f.problem] == [name]


def test_what_was_damaged_is_read_anew(tmp_path: Path, inflated: list[str]) -> None:
    one = wheel(tmp_path / "in", FILES)
    corrupted(one, "pkg/data.txt")
    with Archive.open(one) as first, Archive.open(one) as second:
        known = KnownMembers(first, read_wheel(first, one.name))
        inflated.clear()
        assert facts(read_wheel(second, one.name, known=known)) == facts(
            read_wheel(first, one.name)
        )
    assert "pkg/data.txt" in inflated


def test_another_hash_in_record_is_computed(tmp_path: Path) -> None:
    one = wheel(tmp_path / "in", FILES)
    with Archive.open(one) as archive:
        first = read_wheel(archive, one.name)
        bare = [file._replace(digests={}) for file in first.files]
        known = KnownMembers(archive, replace(first, files=tuple(bare)))
        again = read_wheel(archive, one.name, known=known)
    assert all(file.digests for file in again.files)


@pytest.fixture
def needy(tmp_path: Path) -> Path:
    libs(tmp_path / "libs", liba=library("a"))
    files = {**FILES, "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]})}
    return wheel(tmp_path / "in", files)


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something between the writing of a result and its proof."""

    def then(*arguments: object, **options: object) -> Applied:
        applied = apply_plan(*arguments, **options)  # type: ignore[arg-type] # handed on
        act()
        return applied

    monkeypatch.setattr("wheelcheck.repairing.run.apply_plan", then)


def test_an_input_that_changes_meanwhile_is_refused(
    needy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act() -> None:
        with needy.open("ab") as file:
            file.write(b"more")

    meanwhile(monkeypatch, act)
    with pytest.raises(RepairError, match="changed while it was repaired"):
        repair(needy, tmp_path / "out", tmp_path / "libs")
    assert not (tmp_path / "out").exists()


def test_the_proof_of_a_repair_inflates_what_it_changed(
    needy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inflated: list[str]
) -> None:
    meanwhile(monkeypatch, inflated.clear)
    done = repair(needy, tmp_path / "out", tmp_path / "libs")
    assert done.report is not None
    [bundle] = done.plan.bundles
    names = {name for name in inflated if not name.startswith("demo-1.0.dist-info/")}
    assert names == {"pkg/_p.pyd", bundle.member}
