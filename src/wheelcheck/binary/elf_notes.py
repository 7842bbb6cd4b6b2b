"""What the note segments of an ELF file say to loaders.

Notes are those of the System V gABI, chapter 5; the property note is that of the
Linux Extensions to the gABI, its x86 bits those of the x86-64 psABI; the Android
note is written by the NDK's ``crtbegin_so.o``.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wheelcheck.binary.elf_image import PT, ElfImage

__all__ = ["Notes", "read_notes"]

_MAX_BYTES = 1 << 16
"""Of each note segment; real ones have some hundred."""
_MAX_SEGMENTS = 64
_PROPERTY_TYPE, _PROPERTY_ALIGN = 5, 8
_ANDROID_TYPE = 1
_X86_ISA_1_NEEDED = 0xC0008002
_EM_X86 = (3, 62)


class Notes(NamedTuple):
    """The facts that notes carry."""

    isa: int
    android_api: int | None


def read_notes(image: ElfImage) -> Notes:
    """Read the x86-64 level needed (0 when nothing is said) and the Android API level.

    Notes that do not parse are passed over, as loaders pass over them.
    """
    isa, android = 0, None
    word = struct.Struct(image.layout.order + "I")
    segments = [s for s in image.segments if s.type in (PT.NOTE, PT.GNU_PROPERTY)]
    for segment in segments[:_MAX_SEGMENTS]:
        size = max(min(segment.filesz, _MAX_BYTES, len(image.view) - segment.offset), 0)
        content = bytes(image.view[segment.offset : segment.offset + size])
        for name, kind, payload in _notes(content, image.layout.order, segment.align):
            if name == b"Android\0" and kind == _ANDROID_TYPE and len(payload) >= word.size:
                android = word.unpack_from(payload)[0]
            if name == b"GNU\0" and kind == _PROPERTY_TYPE and image.machine in _EM_X86:
                isa = max(isa, _isa_level(payload, image.layout.order, image.layout.bits // 8))
    return Notes(isa, android)


def _notes(content: bytes, order: str, align: int) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield (name with its end, type, content) of each note."""
    head = struct.Struct(order + "III")
    align = _PROPERTY_ALIGN if align == _PROPERTY_ALIGN else 4
    at = 0
    while at + head.size <= len(content):
        name_size, size, kind = head.unpack_from(content, at)
        name = at + head.size
        start = _up(name + name_size, align)
        if start + size > len(content):
            return
        yield content[name : name + name_size], kind, content[start : start + size]
        at = _up(start + size, align)


def _isa_level(content: bytes, order: str, align: int) -> int:
    """Return the highest x86-64 level among the properties: 1 the baseline, 2 to 4, or 0."""
    head, word = struct.Struct(order + "II"), struct.Struct(order + "I")
    at, level = 0, 0
    while at + head.size <= len(content):
        kind, size = head.unpack_from(content, at)
        value = content[at + head.size : at + head.size + size]
        if kind == _X86_ISA_1_NEEDED and len(value) == word.size:
            level = max(level, (word.unpack(value)[0] & 0xF).bit_length())
        at = _up(at + head.size + size, align)
    return level


def _up(value: int, align: int) -> int:
    return -(-value // align) * align
