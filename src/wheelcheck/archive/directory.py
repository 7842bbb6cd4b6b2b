"""The end of an archive: the end records and the central directory.

Where an archive can be read in more than one way, it is read as Python's
zipfile does, because that is what installers use; the doubt becomes a defect.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wheelcheck.archive.extra import SENTINEL, extra_faults, zip64_field, zip64_values
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.source import Source
from wheelcheck.archive.structure import DefectKind, Defects
from wheelcheck.errors import UnreadableError
from wheelcheck.records import record

__all__ = ["Directory", "Entry", "read_directory"]

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\5\6"
_LONGEST_COMMENT = 0xFFFF
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_SIGNATURE = b"PK\6\7"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_SIGNATURE = b"PK\6\6"
_END64_BODY = 44
"""What the size field of a ZIP64 end record says when there is nothing but its fixed fields."""
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_CENTRAL_SIGNATURE = b"PK\1\2"
_LOCAL_SIGNATURE = b"PK\3\4"
_SENTINEL16 = 0xFFFF


class Entry(NamedTuple):
    """A record of the central directory, sizes and offset true: a member, but for its data."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int
    header_offset: int
    """From the start of the file."""
    create_system: int
    external_attr: int
    dos_date: int
    dos_time: int
    extra: bytes
    comment: bytes
    disk: int


@record
class Directory:
    """The central directory as read."""

    offset: int
    """Where it starts in the file."""
    entries: tuple[Entry, ...]


class _End(NamedTuple):
    """The end record, as the ZIP64 one corrects it."""

    offset: int
    """Where the first of the end records starts, hence where the directory ends."""
    records: int
    directory_size: int
    directory_offset: int


def read_directory(source: Source, limits: Limits, defects: Defects) -> Directory:
    """Read the central directory and check it against the end records.

    Raises:
        UnreadableError: there is none, it is damaged, or it is beyond the limits.
    """
    end = _read_end(source, defects)
    name = source.name
    if end.directory_size > limits.directory_size:
        raise UnreadableError(
            f"{name}: its central directory has {end.directory_size} bytes; "
            f"{limits.directory_size} are allowed"
        )
    start = end.offset - end.directory_size
    # Bytes put before an archive shift everything; zipfile makes up for that.
    shift = start - end.directory_offset
    if shift < 0:
        raise UnreadableError(
            f"{name}: its central directory does not lie where its end record says; "
            "the file is damaged or truncated"
        )
    if shift:
        defects.add(
            DefectKind.END_RECORD_OFFSET,
            f"the end record says that the central directory starts at {end.directory_offset}, "
            f"but it starts at {start}",
        )
    data = source.read_at(start, end.directory_size)
    if len(data) != end.directory_size:
        raise UnreadableError(f"{name} became shorter while it was read")
    entries = tuple(_entries(data, name, shift, limits))
    if end.records != len(entries):
        defects.add(
            DefectKind.END_RECORD_COUNT,
            f"the end record counts {end.records} members, but there are {len(entries)}",
        )
    _check_entries(entries, defects)
    return Directory(start, entries)


def _read_end(source: Source, defects: Defects) -> _End:
    size = source.size
    if not size:
        raise UnreadableError(f"{source.name} is empty")
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    tail = source.read_at(start, size - start)
    at = len(tail) - _END.size
    plain = at >= 0 and tail.startswith(_END_SIGNATURE, at) and tail.endswith(b"\0\0")
    if not plain:
        at = tail.rfind(_END_SIGNATURE)
    if at < 0 or at + _END.size > len(tail):
        raise UnreadableError(f"{source.name} {_without_end(source)}")

    _, disk, first_disk, here, records, cd_size, cd_offset, length = _END.unpack_from(tail, at)
    offset = start + at
    _check_comment(defects, tail[at + _END.size :], length)
    end = _read_end64(source, defects, _End(offset, records, cd_size, cd_offset))
    if disk not in (0, _SENTINEL16) or first_disk not in (0, _SENTINEL16):
        defects.add(DefectKind.MULTI_DISK, "the end record speaks of several disks")
    if here != records:
        defects.add(
            DefectKind.END_RECORD_COUNT,
            f"the end record counts {here} members on this disk and {records} in all",
        )
    return end


def _without_end(source: Source) -> str:
    """Say what a file without an end record may be."""
    if source.read_at(0, 4) == _LOCAL_SIGNATURE:
        return "is truncated: it starts as a zip archive, but the end record is missing"
    return "is not a zip archive"


def _check_comment(defects: Defects, rest: bytes, length: int) -> None:
    """Judge what follows the end record: a comment of ``length`` bytes, then nothing."""
    if length:
        defects.add(DefectKind.ARCHIVE_COMMENT, f"the archive has a comment of {length} bytes")
    if len(rest) < length:
        defects.add(
            DefectKind.ARCHIVE_COMMENT_TRUNCATED,
            f"only {len(rest)} bytes of the archive's comment are there",
        )
    if len(rest) > length:
        defects.add(DefectKind.TRAILING_BYTES, f"{len(rest) - length} bytes follow the end record")


