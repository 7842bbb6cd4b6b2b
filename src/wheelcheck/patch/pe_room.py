"""Room for new bytes in a PE image that is laid out already.

In this order: the padding behind a section, which the file has anyway; a new
section; a new section after the headers were made longer, which moves all
bytes behind them.

A new section lies behind everything, an overlay included. An overlay is found
by its absolute offset (COFF symbols, the tables of many installers), by a
search for its magic, or from the end of the file. Behind everything, offsets
stay true, every byte stays as it was and searches succeed; only a reader that
insists on its own last byte being the file's last misses it. Before the
overlay, the offsets inside it would silently be wrong, and what they are is
not known here. Where the headers must grow nothing helps: the overlay moves,
and its reader has to search.
"""

import struct
from collections.abc import Sequence

from wheelcheck.binary.pe_headers import (
    SECTION_ROW,
    Directory,
    Headers,
    Rvas,
    Section,
    debug_rows,
    read_headers,
)
from wheelcheck.errors import PatchError
from wheelcheck.records import record

__all__ = ["Room", "align", "make_room"]

SECTION_NAME = b".dllname"

_PAGE = 0x1000
_MAX_SECTIONS = 96  # "PE Format": the Windows loader limits the number of sections to 96
_MAX_FILE = 0xFFFFFFFF

_INITIALIZED, _DISCARDABLE, _SHARED = 0x40, 0x02000000, 0x10000000
_EXECUTE, _READ, _WRITE = 0x20000000, 0x40000000, 0x80000000

# The linker may leave the zeros that end the last string or table of a section
# to the padding; the largest such end is an import descriptor's 20 bytes.
_GAP = 32


@record
class Room:
    """What was made of the image to hold what was asked for."""

    rvas: tuple[int, ...]
    """Where each piece may be written, in the order of the sizes asked for."""
    method: str
    notes: tuple[str, ...] = ()


