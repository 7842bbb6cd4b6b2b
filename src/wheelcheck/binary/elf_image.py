"""The bones of an ELF file: headers, segments, the dynamic table, its strings.

Shared by the reader and the patcher. Everything is found through the program
headers and ``PT_DYNAMIC``, as a loader finds it, so that a stripped object, or
one without section headers, reads like any other. Section headers are read
only where no loader is concerned.

The layouts are those of the System V gABI, chapters 4 and 5; GNU's extensions
(``DT_GNU_HASH``, symbol versions) are those of the Linux Standard Base.

Every table is checked against the file's size before it is touched, and the
caps below stop a file that is all table.
"""

import struct
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate
from mmap import mmap
from typing import NamedTuple, TypeAlias

from wheelcheck.errors import BinaryError
from wheelcheck.records import record

__all__ = [
    "DT",
    "PT",
    "Data",
    "ElfImage",
    "Layout",
    "Section",
    "Segment",
]

Data: TypeAlias = bytes | bytearray | memoryview | mmap

MAX_DYNAMIC = 1 << 16
"""Entries of PT_DYNAMIC; real objects have tens."""
MAX_SEGMENTS = 256
"""Real objects have a dozen."""
MAX_SECTIONS = 1 << 16
"""Of linked objects; real ones have some dozens."""
NAMES_FACTOR = 4
"""All names read may take this many times the file's size: names share their
ends, but thousands that all start in one endless string are an attack."""

_MOST_CUT = 1 << 18
"""Names that are cut out of a string table at once, since it takes memory."""

_IDENT, _EI_CLASS, _EI_DATA = 16, 4, 5
_SHN_XINDEX = 0xFFFF


class PT:
    """Segment types."""

    LOAD, DYNAMIC, INTERP, NOTE, PHDR = 1, 2, 3, 4, 6
    GNU_STACK, GNU_RELRO, GNU_PROPERTY = 0x6474E551, 0x6474E552, 0x6474E553


class DT:
    """Tags of the dynamic table."""

    NULL, NEEDED, PLTRELSZ, HASH, STRTAB, SYMTAB = 0, 1, 2, 4, 5, 6
    RELA, RELASZ, RELAENT, STRSZ, SYMENT = 7, 8, 9, 10, 11
    SONAME, RPATH, REL, RELSZ, RELENT = 14, 15, 17, 18, 19
    PLTREL, DEBUG, TEXTREL, JMPREL, BIND_NOW = 20, 21, 22, 23, 24
    RUNPATH, FLAGS = 29, 30
    GNU_HASH, VERSYM, FLAGS_1 = 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFB
    VERDEF, VERDEFNUM, VERNEED, VERNEEDNUM = 0x6FFFFFFC, 0x6FFFFFFD, 0x6FFFFFFE, 0x6FFFFFFF
    CONFIG, DEPAUDIT, AUDIT, AUXILIARY, FILTER = (
        0x6FFFFEFA,
        0x6FFFFEFB,
        0x6FFFFEFC,
        0x7FFFFFFD,
        0x7FFFFFFF,
    )


class Layout(NamedTuple):
    """How one class and byte order lays its records out."""

    wide: bool
    """Whether addresses have 64 bits."""
    order: str
    """``<`` or ``>``, as :mod:`struct` spells it."""
    header: struct.Struct
    segment: struct.Struct
    section: struct.Struct
    dynamic: struct.Struct
    symbol: struct.Struct

    @property
    def bits(self) -> int:
        """Width of an address."""
        return 64 if self.wide else 32


def _layout(wide: bool, order: str) -> Layout:  # noqa: FBT001 (private, called in one place)
    formats = (
        ("HHIQQQIHHHHHH", "IIQQQQQQ", "IIQQQQIIQQ", "qQ", "IBBHQQ")
        if wide
        else ("HHIIIIIHHHHHH", "IIIIIIII", "IIIIIIIIII", "iI", "IIIBBH")
    )
    return Layout(wide, order, *(struct.Struct(order + form) for form in formats))


