"""An archive, written the same way every time.

What comes out depends on what goes in and on the order of the calls, for data
that is compressed here also on the deflate implementation; never on a clock,
an environment or a host. It is framed as PyPI demands (warehouse,
``utils/zipfiles.py``): no data descriptors, comments or gaps, and no extra
fields but the ZIP64 one where a number needs it.
"""

import struct
import time
from collections.abc import Iterable, Mapping
from mmap import mmap
from typing import BinaryIO, ClassVar, NamedTuple

from wheelcheck.archive.codec import fastest_codec
from wheelcheck.archive.content import unreadable
from wheelcheck.archive.deflating import deflated
from wheelcheck.archive.extra import SENTINEL
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.structure import DEFLATED, STORED, DateTime, Flag, Member, shown
from wheelcheck.errors import UnreadableError, UsageError

__all__ = ["ArchiveWriter", "source_date_epoch"]

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")
_ZIP64_HEAD = struct.Struct("<2H")

_SENTINEL16 = 0xFFFF
_UNIX = 3
_VERSION_STORED, _VERSION_DEFLATED, _VERSION_ZIP64 = 10, 20, 45
"""The version needed to extract (APPNOTE 4.4.3)."""
_TYPE, _REGULAR, _FOLDER = 0o170000, 0o100000, 0o040000
_DOS_FOLDER = 0x10

_EPOCH_FIRST = 315_532_800
"""1980-01-01, where the time of DOS starts, in seconds since 1970 (UTC)."""
_EPOCH_LAST = 4_354_819_198
"""2107-12-31 23:59:58, where it ends."""
_EPOCH_DIGITS = 20


class _Written(NamedTuple):
    raw_name: bytes
    flags: int
    method: int
    dos_date: int
    dos_time: int
    crc: int
    compressed_size: int
    size: int
    create_system: int
    external_attr: int
    offset: int


