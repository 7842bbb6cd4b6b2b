"""Where things are in a PE image: headers, sections, data directories, RVAs.

All of it is unpacked with ``struct``: an object for each field, as pefile has
them, took most of the time of reading an image. pefile remains the oracle in
the tests. Offsets are bytes from the start of the file; RVAs are bytes from
the image base. Source of the rules: Microsoft, "PE Format", and what the
Windows loader does where that text is silent.
"""

import struct
from bisect import bisect_right
from mmap import mmap
from typing import NamedTuple, TypeAlias

from wheelcheck.errors import BinaryError
from wheelcheck.records import record

__all__ = ["Data", "Directory", "Headers", "Rvas", "Section", "debug_rows", "read_headers"]

Data: TypeAlias = bytes | bytearray | mmap
"""A whole file: in memory, or mapped."""

PAGE = 0x1000
SECTOR = 0x200
SECTION_ROW = 40
"""Bytes of an IMAGE_SECTION_HEADER."""

_DOS_HEADER = 64
_LFANEW = 0x3C
_MOST_DIRECTORIES = 16
_PE_PLUS = 0x20B
_COFF = struct.Struct("<HHIIIHH")
_DIRECTORY = struct.Struct("<II")
_SECTION = struct.Struct("<8sIIII12xI")
# Linker version, image base, alignments, sizes, checksum, subsystem, flags, directory count.
_OPTIONAL = {
    0x10B: struct.Struct("<2xBB24xIII16xIIIHH20xI"),
    _PE_PLUS: struct.Struct("<2xBB20xQII16xIIIHH36xI"),
}


class Directory:
    """Indexes of the data directories that matter here."""

    EXPORT = 0
    IMPORT = 1
    RESOURCE = 2
    CERTIFICATE = 4
    DEBUG = 6
    LOAD_CONFIG = 10
    BOUND_IMPORT = 11
    DELAY_IMPORT = 13
    CLR = 14


