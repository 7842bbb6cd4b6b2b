"""What all renderers say about the difference of two wheels."""

from collections.abc import Iterable, Sequence

from wheelcheck.comparing.model import Change, Difference, MemberChange, MemberKind
from wheelcheck.quantities import plural, size_text
from wheelcheck.records import record

__all__ = [
    "MemberLine",
    "closing",
    "heading",
    "member_lines",
    "sections",
    "size_change",
]

_MANY = 12
"""Members of one kind that are told one by one; more are told by folder."""
_MOST_FOLDERS = 40


@record
class MemberLine:
    """A member, or a folder of them."""

    kind: MemberKind
    text: str
    """The name; both where there are two."""
    note: str
    """How large it is, or was and is."""


def heading(difference: Difference) -> tuple[str, str]:
    """Return what to call the two: by file name, or by path where that is the same."""
    old, new = difference.old, difference.new
    return (old.wheel, new.wheel) if old.wheel != new.wheel else (old.path, new.path)


def sections(difference: Difference) -> list[tuple[str, tuple[Change, ...]]]:
    """Return what changed in the wheel as a whole, by title; nothing that is empty."""
    found = (
        ("wheel", difference.wheel),
        ("metadata", difference.metadata),
        ("entry points", difference.entry_points),
        ("bundled libraries", difference.libraries),
        ("RECORD", difference.record),
    )
    return [(title, changes) for title, changes in found if changes]


def member_lines(members: Sequence[MemberChange], *, everything: bool) -> list[MemberLine]:
    """Return a line for each member, or for each folder where there are many of a kind."""
    lines: list[MemberLine] = []
    for kind in MemberKind:
        group = [member for member in members if member.kind is kind]
        if len(group) > _MANY and not everything:
            lines += _by_folder(kind, group)
        else:
            lines += map(_one, group)
    return lines


def _one(member: MemberChange) -> MemberLine:
    text = member.name if member.before is None else f"{member.before} -> {member.name}"
    if member.kind is MemberKind.MODE:
        return MemberLine(member.kind, text, "whether it can be run has changed")
    return MemberLine(member.kind, text, size_change(member.old_size, member.new_size))


def _by_folder(kind: MemberKind, group: Iterable[MemberChange]) -> list[MemberLine]:
    folders: dict[str, list[MemberChange]] = {}
    for member in group:
        folders.setdefault("/".join(member.name.split("/")[:-1][:2]), []).append(member)
    lines: list[MemberLine] = []
    for folder, inside in folders.items():
        if len(inside) == 1:
            lines.append(_one(inside[0]))
            continue
        sizes = [sum(size or 0 for size in side) for side in zip(*map(_sizes, inside), strict=True)]
        old = None if kind is MemberKind.ADDED else sizes[0]
        new = None if kind is MemberKind.REMOVED else sizes[1]
        note = f"{plural(len(inside), 'member')}, {size_change(old, new)}"
        lines.append(MemberLine(kind, f"{folder}/" if folder else "the top folder", note))
    if len(lines) > _MOST_FOLDERS:
        rest = len(lines) - _MOST_FOLDERS
        lines[_MOST_FOLDERS:] = [MemberLine(kind, f"... {rest} more", "-v shows all")]
    return lines


def _sizes(member: MemberChange) -> tuple[int | None, int | None]:
    return member.old_size, member.new_size


def closing(difference: Difference) -> str:
    """Return one line on all of it."""
    if difference.identical:
        return "the files are the same, byte for byte"
    if difference.equal:
        return "nothing that is installed is different; the archives are written differently"
    parts = [title for title, _ in sections(difference)]
    if difference.binaries:
        parts.append(plural(len(difference.binaries), "native object"))
    counts = [(k, sum(m.kind is k for m in difference.members)) for k in MemberKind]
    words = {MemberKind.MODE: "with another mode"}
    members = ", ".join(f"{number} {words.get(k, str(k))}" for k, number in counts if number)
    if members:
        parts.append(f"members ({members})")
    return f"different: {', '.join(parts)}"


def size_change(old: int | None, new: int | None) -> str:
    """Return the one size there is, or how it changed."""
    if old is None or new is None or old == new:
        return size_text((new if old is None else old) or 0)
    before, after = size_text(old), size_text(new)
    if before == after:
        return f"{before}, {new - old:+} bytes"
    return f"{before} -> {after}"