def _read_end64(source: Source, defects: Defects, end: _End) -> _End:
    """Read the ZIP64 end record, if the locator in front of the end record leads to one."""
    locator_at = end.offset - _LOCATOR.size
    raw = source.read_at(locator_at, _LOCATOR.size) if locator_at >= 0 else b""
    if not raw.startswith(_LOCATOR_SIGNATURE):
        return end
    _, disk, said_at, disks = _LOCATOR.unpack(raw)
    if disk or disks > 1:
        defects.add(DefectKind.MULTI_DISK, "the ZIP64 locator speaks of several disks")
    at, raw = _find_end64(source, locator_at, said_at)
    if at is None:
        defects.add(
            DefectKind.ZIP64_LOCATOR, "the ZIP64 locator does not lead to a ZIP64 end record"
        )
        return end
    _, body, _, _, disk, first_disk, here, records, cd_size, cd_offset = _END64.unpack(raw)
    if at != said_at:
        defects.add(
            DefectKind.ZIP64_LOCATOR,
            f"the ZIP64 locator points to {said_at}, but the ZIP64 end record is at {at}",
        )
    if body != _END64_BODY:
        defects.add(
            DefectKind.ZIP64_END_RECORD,
            f"the ZIP64 end record says that it has {body} bytes instead of {_END64_BODY}",
        )
    if disk or first_disk:
        defects.add(DefectKind.MULTI_DISK, "the ZIP64 end record speaks of several disks")
    if here != records:
        defects.add(
            DefectKind.END_RECORD_COUNT,
            f"the ZIP64 end record counts {here} members on this disk and {records} in all",
        )
    pairs = (
        (end.records, records, _SENTINEL16),
        (end.directory_size, cd_size, SENTINEL),
        (end.directory_offset, cd_offset, SENTINEL),
    )
    if any(old not in (new, sentinel) for old, new, sentinel in pairs):
        defects.add(DefectKind.ZIP64_MISMATCH, "the end record and the ZIP64 end record disagree")
    return _End(at, records, cd_size, cd_offset)


def _find_end64(source: Source, locator_at: int, said_at: int) -> tuple[int | None, bytes]:
    """Look directly before the locator, as zipfile does, then where it points."""
    for at in (locator_at - _END64.size, said_at):
        if 0 <= at <= locator_at - _END64.size:
            raw = source.read_at(at, _END64.size)
            if raw.startswith(_END64_SIGNATURE):
                return at, raw
    return None, b""


def _entries(data: bytes, archive: str, shift: int, limits: Limits) -> Iterator[Entry]:
    """Yield the records of the central directory."""
    at, end = 0, len(data)
    count = 0
    unpack, fixed = _CENTRAL.unpack_from, _CENTRAL.size
    while at < end:
        if at + fixed > end:
            raise _damaged(archive, count)
        (
            signature, _, system, _, flags, method, time, date, crc, compressed, size,
            name_length, extra_length, comment_length, disk, _, external, offset,
        ) = unpack(data, at)  # fmt: skip
        at += fixed
        after = at + name_length + extra_length + comment_length
        if signature != _CENTRAL_SIGNATURE or after > end:
            raise _damaged(archive, count)
        if count == limits.members:
            raise UnreadableError(f"{archive} has more than {count} members")
        if name_length > limits.name_size:
            raise UnreadableError(
                f"{archive}: entry {count + 1} has a name of {name_length} bytes; "
                f"{limits.name_size} are allowed"
            )
        raw_name = data[at : at + name_length]
        extra = data[at + name_length : at + name_length + extra_length]
        if SENTINEL in (compressed, size, offset):
            values = zip64_values(zip64_field(extra), (size, compressed, offset))
            if values is None:
                raise _damaged(archive, count)
            size, compressed, offset = values
        yield Entry(
            _decode(raw_name, flags), raw_name, flags, method, crc, compressed, size,
            offset + shift, system, external, date, time, extra,
            data[after - comment_length : after], disk,
        )  # fmt: skip
        at = after
        count += 1


def _damaged(archive: str, number: int) -> UnreadableError:
    return UnreadableError(f"{archive}: its central directory is damaged at entry {number + 1}")


def _decode(raw: bytes, flags: int) -> str:
    """Decode a name as zipfile does: UTF-8 if the flag says so, else code page 437."""
    if raw.isascii():
        return raw.decode("ascii")
    if flags & 0x800:
        return raw.decode("utf-8", "backslashreplace")
    return raw.decode("cp437")


def _check_entries(entries: tuple[Entry, ...], defects: Defects) -> None:
    """Note what is odd in single records, names apart."""
    for entry in entries:
        if entry.comment:
            text = "has a comment in the central directory"
            defects.add(DefectKind.RECORD_COMMENT, text, entry.name)
        if entry.disk not in (0, _SENTINEL16):
            defects.add(DefectKind.MULTI_DISK, "is on another disk", entry.name)
        if entry.extra:
            for kind, text in extra_faults(entry.extra, entry.raw_name, local_method=None):
                defects.add(kind, text, entry.name)
