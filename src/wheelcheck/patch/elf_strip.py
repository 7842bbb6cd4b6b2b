"""ELF objects without what no loader reads: debug data, the symbols for debuggers, comments.

Loaders see the program headers only, so nothing of the loaded image moves: the
tail of the file and its section headers are written anew.
"""

import struct

from wheelcheck.binary.elf_image import ElfImage, Section

__all__ = ["strip_sections"]

_SHF_ALLOC, _SHF_INFO_LINK = 2, 0x40
_SHT_STRTAB, _SHT_NOBITS = 3, 8
_SHT_DYNSYM = 11
_TAKES_INFO = frozenset({4, 9})
"""Relocations: their sh_info is a section."""
_ATTRIBUTES = frozenset({0x6FFFFFF5, 0x70000003})
"""What tells linkers and loaders of the calling convention, though it is not mapped."""
_SHN_RESERVED = 0xFF00
_ALIGN = 8


def strip_sections(data: bytes) -> bytes:
    """Return the object without its sections that are not mapped; itself if that saves nothing.

    Raises:
        BinaryError: its headers are damaged.
    """
    image = ElfImage(data)
    old = image.sections()
    if not old:
        return data
    names = image.section_names(old)
    kept = [
        index
        for index, section in enumerate(old)
        if index == 0 or section.flags & _SHF_ALLOC or section.type in _ATTRIBUTES
    ]
    numbers = {index: number for number, index in enumerate(kept)}
    result = bytearray(image.view[: _end(image, old)])
    table = bytearray(b"\0")
    sections: list[Section] = []
    for index in kept:
        section = old[index]
        if index and not section.flags & _SHF_ALLOC:
            content = image.bytes_at(section.offset, section.size, "sections")
            section.offset = len(result)
            result += content
        section.name = len(table) if index else 0
        if index:
            table += names[index].encode("utf-8", "surrogateescape") + b"\0"
        section.link = numbers.get(section.link, 0)
        if section.flags & _SHF_INFO_LINK or section.type in _TAKES_INFO:
            section.info = numbers.get(section.info, 0)
        sections.append(section)
    name_of_table = len(table)
    table += b".shstrtab\0"
    sections.append(Section(name_of_table, _SHT_STRTAB, 0, 0, len(result), len(table), 0, 0, 1, 0))
    result += table
    result += bytes(-len(result) % _ALIGN)
    _renumber(image, result, sections, numbers)
    place = len(result)
    for c in sections:
        fields = (c.name, c.type, c.flags, c.addr, c.offset, c.size, c.link, c.info)
        result += image.layout.section.pack(*fields, c.align, c.entsize)
    _write_header(image, result, place, len(sections))
    return bytes(result) if len(result) < len(data) else data


def _end(image: ElfImage, sections: list[Section]) -> int:
    """Return where the bytes end that anything mapped, or a program header, lies in."""
    layout = image.layout
    ends: list[int] = [image.header_size, image.phoff + len(image.segments) * layout.segment.size]
    ends += [s.offset + s.filesz for s in image.segments]
    ends += [s.offset + s.size for s in sections if s.flags & _SHF_ALLOC and s.type != _SHT_NOBITS]
    return min(max(ends), len(image.view))


def _renumber(
    image: ElfImage, result: bytearray, sections: list[Section], numbers: dict[int, int]
) -> None:
    """Tell the dynamic symbols the new numbers of their sections."""
    form = image.layout.symbol
    at = 6 if image.layout.wide else 14
    word = struct.Struct(image.layout.order + "H")
    for section in sections:
        if section.type != _SHT_DYNSYM:
            continue
        for offset in range(section.offset, section.offset + section.size, form.size):
            if offset + form.size > len(result):
                return
            (number,) = word.unpack_from(result, offset + at)
            if 0 < number < _SHN_RESERVED:
                word.pack_into(result, offset + at, numbers.get(number, number))


def _write_header(image: ElfImage, result: bytearray, place: int, count: int) -> None:
    order, wide = image.layout.order, image.layout.wide
    struct.pack_into(order + ("Q" if wide else "I"), result, 40 if wide else 32, place)
    struct.pack_into(order + "2H", result, 60 if wide else 48, count, count - 1)
