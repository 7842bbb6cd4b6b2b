"""Two wheels to their difference: a pure function of what one pass over each has shown."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.comparing.binaries import binary_changes
from wheelcheck.comparing.model import (
    BinaryChange,
    Change,
    Difference,
    MemberChange,
    MemberKind,
    Side,
    changes_between,
)
from wheelcheck.comparing.pairing import Pair, pair_members
from wheelcheck.comparing.texts import (
    entry_point_changes,
    metadata_changes,
    record_changes,
    wheel_changes,
)
from wheelcheck.fingerprint import without_hash
from wheelcheck.installation import extension_name
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.wheel import Native, Wheel

__all__ = ["compare_wheels", "diff"]

_EXECUTABLE = 0o111


def diff(old: str | Path, new: str | Path, *, limits: Limits | None = None) -> Difference:
    """Say what changed from one wheel to the other.

    Args:
        old: The path of a wheel.
        new: The path of another, or of the same after a repair.
        limits: How much each archive may ask for.

    Raises:
        UnreadableError: one of them cannot be read as an archive.
    """
    paths = Path(old), Path(new)
    with (
        Archive.open(paths[0], limits=limits) as first,
        Archive.open(paths[1], limits=limits) as second,
    ):
        identical = first.size == second.size and all(
            a == b for a, b in zip(first.whole(), second.whole(), strict=False)
        )
        wheels = [
            read_wheel(archive, path.name, sources=False)
            for archive, path in zip((first, second), paths, strict=True)
        ]
    return compare_wheels(*wheels, paths=(str(old), str(new)), identical=identical)


def compare_wheels(
    old: Wheel, new: Wheel, *, paths: tuple[str, str] | None = None, identical: bool = False
) -> Difference:
    """Hold two wheels that have been read against each other.

    ``paths`` and ``identical`` are passed on; by default the paths are the file names.
    """
    pairs = pair_members(old, new)
    texts = {
        "METADATA": metadata_changes(old, new),
        "WHEEL": wheel_changes(old, new),
        "entry_points.txt": entry_point_changes(old, new),
    }
    record = record_changes(old, new)
    members = [change for pair in pairs for change in _member(pair)]
    # What is told field by field is not told again, and RECORD follows all others.
    told = {f"{new.dist_info}/{name}" for name, changes in texts.items() if changes}
    rest = [m for m in members if m.kind is not MemberKind.CHANGED or m.name not in told]
    own_record = f"{new.dist_info}/RECORD"
    if record or told or any(m.name != own_record for m in rest):
        rest = [m for m in rest if m.kind is not MemberKind.CHANGED or m.name != own_record]
    paths = paths or (old.filename, new.filename)
    return Difference(
        old=_side(old, paths[0]),
        new=_side(new, paths[1]),
        identical=identical,
        wheel=texts["WHEEL"],
        metadata=texts["METADATA"],
        entry_points=texts["entry_points.txt"],
        record=record,
        libraries=_libraries(old, new),
        binaries=tuple(_binaries(pairs, old.natives, new.natives)),
        members=tuple(rest),
    )


def _side(wheel: Wheel, path: str) -> Side:
    installed = sum(file.size for file in wheel.files)
    return Side(wheel.filename, path, wheel.size, installed, len(wheel.files))


def _member(pair: Pair) -> Iterator[MemberChange]:
    old, new = pair.old, pair.new
    if new is None:
        assert old is not None
        yield MemberChange(MemberKind.REMOVED, old.member.name, None, old.size, None)
        return
    name = new.member.name
    if old is None:
        yield MemberChange(MemberKind.ADDED, name, None, None, new.size)
        return
    before = None if pair.same_name else old.member.name
    if not pair.same_bytes:
        yield MemberChange(MemberKind.CHANGED, name, before, old.size, new.size)
    elif before is not None:
        yield MemberChange(MemberKind.MOVED, name, before, old.size, new.size)
    if bool(old.member.mode & _EXECUTABLE) is not bool(new.member.mode & _EXECUTABLE):
        yield MemberChange(MemberKind.MODE, name, None, old.size, new.size)


def _libraries(old: Wheel, new: Wheel) -> tuple[Change, ...]:
    before, after = ({"names": tuple(_names(w.natives))} for w in (old, new))
    return tuple(changes_between(before, after))


def _names(natives: Iterable[Native]) -> Iterator[str]:
    """Yield the names of libraries; a module is something else."""
    for native in natives:
        extension = extension_name(native.install)
        if extension is None or (extension.tag is None and extension.leaf.startswith("lib")):
            yield without_hash(native.name.rpartition("/")[2])


def _binaries(
    pairs: Iterable[Pair], old: Iterable[Native], new: Iterable[Native]
) -> Iterator[BinaryChange]:
    olds = {native.name: native for native in old}
    news = {native.name: native for native in new}
    for pair in pairs:
        if pair.old is None or pair.new is None or pair.same_bytes:
            continue
        before, after = olds.get(pair.old.member.name), news.get(pair.new.member.name)
        if before is not None and after is not None:
            yield BinaryChange(after.name, binary_changes(before, after))
