"""What a member is, by its flags, its method and its mode."""

from collections.abc import Iterable, Iterator

from wheelcheck.archive.structure import DEFLATED, STORED, DefectKind, Defects, Flag, Member

__all__ = ["check_members"]

# Unix file types (the upper bits of a mode), the same on every host.
_TYPE = 0o170000
_REGULAR = 0o100000
_SYMLINK = 0o120000
_FOLDER = 0o040000
_DEVICES = {
    0o010000: "a FIFO",
    0o020000: "a character device",
    0o060000: "a block device",
    0o140000: "a socket",
}
_SETUID_SETGID = 0o6000


def check_members(members: Iterable[Member], defects: Defects) -> None:
    """Note members that are more, or less, than a file whose bytes can be had."""
    for member in members:
        for kind, text in () if _ordinary(member) else _oddities(member):
            defects.add(kind, text, member.name)


def _ordinary(member: Member) -> bool:
    mode = member.mode
    return (
        not member.flags & Flag.UNREADABLE
        and member.method in (STORED, DEFLATED)
        and mode & _TYPE in (0, _REGULAR)
        and not mode & _SETUID_SETGID
        and not (member.size and member.is_dir)
    )


def _oddities(member: Member) -> Iterator[tuple[DefectKind, str]]:
    if member.flags & Flag.ANY_ENCRYPTION:
        yield DefectKind.ENCRYPTED, "is encrypted"
    if member.flags & Flag.UNREADABLE & ~Flag.ANY_ENCRYPTION:
        yield DefectKind.UNSUPPORTED_FLAGS, f"has the flags 0x{member.flags:04x}"
    if member.method not in (STORED, DEFLATED):
        yield (
            DefectKind.UNSUPPORTED_METHOD,
            f"is compressed with method {member.method}, which is neither stored nor deflate",
        )
    kind = member.mode & _TYPE
    if kind == _SYMLINK:
        yield DefectKind.MODE_SYMLINK, "is a symbolic link by its mode"
    elif kind in _DEVICES:
        yield DefectKind.MODE_DEVICE, f"is {_DEVICES[kind]} by its mode"
    elif kind == _FOLDER and not member.is_dir:
        yield DefectKind.MODE_FOLDER, "is a folder by its mode, but not by its name"
    if member.mode & _SETUID_SETGID and kind != _FOLDER:
        yield DefectKind.MODE_SETUID, "is setuid or setgid by its mode"
    if member.is_dir and member.size:
        yield DefectKind.FOLDER_WITH_DATA, "is a folder by its name, but has content"
