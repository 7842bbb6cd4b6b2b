"""What is different between two wheels. Plain, frozen, JSON-able data."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from wheelcheck.findings import plain
from wheelcheck.records import fields, record

__all__ = [
    "BinaryChange",
    "Change",
    "Difference",
    "MemberChange",
    "MemberKind",
    "Side",
    "changes_between",
]


@record
class Change:
    """Values that went and came under one heading."""

    what: str
    """E.g. ``Requires-Dist`` or ``imports``."""
    removed: tuple[str, ...]
    added: tuple[str, ...]


class MemberKind(StrEnum):
    """What became of a member."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Other bytes, perhaps under another name."""
    MOVED = "moved"
    """The same bytes under another name."""
    MODE = "mode"
    """The same bytes; whether it can be run has changed."""


@record
class MemberChange:
    """One member that is not as it was."""

    kind: MemberKind
    name: str
    """In the new wheel; in the old one if it was removed."""
    before: str | None
    """Its name in the old wheel, where that was another."""
    old_size: int | None
    """Bytes, inflated; None if it was added."""
    new_size: int | None
    """None if it was removed."""


@record
class BinaryChange:
    """A native object whose bytes changed."""

    member: str
    """In the new wheel."""
    changes: tuple[Change, ...]
    """Empty if only code or data are different."""


@record
class Side:
    """One of the two wheels."""

    wheel: str
    """File name."""
    path: str
    size: int
    """Of the file, in bytes."""
    installed: int
    """Of all members, inflated."""
    members: int


@record
class Difference:
    """All that is different."""

    old: Side
    new: Side
    identical: bool
    """Whether the files are the same, byte for byte."""
    wheel: tuple[Change, ...] = ()
    """Tags, build number and what the WHEEL file says."""
    metadata: tuple[Change, ...] = ()
    """By field, as METADATA spells it."""
    entry_points: tuple[Change, ...] = ()
    """By group, values as ``name = object``."""
    record: tuple[Change, ...] = ()
    """How RECORD is written; that it lists other hashes is not said again."""
    libraries: tuple[Change, ...] = ()
    """The native libraries that the wheel brings, without the hashes that repairs add."""
    binaries: tuple[BinaryChange, ...] = ()
    members: tuple[MemberChange, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether an installer would make the same of both."""
        return not (
            self.wheel
            or self.metadata
            or self.entry_points
            or self.record
            or self.libraries
            or self.binaries
            or self.members
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"equal": self.equal, **{name: plain(getattr(self, name)) for name in fields(self)}}


def changes_between(
    old: Mapping[str, Iterable[str]], new: Mapping[str, Iterable[str]]
) -> Iterator[Change]:
    """Yield a change for each heading under which the values are not the same, in any order."""
    for what in dict.fromkeys((*old, *new)):
        before, after = dict.fromkeys(old.get(what, ())), dict.fromkeys(new.get(what, ()))
        removed = tuple(value for value in before if value not in after)
        added = tuple(value for value in after if value not in before)
        if removed or added:
            yield Change(what, removed, added)
