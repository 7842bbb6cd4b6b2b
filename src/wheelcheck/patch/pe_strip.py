"""Taking the debug data of GNU and LLVM linkers out of a PE image: bytes in, bytes out.

They leave COFF symbols behind the last section, and DWARF in sections at the
end of the image that the loader maps and nothing reads. Both are cut off where
that is all that lies there; an image with anything else behind its sections is
left as it is, because what it is, and by which offsets it is found, is not
known. Source: "PE Format", COFF Symbol Table and String Table.
"""

import struct
from collections.abc import Iterator

from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_headers import SECTION_ROW, Directory, Headers, Rvas
from wheelcheck.errors import BinaryError, PatchError
from wheelcheck.patch.pe import PatchResult
from wheelcheck.patch.pe_room import align
from wheelcheck.patch.pe_signature import checksum, remove_certificate
from wheelcheck.patch.pe_sound import sound_headers

__all__ = ["strip_debug"]

_DEBUG_NAMES = (".debug_", ".zdebug_")
_DISCARDABLE = 0x02000000
_STRIPPED = 0x0004 | 0x0008 | 0x0200
"""IMAGE_FILE_LINE_NUMS_STRIPPED, _LOCAL_SYMS_STRIPPED, _DEBUG_STRIPPED."""
_SYMBOL = 18
_BASE_RELOCATION = 5


def strip_debug(data: bytes) -> PatchResult:
    """Cut COFF symbols and DWARF sections off the end of an image.

    What the loader sees of it stays as it was. ``method`` of the result is
    ``stripped``, or ``unchanged`` with a note that says why, or without one if
    there was nothing to cut. Debug data in a ``.pdb`` file is no part of the image.

    :raises PatchError: the image is damaged
    """
    try:
        headers = sound_headers(data)
    except BinaryError as error:
        raise PatchError(f"its tables cannot be trusted: {error}") from error
    kept = len(headers.sections) - _debug_sections(headers)
    if kept == len(headers.sections) and not headers.symbol_table:
        return PatchResult(data)
    image = bytearray(data)
    removed, notes = remove_certificate(image, headers)
    reason = _obstacle(image, headers, kept)
    if reason is not None:
        return PatchResult(data, notes=(f"not stripped: {reason}",))
    _cut(image, headers, kept)
    result = bytes(image)
    old, new = read_pe(data).slices[0], read_pe(result).slices[0]
    if (old.imports, old.exports, old.damage) != (new.imports, new.exports, new.damage):
        raise PatchError("its tables reach into its debug data")
    return PatchResult(result, removed, "stripped", notes)


def _debug_sections(headers: Headers) -> int:
    """Count the sections at the end that hold DWARF and nothing else."""
    count = 0
    for section in reversed(headers.sections):
        debug = section.name.startswith(_DEBUG_NAMES)
        if not debug or not section.characteristics & _DISCARDABLE:
            break
        count += 1
    return count


def _obstacle(image: bytearray, headers: Headers, kept: int) -> str | None:
    """Say why the end of the image cannot be cut off, or None if it can."""
    keeping, dropping = headers.sections[:kept], headers.sections[kept:]
    end = max((s.raw_offset + s.raw_size for s in keeping if s.raw_offset), default=0)
    starts = [s.raw_offset for s in dropping if s.raw_offset]
    if headers.symbol_table:
        starts.append(headers.symbol_table)
    reasons = {
        "it has no other section": end < headers.size_of_headers,
        "its debug data does not lie at its end": min(starts, default=end) < end,
        "other data lies behind its sections": _end_of_symbols(image, headers) < len(image),
        # Long names stand in the string table, which goes with the symbols.
        "sections have their names among the symbols": any(
            image[headers.section_table + SECTION_ROW * index] == ord("/") for index in range(kept)
        ),
        "its tables lead into its debug data": bool(dropping)
        and _reaches(image, headers, dropping[0].rva),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _reaches(image: bytearray, headers: Headers, limit: int) -> bool:
    """Tell whether a data directory or a base relocation leads to this RVA or behind."""
    return any(
        size and rva + size > limit
        for index, (rva, size) in enumerate(headers.directories)
        if index != Directory.CERTIFICATE
    ) or any(page >= limit for page in _relocated_pages(image, headers))


def _end_of_symbols(image: bytearray, headers: Headers) -> int:
    """Give the offset behind sections, symbols, strings and the zeros that fill the file up."""
    end = headers.raw_end
    if headers.symbol_table:
        strings = headers.symbol_table + _SYMBOL * headers.symbol_count
        size = int.from_bytes(image[strings : strings + 4], "little")
        symbols_end = strings + max(size, 4)
        gap = image[end : headers.symbol_table]
        if symbols_end > len(image) or any(gap):
            return end
        end = max(end, symbols_end)
    rest = len(image) - end
    padding = rest <= headers.file_alignment and image.count(0, end) == rest
    return len(image) if padding else end


def _relocated_pages(image: bytearray, headers: Headers) -> Iterator[int]:
    """Yield the first RVA of each block of base relocations."""
    rva, size = headers.directory(_BASE_RELOCATION)
    offset, present, _ = Rvas(image, headers).locate(rva)
    end = offset + min(size, present)
    while rva and offset + 8 <= end:
        page, length = struct.unpack_from("<2I", image, offset)
        yield page
        offset += max(length, 8)


def _cut(image: bytearray, headers: Headers, kept: int) -> None:
    """Drop the last sections and the symbols, and say so in the headers."""
    keeping = headers.sections[:kept]
    del image[max(s.raw_offset + s.raw_size for s in keeping if s.raw_offset) :]
    rows = headers.section_table + SECTION_ROW * kept
    image[rows : headers.section_table_end] = bytes(headers.section_table_end - rows)
    struct.pack_into("<H", image, headers.file_header + 2, kept)
    struct.pack_into("<2I", image, headers.file_header + 8, 0, 0)
    flags = headers.characteristics | _STRIPPED
    struct.pack_into("<H", image, headers.file_header + 18, flags)
    for index in range(kept):
        # PointerToLinenumbers, NumberOfLinenumbers: they went with the symbols.
        row = headers.section_table + SECTION_ROW * index
        struct.pack_into("<I", image, row + 28, 0)
        struct.pack_into("<H", image, row + 34, 0)
    last = keeping[-1]
    size = align(last.rva + last.mapped_size, headers.section_alignment)
    struct.pack_into("<I", image, headers.optional_header + 56, size)
    if headers.checksum:
        field = headers.optional_header + 64
        struct.pack_into("<I", image, field, checksum(image, field))
