"""The local headers: each agrees with the central directory, and there is nothing else.

Readers that stream from the front see only local headers, others only the
central directory. PyPI refuses an archive that these two would read
differently (warehouse, ``utils/zipfiles.py``).
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wheelcheck.archive.directory import Directory, Entry
from wheelcheck.archive.extra import (
    SENTINEL,
    extra_faults,
    zip64_compressed_size,
    zip64_field,
    zip64_values,
)
from wheelcheck.archive.source import Source
from wheelcheck.archive.structure import DefectKind, Defects, Flag, Member, shown
from wheelcheck.errors import UnreadableError

__all__ = ["read_members"]

_LOCAL = struct.Struct("<4s5H3L2H")
_SIGNATURE = b"PK\3\4"
_OTHER_SIGNATURES = (b"PK\1\2", b"PK\5\6", b"PK\6\6")
_DESCRIPTOR_SIGNATURE = b"PK\7\x08"
_LONGEST_DESCRIPTOR = 24
# A local header may have other extra fields than the central record: 36 bytes
# hold Info-ZIP's times and owners.
_SPARE = 36
_LOOK = 512
# Headers and data together fill a file at most once, unless members overlap.
_MOST_CLAIMED = 2


class _Local(NamedTuple):
    """The first six as in :class:`Entry`."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int
    extra: bytes
    data_offset: int


def read_members(source: Source, directory: Directory, defects: Defects) -> tuple[Member, ...]:
    """Find each entry's data by its local header, and note what is wrong on the way.

    Raises:
        UnreadableError: the members overlap so much that reading them would
            cost many times what the file's size lets one expect.
    """
    claimed = 0
    members = []
    extents = []
    for entry in directory.entries:
        local = _read_local(source, entry, directory.offset)
        if local is None:
            data_offset = -1
            defects.add(
                DefectKind.LOCAL_HEADER_MISSING,
                f"has no local header at {entry.header_offset}, where its central record says",
                entry.name,
            )
        else:
            data_offset = local.data_offset
            end = data_offset + entry.compressed_size
            if not _plain(entry, local):
                for kind, text in _differences(entry, local):
                    defects.add(kind, text, entry.name)
                if local.flags & Flag.DESCRIPTOR:
                    end += _descriptor_length(source, entry, end)
            extents.append((entry.header_offset, end, entry.name))
            claimed += end - entry.header_offset
            if claimed > _MOST_CLAIMED * source.size:
                raise UnreadableError(
                    f"{source.name}: its members overlap, so that a small file holds large ones; "
                    "PyPI refuses such files"
                )
        members.append(Member(*entry[:-1], data_offset))
    _check_extents(source, directory.offset, extents, defects)
    return tuple(members)


def _read_local(source: Source, entry: Entry, end: int) -> _Local | None:
    """Read the header of an entry; None unless a whole one is there, before ``end``."""
    offset = entry.header_offset
    fixed = _LOCAL.size
    raw = source.read_at(offset, fixed + len(entry.raw_name) + _SPARE) if offset < end else b""
    if len(raw) < fixed:
        return None
    (
        signature, _, flags, method, _, _, crc, compressed, size, name_length, extra_length,
    ) = _LOCAL.unpack_from(raw)  # fmt: skip
    whole = fixed + name_length + extra_length
    if signature != _SIGNATURE or offset + whole > end:
        return None
    if whole > len(raw):
        raw = source.read_at(offset, whole)
        if len(raw) < whole:
            return None
    name_end = fixed + name_length
    return _Local(
        raw[fixed:name_end], flags, method, crc, compressed, size,
        raw[name_end:whole], offset + whole,
    )  # fmt: skip


def _plain(entry: Entry, local: _Local) -> bool:
    """Tell quickly, for nearly every member, that there is nothing to tell."""
    return not local.extra and local[:6] == entry[1:7] and not local.flags & Flag.DESCRIPTOR