class ArchiveWriter:
    """Writes an archive into a file that is open for writing, from its present position on.

    The file needs no seeking and stays the caller's. An exception while writing
    leaves half an archive in it; call :meth:`close` only when all went well.
    """

    LARGEST: ClassVar[int] = SENTINEL - 1
    """Greater sizes and offsets go into ZIP64 fields."""
    MOST: ClassVar[int] = _SENTINEL16 - 1
    """More members need a ZIP64 end record."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offset = 0
        self._written: dict[bytes, _Written] = {}
        self._closed = False

    def copy(
        self,
        archive: Archive,
        member: Member,
        name: str | None = None,
        *,
        date_time: DateTime | None = None,
    ) -> None:
        """Take over a member with its compressed bytes as they are.

        Its mode and, unless ``date_time`` is given, its time are kept; extra
        fields, comment and data descriptor are not. The bytes are not checked:
        what was wrong in them stays wrong.

        Raises:
            UnreadableError: the member has no bytes that could be copied, or
                they cannot be read.
            ValueError: a member of this name was written before.
        """
        reason = unreadable(member)
        if reason is not None:
            raise UnreadableError(f"{archive.name}: {shown(member.name)}: {reason}")
        dos_date, dos_time = member.dos_date, member.dos_time
        if date_time is not None:
            dos_date, dos_time = _dos(date_time)
        raw_name = (member.name if name is None else name).encode()
        self._put(
            _Written(
                raw_name,
                _flags(raw_name) | member.flags & Flag.UTF8,
                member.method,
                dos_date,
                dos_time,
                member.crc,
                member.compressed_size,
                member.size,
                member.create_system,
                member.external_attr,
                self._offset,
            ),
            archive.raw(member),
        )

    def write(
        self,
        name: str,
        data: bytes | mmap,
        *,
        date_time: DateTime,
        mode: int = 0o644,
        level: int = 6,
    ) -> int:
        """Add a member, deflated if that makes it smaller; return its CRC-32.

        Args:
            name: With a slash at its end for an explicit folder.
            data: The content.
            date_time: Time of last change; an odd second is rounded down.
            mode: Unix permissions; the file type is added if it is not there.
            level: Of compression, 0 to 9.

        Raises:
            ValueError: a member of this name was written before, or the time is
                outside the years 1980 to 2107.
        """
        dos_date, dos_time = _dos(date_time)
        raw_name = name.encode()
        folder = name.endswith("/")
        if not mode & _TYPE:
            mode |= _FOLDER if folder else _REGULAR
        codec = fastest_codec()
        content = bytes(data)
        crc = codec.crc32(content, 0)
        method = STORED
        packed: bytes | bytearray = content
        if packed:
            smaller = deflated(content, level)
            if len(smaller) < len(packed):
                method, packed = DEFLATED, smaller
        self._put(
            _Written(
                raw_name,
                _flags(raw_name),
                method,
                dos_date,
                dos_time,
                crc,
                len(packed),
                len(data),
                _UNIX,
                mode << 16 | (_DOS_FOLDER if folder else 0),
                self._offset,
            ),
            (packed,),
        )
        return crc

    def close(self) -> None:
        """Write the central directory and the end records. The file stays open."""
        self._refuse_closed()
        start = self._offset
        for written in self._written.values():
            self._send(_central_record(written, self.LARGEST))
        self._send(self._end_records(start))
        self._closed = True

    def _put(self, written: _Written, pieces: Iterable[bytes | bytearray]) -> None:
        self._refuse_closed()
        if written.raw_name in self._written:
            raise ValueError(f"{shown(written.raw_name)} was written before")
        self._send(_local_record(written, self.LARGEST))
        start = self._offset
        for piece in pieces:
            self._send(piece)
        assert self._offset - start == written.compressed_size
        self._written[written.raw_name] = written

    def _send(self, data: bytes | bytearray) -> None:
        self._file.write(data)
        self._offset += len(data)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise ValueError("the archive is complete")

    def _end_records(self, start: int) -> bytes:
        count, size = len(self._written), self._offset - start
        end = _END.pack(
            b"PK\5\6", 0, 0,
            *[_SENTINEL16 if count > self.MOST else count] * 2,
            SENTINEL if size > self.LARGEST else size,
            SENTINEL if start > self.LARGEST else start,
            0,
        )  # fmt: skip
        if count <= self.MOST and max(size, start) <= self.LARGEST:
            return end
        end64 = _END64.pack(
            b"PK\6\6", _END64.size - 12, _VERSION_ZIP64, _VERSION_ZIP64,
            0, 0, count, count, size, start,
        )  # fmt: skip
        return end64 + _LOCATOR.pack(b"PK\6\7", 0, self._offset, 1) + end


def _local_record(written: _Written, largest: int) -> bytes:
    """Return the local header; its ZIP64 field holds both sizes or is not there."""
    sizes = (written.size, written.compressed_size)
    extra = _zip64(sizes) if max(sizes) > largest else b""
    return (
        _LOCAL.pack(
            b"PK\3\4",
            _version(written, zip64=bool(extra)),
            written.flags,
            written.method,
            written.dos_time,
            written.dos_date,
            written.crc,
            SENTINEL if extra else written.compressed_size,
            SENTINEL if extra else written.size,
            len(written.raw_name),
            len(extra),
        )
        + written.raw_name
        + extra
    )


def _central_record(written: _Written, largest: int) -> bytes:
    """Return the record of the central directory; its ZIP64 field may hold the offset, too."""
    sizes = (written.size, written.compressed_size)
    large, far = max(sizes) > largest, written.offset > largest
    values = (sizes if large else ()) + ((written.offset,) if far else ())
    extra = _zip64(values) if values else b""
    version = _version(written, zip64=bool(extra))
    return (
        _CENTRAL.pack(
            b"PK\1\2",
            version,
            written.create_system,
            version,
            written.flags,
            written.method,
            written.dos_time,
            written.dos_date,
            written.crc,
            SENTINEL if large else written.compressed_size,
            SENTINEL if large else written.size,
            len(written.raw_name),
            len(extra),
            0,
            0,
            0,
            written.external_attr,
            SENTINEL if far else written.offset,
        )
        + written.raw_name
        + extra
    )


def _zip64(values: tuple[int, ...]) -> bytes:
    return _ZIP64_HEAD.pack(1, 8 * len(values)) + struct.pack(f"<{len(values)}Q", *values)


def _version(written: _Written, *, zip64: bool) -> int:
    if zip64:
        return _VERSION_ZIP64
    return _VERSION_STORED if written.method == STORED else _VERSION_DEFLATED


def _flags(raw_name: bytes) -> int:
    return 0 if raw_name.isascii() else Flag.UTF8


def _dos(date_time: DateTime) -> tuple[int, int]:
    """Return date and time as DOS packs them, or raise ValueError."""
    year, month, day, hour, minute, second = date_time
    limits = ((year - 1980, 127), (month, 15), (day, 31), (hour, 31), (minute, 63), (second, 63))
    if not all(0 <= value <= most for value, most in limits):
        raise ValueError(f"a zip archive cannot hold the time {date_time}")
    return (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2


def source_date_epoch(environ: Mapping[str, str]) -> DateTime | None:
    """Return the time that SOURCE_DATE_EPOCH sets, within what a zip archive can hold.

    The variable is that of reproducible-builds.org: seconds since 1970, UTC.

    Returns:
        The time, not before 1980 nor after 2107; None if the variable is unset or empty.

    Raises:
        UsageError: it is no whole number.
    """
    text = environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _EPOCH_DIGITS):
        raise UsageError(f"SOURCE_DATE_EPOCH is {shown(text)}, which is no number of seconds")
    moment = time.gmtime(min(max(int(text), _EPOCH_FIRST), _EPOCH_LAST))
    return (
        moment.tm_year, moment.tm_mon, moment.tm_mday,
        moment.tm_hour, moment.tm_min, moment.tm_sec & ~1,
    )  # fmt: skip