def align(value: int, unit: int) -> int:
    """Round up to a multiple of ``unit``."""
    return -(-value // unit) * unit


def make_room(image: bytearray, headers: Headers, sizes: Sequence[int]) -> Room:
    """Find or make readable room of so many bytes each; the image is changed.

    :raises PatchError: the image has no room and none can be made
    """
    room = _in_padding(image, headers, sizes)
    if room is not None:
        return room
    headers, notes = _make_header_room(image, headers)
    offsets = _packed(sizes)
    total = offsets.pop()
    rva = _append_section(image, headers, total)
    method = "new section, longer headers" if notes else "new section"
    return Room(tuple(rva + offset for offset in offsets), method, notes)


def _packed(sizes: Sequence[int]) -> list[int]:
    """Give the offset of each piece, and the end of all, pieces aligned to 4 bytes."""
    offsets = [0]
    for size in sizes:
        offsets.append(offsets[-1] + align(size, 4))
    return offsets


def _in_padding(image: bytearray, headers: Headers, sizes: Sequence[int]) -> Room | None:
    """Place each piece in the first padding that takes it, all or none."""
    ends = dict.fromkeys(_padded(image, headers), 0)
    rvas = []
    limits = [section.rva for section in headers.sections[1:]] + [_MAX_FILE]
    for size in sizes:
        for index, used in ends.items():
            section = headers.sections[index]
            begin = align(used, 4) or align(section.virtual_size + _GAP, 8)
            end = begin + size
            if end <= min(section.raw_size, limits[index] - section.rva):
                rvas.append(section.rva + begin)
                ends[index] = end
                break
        else:
            return None
    for index, used in ends.items():
        if used:
            _put(image, _row(headers, index) + 8, used)
    _raise_size_of_image(image)
    return Room(tuple(rvas), "padding of a section")


def _padded(image: bytearray, headers: Headers) -> list[int]:
    """List sections whose padding may be used.

    The one with the import table comes first, because binutils and some viewers
    find no name outside of it; Windows does not care. Then read-only ones.

    Names must stay readable all the time, so not in discardable sections, and
    nothing is added to what is executed or shared between processes. Tools that
    edit resources rebuild their section, so it is spared.
    """
    resources, _ = headers.directory(Directory.RESOURCE)
    fit = [
        index
        for index, section in enumerate(headers.sections)
        if section.characteristics & (_INITIALIZED | _READ) == _INITIALIZED | _READ
        and not section.characteristics & (_EXECUTE | _DISCARDABLE | _SHARED)
        and section.raw_offset
        and section.raw_offset == section.file_offset
        and 0 < section.virtual_size < section.raw_size
        and not section.rva <= resources < section.rva + section.virtual_size
        and _all_zero(image, section)  # or somebody else hid bytes there
    ]
    table, _ = headers.directory(Directory.IMPORT)

    def order(index: int) -> tuple[bool, int]:
        section = headers.sections[index]
        elsewhere = not section.rva <= table < section.rva + section.virtual_size
        return elsewhere, section.characteristics & _WRITE

    return sorted(fit, key=order)


def _all_zero(image: bytearray, section: Section) -> bool:
    begin, end = section.raw_offset + section.virtual_size, section.raw_offset + section.raw_size
    return image.count(0, begin, end) == end - begin


def _make_header_room(image: bytearray, headers: Headers) -> tuple[Headers, tuple[str, ...]]:
    """Make place for one more row in the section table."""
    count = len(headers.sections)
    if not count:
        raise PatchError("the image has no sections to add another one to")
    if count >= _MAX_SECTIONS:
        raise PatchError(f"it has {count} sections, as many as Windows loads")
    if headers.section_alignment < _PAGE:
        # Then the file is mapped as it is: offsets and RVAs must stay equal.
        raise PatchError(
            f"sections aligned to {headers.section_alignment} bytes leave no place for another one"
        )
    begin = headers.section_table_end
    end = begin + SECTION_ROW
    raw = headers.raw_start or len(image)
    notes: tuple[str, ...] = ()
    if end > raw:
        delta = align(end - raw, max(headers.file_alignment, 0x200))
        size = raw + delta
        _check_header_size(size, headers)
        _shift(image, headers, raw, delta)
        notes = (f"the headers grew by {delta} bytes, all behind them moved",)
    else:
        size = min(align(max(end, headers.size_of_headers), headers.file_alignment), raw)
        _check_header_size(size, headers)
        if any(image[begin:end]):
            raise PatchError("other data lies behind the section table, where a row must go")
    if size > headers.size_of_headers:
        _put(image, headers.optional_header + 60, size)
    return read_headers(image), notes


def _check_header_size(size: int, headers: Headers) -> None:
    first = headers.sections[0].rva
    if size > first:
        raise PatchError(
            f"the section table is full and the headers cannot grow to {size:#x} bytes: "
            f"the first section is mapped at {first:#x}"
        )


def _shift(image: bytearray, headers: Headers, start: int, delta: int) -> None:
    """Move everything from ``start`` on, and all file offsets that lead there."""
    fields = [headers.file_header + 8]  # PointerToSymbolTable
    for index in range(len(headers.sections)):
        # PointerToRawData, PointerToRelocations, PointerToLinenumbers
        fields += [_row(headers, index) + field for field in (20, 24, 28)]
    # PointerToRawData
    fields += [row + 24 for row in debug_rows(Rvas(image, headers), headers)]
    for field in fields:
        (value,) = struct.unpack_from("<I", image, field)
        if value >= start:
            if value + delta > _MAX_FILE:
                raise PatchError("the file would become larger than 4 GiB")
            _put(image, field, value + delta)
    # Certificates are gone already. What lay between table and first section is kept.
    image[start:start] = bytes(delta)


def _append_section(image: bytearray, headers: Headers, size: int) -> int:
    """Add a section behind everything and give its RVA."""
    last = headers.sections[-1]
    rva = align(last.rva + last.mapped_size, headers.section_alignment)
    offset = align(len(image), max(headers.file_alignment, 0x200))
    raw_size = align(size, max(headers.file_alignment, 0x200))
    if offset + raw_size > _MAX_FILE or rva + raw_size > _MAX_FILE:
        raise PatchError("the file or the image would become larger than 4 GiB")
    image.extend(bytes(offset + raw_size - len(image)))
    struct.pack_into(
        "<8s6I2HI",
        image,
        _row(headers, len(headers.sections)),
        *(SECTION_NAME, size, rva, raw_size, offset, 0, 0, 0, 0, _INITIALIZED | _READ),
    )
    struct.pack_into("<H", image, headers.file_header + 2, len(headers.sections) + 1)
    initialized = headers.optional_header + 8
    before: int = struct.unpack_from("<I", image, initialized)[0]
    _put(image, initialized, min(before + raw_size, _MAX_FILE))
    _raise_size_of_image(image)
    return rva


def _raise_size_of_image(image: bytearray) -> None:
    headers = read_headers(image)
    last = headers.sections[-1]
    end = align(last.rva + last.mapped_size, headers.section_alignment)
    if end > _MAX_FILE:
        raise PatchError("the image would become larger than 4 GiB")
    if end > headers.size_of_image:
        _put(image, headers.optional_header + 56, end)


def _row(headers: Headers, index: int) -> int:
    return headers.section_table + SECTION_ROW * index


def _put(image: bytearray, offset: int, value: int) -> None:
    struct.pack_into("<I", image, offset, value)
