"""What an archive consists of, and what can be wrong with it.

Offsets and field names follow PKWARE's APPNOTE.TXT 6.3.10.
"""

from enum import StrEnum
from typing import NamedTuple

from wheelcheck.archive.tally import Tally
from wheelcheck.records import record

__all__ = [
    "DEFLATED",
    "STORED",
    "DateTime",
    "Defect",
    "DefectKind",
    "Defects",
    "Flag",
    "Member",
    "shown",
]

STORED = 0
DEFLATED = 8

DateTime = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute, second; seconds are even, no time zone."""

_SHOWN = 120


class Flag:
    """Bits of the general purpose flags (APPNOTE 4.4.4)."""

    ENCRYPTED = 1 << 0
    DESCRIPTOR = 1 << 3
    ENHANCED_DEFLATE = 1 << 4
    PATCH = 1 << 5
    STRONG_ENCRYPTION = 1 << 6
    UTF8 = 1 << 11
    MASKED = 1 << 13

    ANY_ENCRYPTION = ENCRYPTED | STRONG_ENCRYPTION | MASKED
    UNREADABLE = ANY_ENCRYPTION | ENHANCED_DEFLATE | PATCH


class DefectKind(StrEnum):
    """All that can be wrong without keeping the archive from being read."""

    # The file as a whole.
    PREFIX_BYTES = "prefix-bytes"
    """Bytes before the first member."""
    GAP = "gap"
    """Bytes that belong to no member, between members or before the central directory."""
    HIDDEN_MEMBER = "hidden-member"
    """Such bytes start with a local header: a member for those who read from the front."""
    TRAILING_BYTES = "trailing-bytes"
    """Bytes after the end record."""
    ARCHIVE_COMMENT = "archive-comment"
    ARCHIVE_COMMENT_TRUNCATED = "archive-comment-truncated"
    SECOND_DIRECTORY = "second-directory"
    """Such bytes start with another central directory or end record."""
    END_RECORD_COUNT = "end-record-count"
    """The end record counts other entries than there are."""
    END_RECORD_OFFSET = "end-record-offset"
    """The end record places the central directory where it is not."""
    MULTI_DISK = "multi-disk"
    """Some record speaks of several disks."""
    ZIP64_END_RECORD = "zip64-end-record"
    """The ZIP64 end record holds more than its fixed fields."""
    ZIP64_LOCATOR = "zip64-locator"
    """The ZIP64 locator is missing or does not point to the ZIP64 end record."""
    ZIP64_MISMATCH = "zip64-mismatch"
    """The end record and its ZIP64 form contradict each other."""

    # Two records of one member.
    OVERLAP = "overlap"
    """A member shares bytes with another one or with the central directory."""
    LOCAL_HEADER_MISSING = "local-header-missing"
    """There is no local header where the central directory says."""
    LOCAL_NAME = "local-name"
    LOCAL_SIZE = "local-size"
    LOCAL_METHOD = "local-method"
    LOCAL_FLAGS = "local-flags"
    LOCAL_CRC = "local-crc"
    DUPLICATE_NAME = "duplicate-name"

    # One member.
    DATA_DESCRIPTOR = "data-descriptor"
    RECORD_COMMENT = "record-comment"
    ENCRYPTED = "encrypted"
    UNSUPPORTED_FLAGS = "unsupported-flags"
    UNSUPPORTED_METHOD = "unsupported-method"
    FOLDER_WITH_DATA = "folder-with-data"
    EXTRA_MALFORMED = "extra-malformed"
    EXTRA_REPEATED = "extra-repeated"
    EXTRA_ZIP64_LENGTH = "extra-zip64-length"
    EXTRA_UNICODE_PATH = "extra-unicode-path"
    """A Unicode path field (0x7075) gives the member another name."""
    MODE_SYMLINK = "mode-symlink"
    MODE_DEVICE = "mode-device"
    """A device, FIFO or socket."""
    MODE_FOLDER = "mode-folder"
    """A folder by its mode, but not by its name."""
    MODE_SETUID = "mode-setuid"

    # Names.
    NAME_EMPTY = "name-empty"
    NAME_NOT_UTF8 = "name-not-utf8"
    NAME_WITHOUT_UTF8_FLAG = "name-without-utf8-flag"
    """Not ASCII, and the flag that says UTF-8 is not set: each reader guesses."""
    NAME_CONTROL_CHARACTER = "name-control-character"
    NAME_PARENT = "name-parent"
    """A part is ``..``."""
    NAME_ABSOLUTE = "name-absolute"
    NAME_DRIVE = "name-drive"
    NAME_BACKSLASH = "name-backslash"
    NAME_NOT_NORMAL = "name-not-normal"
    """A part is empty or ``.``."""
    NAME_RESERVED = "name-reserved"
    """A part is the name of a device on Windows."""
    NAME_NOT_FOR_WINDOWS = "name-not-for-windows"
    """A character or a last character that Windows does not allow."""
    NAME_CASE = "name-case"
    """Differs from another name only in case."""
    NAME_FILE_AND_FOLDER = "name-file-and-folder"
    """A file by this name, while other members lie in a folder by this name."""


@record
class Defect:
    """One thing that is wrong in the structure of an archive."""

    kind: DefectKind
    member: str | None
    message: str
    """A sentence on its own; names are shortened in it."""


class Defects:
    """Defects as they are found, bounded in number for each kind."""

    def __init__(self, most_of_a_kind: int) -> None:
        self._tally: Tally[DefectKind] = Tally(most_of_a_kind)
        self._found: list[Defect] = []

    def add(self, kind: DefectKind, message: str, member: str | None = None) -> None:
        """Note a defect; the message is put behind the member's name, if there is one."""
        if self._tally.admits(kind):
            text = message if member is None else f"{shown(member)} {message}"
            self._found.append(Defect(kind, member, text))

    def all(self) -> tuple[Defect, ...]:
        """Return them in the order of finding, then how many more there were."""
        more = (Defect(kind, None, text) for kind, text in self._tally.surplus())
        return (*self._found, *more)


class Member(NamedTuple):
    """An entry of the archive, as the central directory has it."""

    name: str
    """As Python's zipfile, hence pip, reads it; undecodable bytes are written ``\\xNN``."""
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int
    """Inflated, as claimed."""
    header_offset: int
    """Of the local header, from the start of the file."""
    create_system: int
    """3 is Unix, 0 DOS and Windows (APPNOTE 4.4.2)."""
    external_attr: int
    dos_date: int
    dos_time: int
    extra: bytes
    comment: bytes
    data_offset: int
    """Of the compressed bytes, or -1 if there is no local header."""

    @property
    def is_dir(self) -> bool:
        """Whether it is an explicit folder, that is, its name ends with a slash."""
        return self.name.endswith("/")

    @property
    def packed(self) -> tuple[int, int, int, int]:
        """What differs already if the compressed bytes of two members do not mean the same."""
        return self.method, self.crc, self.size, self.compressed_size

    @property
    def mode(self) -> int:
        """Unix type and permission bits; 0 if the archive has none."""
        return self.external_attr >> 16

    @property
    def date_time(self) -> DateTime:
        """The time of last change as it is stored; it may be no real date."""
        date, time = self.dos_date, self.dos_time
        return (
            (date >> 9) + 1980,
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2,
        )


def shown(text: str | bytes) -> str:
    """Return a name for a message: quoted, printable and short."""
    if isinstance(text, bytes):
        text = text[: _SHOWN + 1].decode("utf-8", "backslashreplace")
    if len(text) > _SHOWN:
        text = text[:_SHOWN] + "..."
    return repr(text)