_LAYOUTS = {
    (cls, data): _layout(wide, order)
    for cls, wide in ((1, False), (2, True))
    for data, order in ((1, "<"), (2, ">"))
}


@record(frozen=False)
class Segment:
    """A program header; mutable, since the patcher rewrites it."""

    type: int
    flags: int
    offset: int
    vaddr: int
    paddr: int
    filesz: int
    memsz: int
    align: int

    def holds(self, offset: int, size: int) -> bool:
        """Tell whether these bytes of the file belong to the segment."""
        return self.offset <= offset and offset + size <= self.offset + self.filesz


@record(frozen=False)
class Section:
    """A section header; mutable, since the patcher rewrites it."""

    name: int
    type: int
    flags: int
    addr: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entsize: int


class _Names(dict[int, str]):
    """Names by their offset; one that begins inside of another is read."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read

    def __missing__(self, offset: int) -> str:
        return self._read(offset)


class ElfImage:
    """An ELF file's headers, and lookups in it by address.

    Raises:
        BinaryError: when a header is damaged or reaches outside the file.

    """

    def __init__(self, data: Data) -> None:
        self.view = memoryview(data).cast("B")
        if len(self.view) < _IDENT or bytes(self.view[:4]) != b"\x7fELF":
            raise BinaryError("not an ELF file")
        layout = _LAYOUTS.get((self.view[_EI_CLASS], self.view[_EI_DATA]))
        if layout is None:
            raise BinaryError("neither a 32-bit nor a 64-bit ELF file of a known byte order")
        self.layout = layout
        self.header_size = _IDENT + layout.header.size
        (
            self.type,
            self.machine,
            _,
            self.entry,
            self.phoff,
            self.shoff,
            self.flags,
            _,
            phentsize,
            phnum,
            shentsize,
            self.shnum,
            self.shstrndx,
        ) = layout.header.unpack(self.bytes_at(_IDENT, layout.header.size, "file header"))
        if phnum > MAX_SEGMENTS:
            raise BinaryError(f"more than {MAX_SEGMENTS} program headers")
        if phnum and phentsize != layout.segment.size:
            raise BinaryError(f"program headers of {phentsize} bytes each")
        table = self.bytes_at(self.phoff, phnum * layout.segment.size, "program headers")
        order = (0, 1, 2, 3, 4, 5, 6, 7) if layout.wide else (0, 6, 1, 2, 3, 4, 5, 7)
        self.segments = [
            Segment(*(entry[index] for index in order))
            for entry in layout.segment.iter_unpack(table)
        ]
        self._shentsize = shentsize
        self._loads = [s for s in self.segments if s.type == PT.LOAD]

    def bytes_at(self, offset: int, size: int, what: str) -> memoryview:
        """Return bytes of the file; ``what`` names them in the error."""
        if offset < 0 or size < 0 or offset + size > len(self.view):
            raise BinaryError(f"the {what} at offset {offset:#x} reach outside the file")
        return self.view[offset : offset + size]

    def offset_of(self, address: int, what: str) -> tuple[int, int]:
        """Return where an address lies in the file, and how many bytes of its segment follow."""
        for load in self._loads:
            into = address - load.vaddr
            if 0 <= into < load.filesz:
                offset = load.offset + into
                return offset, min(load.filesz - into, len(self.view) - offset)
        raise BinaryError(f"the {what} at address {address:#x} lie in no loaded segment")

    def table_at(self, address: int, size: int, what: str) -> memoryview:
        """Return ``size`` bytes at an address of the loaded image."""
        offset, room = self.offset_of(address, what)
        if size > room:
            raise BinaryError(f"the {what} at address {address:#x} reach outside their segment")
        return self.view[offset : offset + size]

    def first(self, kind: int) -> Segment | None:
        """Return the first segment of a type."""
        return next((s for s in self.segments if s.type == kind), None)

    @cached_property
    def dynamic(self) -> tuple[tuple[int, int], ...]:
        """The entries of PT_DYNAMIC before its end; empty without the segment."""
        segment = self.first(PT.DYNAMIC)
        if segment is None:
            return ()
        form = self.layout.dynamic
        count = min(segment.filesz // form.size, MAX_DYNAMIC + 1)
        entries = []
        table = self.bytes_at(segment.offset, count * form.size, "dynamic table")
        for tag, value in form.iter_unpack(table):
            if tag == DT.NULL:
                break
            entries.append((tag, value))
        if len(entries) > MAX_DYNAMIC:
            raise BinaryError(f"more than {MAX_DYNAMIC} dynamic entries")
        return tuple(entries)

    @cached_property
    def _last(self) -> dict[int, int]:
        return dict(self.dynamic)

    def tag(self, tag: int) -> int | None:
        """Return the value of a dynamic tag; of several, the last, as loaders do."""
        return self._last.get(tag)

    @cached_property
    def strings(self) -> str:
        """The dynamic string table, a character a byte (see :meth:`string`)."""
        address, size = self.tag(DT.STRTAB), self.tag(DT.STRSZ)
        if address is None or size is None:
            return ""
        return str(self.table_at(address, size, "dynamic strings"), "latin-1")

    @cached_property
    def string(self) -> Callable[[int], str]:
        """What returns a dynamic string, given its offset: a closure, being called so often.

        It raises BinaryError for a name outside the table, or when the names read so far take
        many times the file's size.
        """
        strings, find = self.strings, self.strings.find
        left = NAMES_FACTOR * len(self.view) + 4096

        def string(offset: int) -> str:
            nonlocal left
            end = find("\0", offset)
            if end < 0:
                raise BinaryError(f"the name at {offset:#x} does not end in the dynamic strings")
            left -= end - offset
            if left < 0:
                raise BinaryError("the names take many times the file's size")
            text = strings[offset:end]
            return text if text.isascii() else utf8(text)

        names = _Names(string)
        # Nearly all are asked for once, by where they begin: cut all at one stroke.
        if strings.isascii() and strings.count("\0") <= _MOST_CUT:
            *parts, _ = strings.split("\0")
            names.update(
                zip(accumulate((len(p) + 1 for p in parts), initial=0), parts, strict=False)
            )
        return names.__getitem__

    def sections(self) -> list[Section]:
        """Return the section headers; empty where there are none.

        Raises:
            BinaryError: when the table is damaged. No loader cares, so the
                reader of what a loader sees does not ask.

        """
        form = self.layout.section
        if not self.shoff or self._shentsize != form.size:
            return []
        count = self.shnum
        if not count:  # 65280 and more: the first header tells
            first = form.unpack(self.bytes_at(self.shoff, form.size, "section headers"))
            count = first[5]
        if count > MAX_SECTIONS:
            raise BinaryError(f"more than {MAX_SECTIONS} sections")
        table = self.bytes_at(self.shoff, count * form.size, "section headers")
        return [Section(*entry) for entry in form.iter_unpack(table)]

    def section_names(self, sections: list[Section]) -> list[str]:
        """Return the name of each section."""
        index = self.shstrndx
        if index == _SHN_XINDEX and sections:
            index = sections[0].link
        if not 0 < index < len(sections):
            return [""] * len(sections)
        holder = sections[index]
        table = bytes(self.bytes_at(holder.offset, holder.size, "section names"))
        names = []
        for section in sections:
            end = table.find(b"\0", section.name, section.name + 256)
            names.append(utf8(str(table[section.name : max(end, section.name)], "latin-1")))
        return names


def utf8(text: str) -> str:
    """Turn a string of one character a byte into what the bytes spell."""
    if text.isascii():
        return text
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
