"""What an image must be like to be edited: stricter than what can be read.

A lying header that a reader survives could make an editor destroy something,
so an image is refused unless its parts lie apart and in order.
"""

import struct
from itertools import pairwise

from wheelcheck.binary.pe_headers import SECTION_ROW, Headers, Rvas, read_headers
from wheelcheck.errors import PatchError

__all__ = ["editable", "sound_headers"]

_MAX_FILE_ALIGNMENT = 0x10000  # "PE Format", optional header


def sound_headers(data: bytes) -> Headers:
    """Read the headers of an image that may be edited.

    :raises BinaryError: there are none
    :raises PatchError: they contradict themselves or the file
    """
    headers = read_headers(data)
    if len(headers.sections) != headers.section_count:
        raise PatchError("its section table is damaged")
    if headers.section_table_end > min(headers.size_of_headers, headers.raw_start or len(data)):
        raise PatchError("its section table goes on behind its headers")
    first = headers.section_table
    if headers.directory_table + 8 * len(headers.directories) > first:
        raise PatchError("its section table lies inside its data directories")
    file, memory = headers.file_alignment, headers.section_alignment
    if not _power_of_two(file) or not _power_of_two(memory) or file > _MAX_FILE_ALIGNMENT:
        raise PatchError(f"its alignments are impossible ({file:#x} in the file, {memory:#x})")
    end = 0
    for index, section in enumerate(headers.sections):
        (rva,) = struct.unpack_from("<I", data, first + SECTION_ROW * index + 12)
        if rva != section.rva or rva < end:
            raise PatchError("its sections overlap or are out of order")
        if section.file_size and section.raw_offset + section.raw_size > len(data):
            raise PatchError(f"it is cut off: section {section.name!r} goes on behind its end")
        end = section.rva + section.mapped_size
    raw = sorted((s.raw_offset, s.raw_offset + s.raw_size) for s in headers.sections if s.file_size)
    if any(end > begin for (_, end), (begin, _) in pairwise(raw)):
        raise PatchError("its sections share bytes of the file")
    return headers


def editable(rvas: Rvas, rva: int, size: int) -> int:
    """Give the file offset of bytes that may be changed: those of one section.

    :raises PatchError: they are headers, zeros without a place in the file, or nowhere
    """
    offset, present, _ = rvas.locate(rva)
    if rva < rvas.first_section or present < size:
        raise PatchError(f"what has to change at RVA {rva:#x} is not inside a section")
    return offset


def _power_of_two(value: int) -> bool:
    return value > 0 and not value & (value - 1)
