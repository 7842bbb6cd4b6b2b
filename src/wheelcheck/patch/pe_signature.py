"""What an edit of a PE image makes void: signature, binding and checksum."""

import struct

from wheelcheck.binary.model import ImportKind
from wheelcheck.binary.pe_headers import Directory, Headers, Rvas, debug_rows
from wheelcheck.binary.pe_tables import Descriptor
from wheelcheck.patch.pe_sound import editable

__all__ = ["checksum", "clear_bindings", "remove_certificate", "unforce_integrity"]

_FORCE_INTEGRITY = 0x0080
_BLOCK = 1 << 14
_ALIGNMENT = 8  # of the certificate table's end


def remove_certificate(image: bytearray, headers: Headers) -> tuple[bool, tuple[str, ...]]:
    """Drop the Authenticode signatures: the directory, and their bytes where nothing moves.

    At the end of the file they are cut off. With other data behind them they
    become zeros: that data may be found by its offset. Where they overlap
    anything else of the image, which no signing tool does, they are left.
    """
    offset, size = headers.directory(Directory.CERTIFICATE)
    if not offset and not size:
        return False, ()
    struct.pack_into("<2I", image, headers.directory_table + 8 * Directory.CERTIFICATE, 0, 0)
    end = min(offset + size, len(image))
    if offset >= end:
        return True, ()
    if any(begin < end and offset < stop for begin, stop in _claimed(image, headers)):
        return True, ("the certificate table overlapped other data; its bytes were left",)
    rest = len(image) - end
    if rest < _ALIGNMENT and not any(image[end:]):
        del image[offset:]
        return True, ()
    image[offset:end] = bytes(end - offset)
    return True, (f"data follows the certificates, so their {end - offset} bytes became zeros",)


def _claimed(image: bytearray, headers: Headers) -> list[tuple[int, int]]:
    """List what is known to lie where: headers, sections, symbols, debug data."""
    claimed = [(0, headers.size_of_headers)]
    claimed += [(s.raw_offset, s.raw_offset + s.raw_size) for s in headers.sections if s.raw_offset]
    if headers.symbol_table:
        strings = headers.symbol_table + 18 * headers.symbol_count
        size = int.from_bytes(image[strings : strings + 4], "little")
        claimed.append((headers.symbol_table, strings + size))
    for row in debug_rows(Rvas(image, headers), headers):
        length, _, start = struct.unpack_from("<3I", image, row + 16)
        claimed.append((start, start + length))
    return claimed


def unforce_integrity(image: bytearray, headers: Headers) -> tuple[str, ...]:
    """Clear FORCE_INTEGRITY: with it Windows maps only what has a valid signature."""
    flags = headers.dll_characteristics
    if not flags & _FORCE_INTEGRITY:
        return ()
    field = headers.optional_header + 70
    struct.pack_into("<H", image, field, flags & ~_FORCE_INTEGRITY)
    return ("the flag that demands a valid signature (/INTEGRITYCHECK) was cleared",)


def clear_bindings(
    image: bytearray, headers: Headers, rvas: Rvas, rows: list[Descriptor]
) -> tuple[str, ...]:
    """Make the loader look up every function, whatever was looked up at build time."""
    for row in rows:
        # TimeDateStamp and ForwarderChain; dwTimeStamp.
        begin, end = (4, 12) if row.kind is ImportKind.REGULAR else (28, 32)
        offset = editable(rvas, row.rva, end)
        image[offset + begin : offset + end] = bytes(end - begin)
    rva, size = headers.directory(Directory.BOUND_IMPORT)
    if not rva:
        return ()
    struct.pack_into("<2I", image, headers.directory_table + 8 * Directory.BOUND_IMPORT, 0, 0)
    # It stands right behind the section table, where a new section's row may have to go.
    end = min(rva + size, headers.size_of_headers, headers.raw_start or len(image))
    if headers.section_table_end <= rva < end:
        image[rva:end] = bytes(end - rva)
    return ("the bound import directory was cleared",)


def checksum(image: bytes | bytearray, field: int) -> int:
    """Compute what ``CheckSum`` at offset ``field`` should hold (imagehlp.CheckSumMappedFile).

    The sum of all 16-bit words with end-around carry is their sum modulo
    0xFFFF, and so is the whole file read as one number, because 0x10000 is 1
    modulo 0xFFFF. Only all zeros add up to 0.
    """
    view = memoryview(image)
    total = 0
    for start in range(0, len(view), _BLOCK):
        total += int.from_bytes(view[start : start + _BLOCK], "little")
    # The field itself counts as zero.
    total -= int.from_bytes(view[field : field + 4], "little")
    return (total % 0xFFFF or 0xFFFF) + len(view)