def _differences(entry: Entry, local: _Local) -> Iterator[tuple[DefectKind, str]]:
    """Tell where the two records of a member differ: local header first, then central."""
    if local.raw_name != entry.raw_name:
        yield DefectKind.LOCAL_NAME, f"is named {shown(local.raw_name)} in its local header"
    if local.method != entry.method:
        yield (
            DefectKind.LOCAL_METHOD,
            f"has two compression methods in its headers: {local.method} and {entry.method}",
        )
    if local.flags != entry.flags:
        yield (
            DefectKind.LOCAL_FLAGS,
            f"has other flags in each header: 0x{local.flags:04x} and 0x{entry.flags:04x}",
        )
    yield from extra_faults(local.extra, local.raw_name, local_method=local.method)
    if (local.flags | entry.flags) & Flag.DESCRIPTOR:
        yield DefectKind.DATA_DESCRIPTOR, "has its sizes in a data descriptor behind its data"
    if local.flags & Flag.DESCRIPTOR:
        return  # its sizes and CRC are zero here, and the descriptor is ignored by zipfile
    if local.crc != entry.crc:
        yield (
            DefectKind.LOCAL_CRC,
            f"has another CRC in each header: {local.crc:08x} and {entry.crc:08x}",
        )
    if not _same_sizes(entry, local):
        yield DefectKind.LOCAL_SIZE, "has other sizes in its local header than in its central one"


def _same_sizes(entry: Entry, local: _Local) -> bool:
    said = (entry.size, entry.compressed_size)
    plain = (local.size, local.compressed_size)
    if not local.extra or (field := zip64_field(local.extra)) is None:
        return plain == said
    if zip64_values(field, plain) != said:
        return False
    # PyPI takes the compressed size from a ZIP64 field even if nothing sends it there.
    return SENTINEL in plain or zip64_compressed_size(field) in (None, entry.compressed_size)


def _descriptor_length(source: Source, entry: Entry, offset: int) -> int:
    """Return how long the data descriptor is: signature and 64-bit sizes are optional."""
    raw = source.read_at(offset, _LONGEST_DESCRIPTOR)
    for signature in (_DESCRIPTOR_SIGNATURE, b""):
        for sizes in ("LL", "QQ"):
            form = struct.Struct(f"<{len(signature)}sL{sizes}")
            try:
                expected = form.pack(signature, entry.crc, entry.compressed_size, entry.size)
            except struct.error:  # sizes beyond 32 bits
                continue
            if raw.startswith(expected):
                return form.size
    return 0


def _check_extents(
    source: Source, end_of_members: int, extents: list[tuple[int, int, str]], defects: Defects
) -> None:
    """Walk over the file by what the headers claim; note bytes claimed twice or by nobody."""
    reached = 0
    last = ""
    for start, end, name in sorted(extents):
        if start < reached:
            defects.add(DefectKind.OVERLAP, "starts inside another member", name)
        elif start > reached:
            _blame_gap(source, reached, start, defects)
        if end >= reached:
            reached, last = end, name
    if reached > end_of_members:
        defects.add(DefectKind.OVERLAP, "reaches into the central directory", last)
    elif reached < end_of_members:
        _blame_gap(source, reached, end_of_members, defects)


def _blame_gap(source: Source, start: int, end: int, defects: Defects) -> None:
    """Note bytes that no member claims; only what comes first in them is looked at."""
    raw = source.read_at(start, min(end - start, _LOCAL.size + _LOOK))
    many = f"{end - start} bytes at {start}"
    if raw.startswith(_SIGNATURE) and len(raw) >= _LOCAL.size:
        length = _LOCAL.unpack_from(raw)[9]
        name = raw[_LOCAL.size : _LOCAL.size + length].decode("utf-8", "backslashreplace")
        defects.add(
            DefectKind.HIDDEN_MEMBER,
            f"has a local header, but the central directory does not list it ({many})",
            name,
        )
    elif raw.startswith(_OTHER_SIGNATURES):
        text = f"{many} are another central directory, of an archive inside or in front of this one"
        defects.add(DefectKind.SECOND_DIRECTORY, text)
    elif start:
        defects.add(DefectKind.GAP, f"{many} belong to no member")
    else:
        defects.add(DefectKind.PREFIX_BYTES, f"{end} bytes come before the first member")
