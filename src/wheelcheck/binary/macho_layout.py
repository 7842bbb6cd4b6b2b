"""Where things lie in a Mach-O file: slices, header, load commands, segments.

Read by the reader and by the patcher alike. The layouts are those of Apple's
``mach-o/fat.h`` and ``mach-o/loader.h``. All loops are bounded by bytes that are
there: a load command takes at least 8, a section at least 68, and slices may
not overlap.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from mmap import mmap
from typing import Any, NamedTuple, TypeAlias

from wheelcheck.errors import BinaryError
from wheelcheck.records import record

__all__ = [
    "DYLIB_COMMANDS",
    "FAT_MAGIC",
    "FAT_MAGIC_64",
    "Command",
    "Data",
    "Image",
    "Lc",
    "Part",
    "Section",
    "Segment",
    "architecture",
    "holds_images",
    "read_image",
    "read_parts",
    "text",
]

Data: TypeAlias = bytes | bytearray | mmap

FAT_MAGIC = 0xCAFEBABE
FAT_MAGIC_64 = 0xCAFEBABF
_MAX_PARTS = 30
"""A Java class file has the same first bytes; its next number is above 43."""
_ENTRY = {FAT_MAGIC: struct.Struct(">5I"), FAT_MAGIC_64: struct.Struct(">2I2Q2I")}

_THIN = {
    b"\xce\xfa\xed\xfe": ("<", False),
    b"\xcf\xfa\xed\xfe": ("<", True),
    b"\xfe\xed\xfa\xce": (">", False),
    b"\xfe\xed\xfa\xcf": (">", True),
}
"""Byte order, and whether addresses have 64 bits."""
_HEADER = struct.Struct("28s")
_HEADER_64 = struct.Struct("32s")
_FAT_HEADER = struct.Struct(">2I")

_STRING_FIELDS = 12
"""Bytes of a command up to and including the offset of its string."""
_MAX_COMMANDS = 1 << 22
"""Bytes of all load commands; those of the largest libraries take some thousands."""
_SHARED_CODE = (9, 10)
"""MH_DYLIB_STUB and MH_DSYM: headers copied from an image whose bytes are elsewhere."""
_ZERO_FILL = (0x1, 0xC, 0x12)
"""Types of sections that have no bytes in the file."""


class Lc(IntEnum):
    """Load commands by their number, LC_REQ_DYLD included."""

    SEGMENT = 0x1
    SYMTAB = 0x2
    DYSYMTAB = 0xB
    LOAD_DYLIB = 0xC
    ID_DYLIB = 0xD
    SUB_FRAMEWORK = 0x12
    SUB_UMBRELLA = 0x13
    SUB_CLIENT = 0x14
    SUB_LIBRARY = 0x15
    SEGMENT_64 = 0x19
    UUID = 0x1B
    CODE_SIGNATURE = 0x1D
    SEGMENT_SPLIT_INFO = 0x1E
    LAZY_LOAD_DYLIB = 0x20
    DYLD_INFO = 0x22
    VERSION_MIN_MACOSX = 0x24
    VERSION_MIN_IPHONEOS = 0x25
    FUNCTION_STARTS = 0x26
    DATA_IN_CODE = 0x29
    SOURCE_VERSION = 0x2A
    DYLIB_CODE_SIGN_DRS = 0x2B
    LINKER_OPTIMIZATION_HINT = 0x2E
    VERSION_MIN_TVOS = 0x2F
    VERSION_MIN_WATCHOS = 0x30
    BUILD_VERSION = 0x32
    LOAD_WEAK_DYLIB = 0x80000018
    RPATH = 0x8000001C
    REEXPORT_DYLIB = 0x8000001F
    DYLD_INFO_ONLY = 0x80000022
    LOAD_UPWARD_DYLIB = 0x80000023
    DYLD_EXPORTS_TRIE = 0x80000033
    DYLD_CHAINED_FIXUPS = 0x80000034


DYLIB_COMMANDS = (
    Lc.LOAD_DYLIB,
    Lc.LOAD_WEAK_DYLIB,
    Lc.REEXPORT_DYLIB,
    Lc.LAZY_LOAD_DYLIB,
    Lc.LOAD_UPWARD_DYLIB,
)
"""The commands that load a library; imported symbols name them by their place among these."""

_LEAST = dict.fromkeys((*DYLIB_COMMANDS, Lc.ID_DYLIB), 24) | {
    Lc.SEGMENT: 56,
    Lc.SEGMENT_64: 72,
    Lc.SYMTAB: 24,
    Lc.DYSYMTAB: 80,
    Lc.RPATH: 12,
    Lc.CODE_SIGNATURE: 16,
    Lc.FUNCTION_STARTS: 16,
    Lc.DATA_IN_CODE: 16,
    Lc.SEGMENT_SPLIT_INFO: 16,
    Lc.DYLIB_CODE_SIGN_DRS: 16,
    Lc.LINKER_OPTIMIZATION_HINT: 16,
    Lc.DYLD_EXPORTS_TRIE: 16,
    Lc.DYLD_CHAINED_FIXUPS: 16,
    Lc.DYLD_INFO: 48,
    Lc.DYLD_INFO_ONLY: 48,
    Lc.VERSION_MIN_MACOSX: 16,
    Lc.VERSION_MIN_IPHONEOS: 16,
    Lc.VERSION_MIN_TVOS: 16,
    Lc.VERSION_MIN_WATCHOS: 16,
    Lc.BUILD_VERSION: 24,
}
"""Bytes that a command of this kind takes at least."""


class Part(NamedTuple):
    """One slice of a file: the whole of it when the file is thin."""

    cputype: int
    cpusubtype: int
    offset: int
    size: int
    align: int
    """Power of two that the offset is a multiple of; 0 in a thin file."""


class Command(NamedTuple):
    """A load command."""

    kind: int
    offset: int
    """From the start of the image."""
    size: int


class Section(NamedTuple):
    """A section of a segment; offsets and sizes are bytes."""

    segment: str
    name: str
    address: int
    size: int
    offset: int
    flags: int

    @property
    def in_file(self) -> bool:
        """Whether it has bytes of its own in the file."""
        return bool(self.size and self.offset) and self.flags & 0xFF not in _ZERO_FILL


class Segment(NamedTuple):
    """A range of the file that is mapped as one."""

    command: Command
    name: str
    address: int
    address_size: int
    offset: int
    size: int
    protection: int
    """VM_PROT bits when loaded; 4 is execute."""
    sections: tuple[Section, ...]


@record
class Image:
    """One slice, with its load commands found and their bounds checked."""

    data: bytes | memoryview
    """The bytes of this slice only; a view where a file holds several, so that none is copied."""
    order: str
    """Byte order as ``struct`` spells it."""
    wide: bool
    """Whether addresses have 64 bits."""
    cputype: int
    cpusubtype: int
    filetype: int
    flags: int
    commands: tuple[Command, ...]
    segments: tuple[Segment, ...]
    commands_end: int
    """Offset of the first byte behind the load commands."""

    @property
    def header_size(self) -> int:
        """Bytes before the first load command."""
        return (_HEADER_64 if self.wide else _HEADER).size

    @property
    def content_start(self) -> int:
        """Offset of the first byte that is neither header nor load command nor room."""
        starts = [s.offset for segment in self.segments for s in segment.sections if s.in_file]
        starts += [s.offset for s in self.segments if s.size and s.offset]
        return min(starts, default=len(self.data))

    @property
    def room(self) -> int:
        """Bytes by which the load commands may grow: zeros before the first content."""
        gap = self.part(self.commands_end, self.content_start)
        return len(gap) - len(gap.lstrip(b"\0"))

    def part(self, start: int, stop: int) -> bytes:
        """Return the bytes between two offsets."""
        return bytes(self.data[start:stop])

    def fields(self, form: str, offset: int) -> tuple[Any, ...]:
        """Unpack numbers, in this image's byte order."""
        return struct.unpack_from(self.order + form, self.data, offset)

    def of_kind(self, *kinds: int) -> Iterator[Command]:
        """Yield the load commands of these kinds, in order."""
        return (command for command in self.commands if command.kind in kinds)

    def first(self, *kinds: int) -> Command | None:
        """Return the first load command of these kinds."""
        return next(self.of_kind(*kinds), None)

    def string(self, command: Command) -> str:
        """Return the path in a dylib or rpath command.

        :raises BinaryError: the path lies outside the command.
        """
        (start,) = self.fields("I", command.offset + 8)
        if not _STRING_FIELDS <= start < command.size:
            raise BinaryError(
                f"load command at offset {command.offset:#x}: its name starts at {start}, "
                f"outside of its {command.size} bytes"
            )
        raw = self.part(command.offset + start, command.offset + command.size)
        return text(raw.partition(b"\0")[0])

    def segment(self, name: str) -> Segment | None:
        """Return the segment of this name."""
        return next((s for s in self.segments if s.name == name), None)