class Section(NamedTuple):
    """One row of the section table, as it stands there."""

    name: str
    """With ``/123`` (an offset into the COFF string table) followed."""
    rva: int
    virtual_size: int
    raw_offset: int
    raw_size: int
    characteristics: int

    @property
    def file_offset(self) -> int:
        """Where the loader reads from: it cuts the pointer down to a whole sector."""
        return self.raw_offset // SECTOR * SECTOR

    @property
    def file_size(self) -> int:
        """Bytes that the loader maps; a section at offset 0 has none in the file."""
        if not self.raw_offset:
            return 0
        return min(self.raw_size, -(-self.mapped_size // PAGE) * PAGE)

    @property
    def mapped_size(self) -> int:
        """Bytes in memory, before rounding up to whole pages."""
        return self.virtual_size or self.raw_size


@record
class Headers:
    """The fields of the headers that are used, and where they stand."""

    file_header: int
    """Offset of IMAGE_FILE_HEADER."""
    optional_header: int
    section_table: int
    section_count: int
    """As declared; ``sections`` may hold fewer in a damaged file."""
    machine: int
    characteristics: int
    symbol_table: int
    symbol_count: int
    plus: bool
    """PE32+: 64-bit addresses."""
    linker_version: tuple[int, int]
    image_base: int
    section_alignment: int
    file_alignment: int
    size_of_image: int
    size_of_headers: int
    checksum: int
    subsystem: int
    dll_characteristics: int
    directories: tuple[tuple[int, int], ...]
    """RVA and size of each; the certificate table's first value is a file offset."""
    sections: tuple[Section, ...]
    """In the order of their RVAs."""

    @property
    def directory_table(self) -> int:
        """Offset of the first data directory."""
        return self.optional_header + (112 if self.plus else 96)

    def directory(self, index: int) -> tuple[int, int]:
        """Give RVA and size of a data directory, zeros when the file has none."""
        return self.directories[index] if index < len(self.directories) else (0, 0)

    @property
    def section_table_end(self) -> int:
        """Offset behind the last row of the section table."""
        return self.section_table + SECTION_ROW * self.section_count

    @property
    def raw_start(self) -> int | None:
        """Offset of the first byte of any section."""
        return min((s.raw_offset for s in self.sections if s.file_size), default=None)

    @property
    def raw_end(self) -> int:
        """Offset behind the last byte that belongs to headers and sections."""
        ends = [s.raw_offset + s.raw_size for s in self.sections if s.raw_offset and s.raw_size]
        return max(ends, default=self.size_of_headers)


def read_headers(data: Data) -> Headers:
    """Find the headers of a PE image.

    :raises BinaryError: a header is missing, cut off or contradicts itself
    """
    if data[:2] != b"MZ" or len(data) < _DOS_HEADER:
        raise BinaryError("no readable PE header: the file does not start with a DOS header")
    [signature] = struct.unpack_from("<I", data, _LFANEW)
    coff = signature + 4
    start = coff + _COFF.size
    if data[signature:coff] != b"PE\0\0" or start + 2 > len(data):
        message = f"no readable PE header: no complete one at offset {signature:#x}"
        raise BinaryError(message)
    (machine, section_count, _, symbol_table, symbol_count, optional_size, characteristics) = (
        _COFF.unpack_from(data, coff)
    )
    [magic] = struct.unpack_from("<H", data, start)
    layout = _OPTIONAL.get(magic)
    if layout is None:
        message = f"PE optional header at offset {start:#x}: unknown kind {magic:#x}"
        raise BinaryError(message)
    table = start + layout.size
    if table > len(data):
        raise BinaryError(f"PE optional header at offset {start:#x}: the file ends inside it")
    (
        linker_major,
        linker_minor,
        image_base,
        section_alignment,
        file_alignment,
        size_of_image,
        size_of_headers,
        checksum,
        subsystem,
        dll_characteristics,
        directory_count,
    ) = layout.unpack_from(data, start)
    rows = min(directory_count, _MOST_DIRECTORIES, (len(data) - table) // _DIRECTORY.size)
    sections = start + optional_size
    return Headers(
        file_header=coff,
        optional_header=start,
        section_table=sections,
        section_count=section_count,
        machine=machine,
        characteristics=characteristics,
        symbol_table=symbol_table,
        symbol_count=symbol_count,
        plus=magic == _PE_PLUS,
        linker_version=(linker_major, linker_minor),
        image_base=image_base,
        section_alignment=section_alignment,
        file_alignment=file_alignment,
        size_of_image=size_of_image,
        size_of_headers=size_of_headers,
        checksum=checksum,
        subsystem=subsystem,
        dll_characteristics=dll_characteristics,
        directories=tuple(_DIRECTORY.iter_unpack(data[table : table + rows * _DIRECTORY.size])),
        sections=tuple(_sections(data, sections, section_count, symbol_table + 18 * symbol_count)),
    )


def _sections(data: Data, table: int, count: int, strings: int) -> list[Section]:
    """Read the section table as far as it is there, into the order of the RVAs."""
    sections = []
    for start in range(table, min(table + SECTION_ROW * count, len(data)), SECTION_ROW):
        row = data[start : start + SECTION_ROW]
        # No section has only zeros: the count is more than there are.
        if len(row) < SECTION_ROW or not any(row):
            break
        name, virtual_size, rva, raw_size, raw_offset, characteristics = _SECTION.unpack(row)
        sections.append(
            Section(
                name=_section_name(data, name.rstrip(b"\0"), strings),
                rva=rva,
                virtual_size=virtual_size,
                raw_offset=raw_offset,
                raw_size=raw_size,
                characteristics=characteristics,
            )
        )
    return sorted(sections, key=lambda section: section.rva)


def _section_name(data: Data, name: bytes, strings: int) -> str:
    """Follow a long name into the string table, as GNU and LLVM linkers write it."""
    if name.startswith(b"/") and name[1:].isdigit():
        offset = strings + int(name[1:])
        end = data.find(b"\0", offset, offset + 256)
        if end > offset:
            name = bytes(data[offset:end])
    return name.decode("utf-8", "backslashreplace")


class Rvas:
    """The image as the loader would lay it out, read through RVAs."""

    def __init__(self, data: Data, headers: Headers) -> None:
        self.data = data
        # (first RVA, file offset, bytes in the file, bytes in memory)
        self._spans = [(0, 0, headers.size_of_headers, headers.size_of_headers)]
        self._spans += [
            (s.rva, s.file_offset, s.file_size, -(-s.mapped_size // PAGE) * PAGE)
            for s in headers.sections
            if s.mapped_size
        ]
        self._starts = [span[0] for span in self._spans]
        self.first_section = self._starts[1] if self._starts[1:] else 1 << 32

    def locate(self, rva: int) -> tuple[int, int, int]:
        """Give file offset, bytes from there in the file, and bytes in memory.

        Bytes in memory but not in the file are zeros. Nothing at all is mapped
        where both counts are 0.
        """
        index = bisect_right(self._starts, rva) - 1
        if index < 0:
            return 0, 0, 0
        start, offset, in_file, in_memory = self._spans[index]
        delta = rva - start
        offset += delta
        mapped = max(in_memory - delta, 0)
        present = min(in_file - delta, len(self.data) - offset)
        return (offset, present, mapped) if present > 0 else (0, 0, mapped)

    def next_start(self, rva: int) -> int:
        """Return where the first section behind an RVA starts."""
        index = bisect_right(self._starts, rva)
        return self._starts[index] if index < len(self._starts) else 1 << 32

    def read(self, rva: int, size: int) -> bytes | None:
        """Read ``size`` bytes, or nothing when not all of them are mapped."""
        offset, present, mapped = self.locate(rva)
        if size > max(mapped, present):
            return None
        return bytes(self.data[offset : offset + min(size, present)]).ljust(size, b"\0")


def debug_rows(rvas: Rvas, headers: Headers) -> range:
    """Give the file offsets of the debug directory's rows (IMAGE_DEBUG_DIRECTORY).

    No linker writes more than a dozen; what is beyond 64 is not looked at.
    """
    rva, size = headers.directory(Directory.DEBUG)
    if not rva:
        return range(0)
    offset, present, _ = rvas.locate(rva)
    return range(offset, offset + min(size // 28, present // 28, 64) * 28, 28)
