"""A small linker: PE images made to order, so that hostile ones are easy to make.

One section ``.rdata`` at RVA 0x1000 holds all tables; more sections, an overlay
and certificates can follow. Nothing in it can run.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wheelcheck.binary.pe_headers import read_headers

IMAGE_BASE = 0x10000000
DATA_RVA = 0x1000
FIRST_ORDINAL = 5
READABLE = 0x40000040
Symbols = Sequence[str | int]


def align(value: int, unit: int) -> int:
    return -(-value // unit) * unit


@dataclass(kw_only=True)
class Pe:
    """What the image is to hold; ``build`` links it."""

    plus: bool = True
    machine: int | None = None
    imports: Mapping[str, Symbols] = field(default_factory=dict)
    lookup_table: bool = True
    """Without it only the address table names the functions, as Borland linked."""
    delay: Mapping[str, Symbols] = field(default_factory=dict)
    delay_as_addresses: bool = False
    """The descriptors of Visual C++ 6."""
    exports: Mapping[str, str | None] = field(default_factory=dict)
    """Name to forwarder; None for a function."""
    unnamed_forwarder: str | None = None
    dependent_load_flags: int = 0
    chpe: bool = False
    load_config: bool = True
    bound: bool = False
    integrity: bool = False
    checksum: int = 1
    pdb: str | None = None
    symbols: int = 0
    sections: int = 0
    """How many more, each of 0x200 bytes."""
    slack: int = 0x180
    """Zero bytes behind the tables."""
    header_size: int = 0x400
    data_rva: int = DATA_RVA
    overlay: bytes = b""
    certificate: bytes = b""
    behind_certificate: bytes = b""
    characteristics: int = READABLE
    dll_characteristics: int = 0x160
    linker_version: tuple[int, int] = (14, 40)

    def build(self) -> bytes:
        """Link it."""
        self.body = bytearray()
        self.directories = [(0, 0)] * 16
        self._import_tables()
        self._delay_tables()
        self._export_tables()
        if self.load_config:
            self._load_config()
        debug = self._debug_row() if self.pdb is not None else None
        used = len(self.body)
        raw_size = align(used + self.slack, 0x200)
        if not self.slack:
            self.body += b"\xcc" * (raw_size - used)
            used = raw_size
        self.used = used
        if debug is not None:  # the row's PointerToRawData
            rva = struct.unpack_from("<I", self.body, debug + 20)[0]
            struct.pack_into("<I", self.body, debug + 24, self.header_size + rva - self.data_rva)
        body = bytes(self.body).ljust(raw_size, b"\0")
        extra = b"".join(bytes([0x40 + index % 26]) * 0x200 for index in range(self.sections))
        image = bytes(self.header_size) + body + extra
        self.symbol_offset = len(image) if self.symbols else 0
        if self.symbols:
            image += bytes(range(18)) * self.symbols + struct.pack("<I", 10) + b"extra\0"
        image += self.overlay
        if self.certificate:
            image = image.ljust(align(len(image), 8), b"\0")
            self.directories[4] = (len(image), len(self.certificate))
            image += self.certificate + self.behind_certificate
        return self._headers(raw_size) + image[self.header_size :]

    # -- the pieces -------------------------------------------------------------

    def _put(self, data: bytes) -> int:
        """Add bytes and give their RVA."""
        self.body += bytes(-len(self.body) % 8)
        rva = self.data_rva + len(self.body)
        self.body += data
        return rva

    def _thunks(self, symbols: Symbols, base: int) -> int:
        flag, code = (1 << 63, "Q") if self.plus else (1 << 31, "I")
        values = [
            flag | symbol
            if isinstance(symbol, int)
            else base + self._put(b"\0\0" + symbol.encode() + b"\0")
            for symbol in symbols
        ]
        return self._put(struct.pack(f"<{len(values) + 1}{code}", *values, 0))

    def _import_tables(self) -> None:
        rows = b""
        for library, symbols in self.imports.items():
            name = self._put(library.encode() + b"\0")
            lookup = self._thunks(symbols, 0) if self.lookup_table else 0
            stamp = 0xFFFFFFFF if self.bound else 0
            rows += struct.pack("<5I", lookup, stamp, stamp, name, self._thunks(symbols, 0))
        if rows:
            self.directories[1] = (self._put(rows + bytes(20)), len(rows) + 20)

    def _delay_tables(self) -> None:
        base, attributes = (IMAGE_BASE, 0) if self.delay_as_addresses else (0, 1)
        rows = b""
        for library, symbols in self.delay.items():
            name = base + self._put(library.encode() + b"\0")
            lookup = base + self._thunks(symbols, base)
            handle = base + self._put(bytes(8))
            addresses = base + self._put(bytes(8 * (len(symbols) + 1)))
            rows += struct.pack("<8I", attributes, name, handle, addresses, lookup, 0, 0, 0)
        if rows:
            self.directories[13] = (self._put(rows + bytes(32)), len(rows) + 32)

    def _export_tables(self) -> None:
        if not self.exports and self.unnamed_forwarder is None:
            return
        targets = [*self.exports.values()]
        if self.unnamed_forwarder is not None:
            targets.append(self.unnamed_forwarder)
        names = [self._put(name.encode() + b"\0") for name in self.exports]
        code = self._put(b"\xc3")
        name_table = self._put(struct.pack(f"<{len(names)}I", *names))
        indexes = self._put(struct.pack(f"<{len(names)}H", *range(len(names))))
        start = align(self.data_rva + len(self.body), 8)
        functions, strings = [], b""
        for target in targets:
            functions.append(code if target is None else start + 40 + len(strings))
            strings += b"" if target is None else target.encode() + b"\0"
        directory = 40 + len(strings)
        table = align(start + directory, 8)
        head = struct.pack("<4I", 0, 0, 0, names[0] if names else code)
        head += struct.pack("<3I", FIRST_ORDINAL, len(functions), len(names))
        head += struct.pack("<3I", table, name_table, indexes)
        assert self._put(head + strings) == start
        assert self._put(struct.pack(f"<{len(functions)}I", *functions)) == table
        self.directories[0] = (start, directory)

    def _load_config(self) -> None:
        config = bytearray(0xD0 if self.plus else 0x80)
        struct.pack_into("<I", config, 0, len(config))
        struct.pack_into("<H", config, 0x4E if self.plus else 0x36, self.dependent_load_flags)
        if self.chpe:
            struct.pack_into("<Q" if self.plus else "<I", config, len(config) - 8, IMAGE_BASE + 8)
        self.directories[10] = (self._put(bytes(config)), len(config))

    def _debug_row(self) -> int:
        assert self.pdb is not None
        data = b"RSDS" + bytes(20) + self.pdb.encode() + b"\0"
        place = self._put(data)
        rva = self._put(struct.pack("<3I4I", 0, 0, 0, 2, len(data), place, 0))
        self.directories[6] = (rva, 28)
        return rva - self.data_rva

    def _headers(self, raw_size: int) -> bytes:
        bits = (0x20B, "Q", 240, 0x8664) if self.plus else (0x10B, "I", 224, 0x14C)
        magic, word, optional_size, machine = bits
        rows = [
            (b".rdata", self.used, self.data_rva, raw_size, self.header_size, self.characteristics)
        ]
        rva, offset = align(self.data_rva + raw_size, 0x1000), self.header_size + raw_size
        for index in range(self.sections):
            rows.append((b".s%d" % index, 0x200, rva, 0x200, offset, READABLE))
            rva, offset = rva + 0x1000, offset + 0x200
        table_end = 0x80 + 24 + optional_size + 40 * len(rows)
        if self.bound:
            record = struct.pack("<I2H", 1, 8, 0) + b"bound.dll\0"
            self.directories[11] = (table_end, len(record))
        assert table_end + 18 * self.bound <= self.header_size
        out = bytearray(self.header_size)
        out[:2] = b"MZ"
        struct.pack_into("<I", out, 0x3C, 0x80)
        struct.pack_into(
            "<4s2H3I2H",
            out,
            0x80,
            *(b"PE\0\0", self.machine or machine, len(rows), 0, self.symbol_offset, self.symbols),
            *(optional_size, 0x2022),
        )
        start = 0x80 + 24
        struct.pack_into("<H2B5I", out, start, magic, *self.linker_version, 0, raw_size, 0, 0, 0)
        struct.pack_into(f"<{word}", out, start + (24 if self.plus else 28), IMAGE_BASE)
        struct.pack_into("<2I6H", out, start + 32, 0x1000, 0x200, 6, 0, 0, 0, 6, 0)
        flags = self.dll_characteristics | 0x80 * self.integrity
        struct.pack_into("<3I2H", out, start + 56, rva, self.header_size, self.checksum, 2, flags)
        struct.pack_into("<I", out, start + (108 if self.plus else 92), 16)
        for index, directory in enumerate(self.directories):
            offset = start + (112 if self.plus else 96) + 8 * index
            struct.pack_into("<2I", out, offset, *directory)
        for index, (name, size, where, raw, at, kind) in enumerate(rows):
            struct.pack_into(
                "<8s6I2HI",
                out,
                start + optional_size + 40 * index,
                *(name, size, where, raw, at, 0, 0, 0, 0, kind),
            )
        if self.bound:
            out[table_end : table_end + len(record)] = record
        return bytes(out)


def without_padding(data: bytes) -> bytes:
    """Put a byte at the end of each section's padding, so that none is free."""
    out = bytearray(data)
    for section in read_headers(data).sections:
        if section.virtual_size < section.raw_size:
            out[section.raw_offset + section.raw_size - 1] = 1
    return bytes(out)


def without_header_room(data: bytes) -> bytes:
    """Move the PE header behind a longer DOS stub, so that no row is left in the headers."""
    headers = read_headers(data)
    start, end = headers.file_header - 4, headers.section_table_end
    delta = (headers.sections[0].raw_offset - end) // 8 * 8
    out = bytearray(data)
    out[start + delta : end + delta] = data[start:end]
    out[start : start + delta] = bytes(delta)
    struct.pack_into("<I", out, 0x3C, start + delta)
    return bytes(out)