def text(raw: bytes) -> str:
    """Decode a name; nearly all are ASCII, paths are UTF-8 on macOS."""
    return raw.decode("utf-8", "backslashreplace")


_NAMES = {
    (7, None): "i386",
    (12, None): "arm",
    (18, None): "ppc",
    (0x01000007, 8): "x86_64h",
    (0x01000007, None): "x86_64",
    (0x0100000C, 2): "arm64e",
    (0x0100000C, None): "arm64",
    (0x0200000C, None): "arm64_32",
    (0x01000012, None): "ppc64",
}


def architecture(cputype: int, cpusubtype: int) -> str:
    """Name an architecture as Apple's tools do."""
    # The top byte of the subtype holds capabilities such as the arm64e ABI version.
    known = _NAMES.get((cputype, cpusubtype & 0xFFFFFF)) or _NAMES.get((cputype, None))
    return known or f"cpu {cputype:#x}"


def read_parts(data: Data) -> tuple[Part, ...]:
    """Find the slices of a fat or thin file, in file order of their headers.

    :raises BinaryError: it is no Mach-O file, or its slices lie outside of it or overlap.
    """
    head = bytes(data[:12])
    if head[:4] in _THIN and len(data) >= _HEADER.size:
        order, _ = _THIN[head[:4]]
        cputype, cpusubtype = struct.unpack_from(order + "2I", head, 4)
        return (Part(cputype, cpusubtype, 0, len(data), 0),)
    magic, count = _FAT_HEADER.unpack_from(head) if len(head) >= _FAT_HEADER.size else (0, 0)
    entry = _ENTRY.get(magic)
    if entry is None or count > _MAX_PARTS:
        raise BinaryError("no Mach-O file: it starts with none of the known magic numbers")
    end = _FAT_HEADER.size + count * entry.size
    if not count or end > len(data):
        raise BinaryError(f"fat header names {count} slices, which {len(data)} bytes cannot hold")
    rows = entry.iter_unpack(bytes(data[_FAT_HEADER.size : end]))
    parts = tuple(Part(*row[:5]) for row in rows)
    for part in sorted(parts, key=lambda p: p.offset):
        if part.offset < end or part.offset + part.size > len(data):
            raise BinaryError(
                f"slice {architecture(part.cputype, part.cpusubtype)} at offset {part.offset:#x} "
                f"of {part.size} bytes overlaps another or the end of the file"
            )
        end = part.offset + part.size
    return parts


def holds_images(data: Data) -> bool:
    """Tell whether a file that looks like Mach-O holds images rather than static archives.

    :raises BinaryError: as :func:`read_parts`.
    """
    return any(bytes(data[p.offset : p.offset + 4]) in _THIN for p in read_parts(data))


def read_image(data: bytes | memoryview) -> Image:
    """Find the load commands and segments of one slice.

    :raises BinaryError: they contradict each other or the size of the slice.
    """
    magic = bytes(data[:4])
    if magic not in _THIN:
        raise BinaryError("slice does not start with a Mach-O header")
    order, wide = _THIN[magic]
    size = (_HEADER_64 if wide else _HEADER).size
    if len(data) < size:
        raise BinaryError("file ends inside the Mach-O header")
    cputype, cpusubtype, filetype, count, total, flags = struct.unpack_from(order + "6I", data, 4)
    end = size + total
    if total > _MAX_COMMANDS:
        raise BinaryError(f"{total} bytes of load commands are more than wheelcheck reads")
    if end > len(data):
        raise BinaryError(f"load commands end at offset {end:#x}, the slice ends at {len(data):#x}")
    commands = tuple(_commands(data, order, size, end, count))
    segments = tuple(
        _segment(data, order, command)
        for command in commands
        if command.kind in {Lc.SEGMENT, Lc.SEGMENT_64}
    )
    for segment in segments:
        if filetype not in _SHARED_CODE and segment.offset + segment.size > len(data):
            raise BinaryError(
                f"segment {segment.name or '(unnamed)'} ends at offset "
                f"{segment.offset + segment.size:#x}, the slice ends at {len(data):#x}"
            )
    return Image(data, order, wide, cputype, cpusubtype, filetype, flags, commands, segments, end)


def _commands(
    data: bytes | memoryview, order: str, start: int, end: int, count: int
) -> Iterator[Command]:
    header = struct.Struct(order + "2I")
    for index in range(count):
        if start + 8 > end:
            raise BinaryError(f"{count} load commands declared, {index} fit into their bytes")
        kind, size = header.unpack_from(data, start)
        if size < _LEAST.get(kind, 8) or size % 4 or start + size > end:
            raise BinaryError(
                f"load command {kind:#x} at offset {start:#x} cannot have {size} bytes"
            )
        yield Command(kind, start, size)
        start += size


def _segment(data: bytes | memoryview, order: str, command: Command) -> Segment:
    wide = command.kind == Lc.SEGMENT_64
    body = struct.Struct(order + ("16s4Q4I" if wide else "16s8I"))
    row = struct.Struct(order + ("16s16s2Q8I" if wide else "16s16s9I"))
    name, address, address_size, offset, size, _, protection, count, _ = body.unpack_from(
        data, command.offset + 8
    )
    start = command.offset + 8 + body.size
    if 8 + body.size + count * row.size > command.size:
        raise BinaryError(
            f"segment command at offset {command.offset:#x} declares {count} sections, "
            f"which its {command.size} bytes cannot hold"
        )
    sections = []
    for fields in row.iter_unpack(data[start : start + count * row.size]):
        # addr, size, offset; then align, reloff and nreloc, which only objects use.
        section, owner = _fixed(fields[0]), _fixed(fields[1])
        sections.append(Section(owner, section, fields[2], fields[3], fields[4], fields[8]))
    return Segment(
        command, _fixed(name), address, address_size, offset, size, protection, tuple(sections)
    )


def _fixed(raw: bytes) -> str:
    return text(raw.partition(b"\0")[0])
