"""Mach-O images made to order, for tests that no compiled fixture serves.

They hold load commands, a symbol table and a signature as linkers write them, and
no code: nothing here could run. ``tests.macho_verifier`` accepts them.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wheelcheck.patch.codesign import sign
from wheelcheck.patch.macho_fat import fuse

X86_64, ARM64 = "x86_64", "arm64"
SYSTEM = "/usr/lib/libSystem.B.dylib"
PROGRAM, DYLIB, BUNDLE = 2, 6, 8
_CPU = {X86_64: (0x01000007, 3), ARM64: (0x0100000C, 0)}
_LOAD = {"": 0xC, "weak": 0x80000018, "reexport": 0x8000001F, "upward": 0x80000023}
_BASE = 0x4000


@dataclass
class MachO:
    """One image; ``build`` gives its bytes, ``fat`` those of several."""

    arch: str = ARM64
    kind: int = DYLIB
    install_name: str | None = None
    libraries: Sequence[str] = ()
    """Names of libraries; ``weak:`` and such in front say how they are loaded."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """Symbol to the library that gives it, as named in ``libraries``."""
    lookup: Sequence[str] = ()
    exports: Sequence[str] = ()
    rpaths: Sequence[str] = ()
    minimum: tuple[int, int, int] | None = (11, 0, 0)
    platform: int = 1
    pad: int = 512
    signed: bool | None = None
    """By default as linkers do: arm64 only."""
    identifier: str = "made"
    salt: bytes = b""
    """Makes the content another one."""

    def build(self) -> bytes:
        names = [library.partition(":")[2] or library for library in self.libraries]
        names.append(SYSTEM)
        kinds = [lib.partition(":")[0] if ":" in lib else "" for lib in (*self.libraries, SYSTEM)]
        raw = b""
        count = 0
        if self.kind == DYLIB:
            raw += _named(0xD, self.install_name or "@rpath/lib.dylib")
            count += 1
        for name, kind in zip(names, kinds, strict=True):
            raw += _named(_LOAD[kind], name)
            count += 1
        for rpath in self.rpaths:
            raw += _named(0x8000001C, rpath)
            count += 1
        if self.minimum is not None:
            major, minor, patch = self.minimum
            version = major << 16 | minor << 8 | patch
            raw += struct.pack("<6I", 0x32, 24, self.platform, version, 14 << 16, 0)
            count += 1
        symbols, strings, defined = self._symbols(names)
        table = struct.pack(
            "<6I", 2, 24, _BASE, len(symbols) // 16, _BASE + len(symbols), len(strings)
        )
        dynamic = struct.pack(
            "<20I", 0xB, 80, 0, 0, 0, defined, defined, len(symbols) // 16 - defined, *[0] * 12
        )
        linkedit = symbols + strings
        code = struct.pack("<Q", 0) * 2 + self.salt
        count += 4
        size = 32 + 152 + 72 + len(raw) + len(table) + len(dynamic)
        start = -(-(size + self.pad) // 16) * 16
        text = struct.pack(
            "<2I16s4Q4I", 0x19, 152, b"__TEXT", 0, _BASE, 0, _BASE, 5, 5, 1, 0
        ) + struct.pack(
            "<16s16s2Q8I", b"__text", b"__TEXT", start, len(code), start, 4, 0, 0, 0, 0, 0, 0
        )
        last = struct.pack(
            "<2I16s4Q4I", 0x19, 72, b"__LINKEDIT", _BASE, _BASE, _BASE, len(linkedit), 1, 1, 0, 0
        )
        commands = text + last + raw + table + dynamic
        head = struct.pack(
            "<8I", 0xFEEDFACF, *_CPU[self.arch], self.kind, count, len(commands), 0x85, 0
        )
        image = (head + commands).ljust(start, b"\0") + code
        data = image.ljust(_BASE, b"\0") + linkedit
        signed = self.arch == ARM64 if self.signed is None else self.signed
        return sign(data, self.identifier) if signed else data

    def _symbols(self, names: list[str]) -> tuple[bytes, bytes, int]:
        strings = b" \0"
        rows = b""
        for name in self.exports:
            rows += struct.pack("<I2BHQ", len(strings), 0xF, 1, 0, 0x1000)
            strings += f"_{name}\0".encode()
        for name, library in self.imports.items():
            ordinal = names.index(library.partition(":")[2] or library) + 1
            rows += struct.pack("<I2BHQ", len(strings), 1, 0, ordinal << 8, 0)
            strings += f"_{name}\0".encode()
        for name in self.lookup:
            rows += struct.pack("<I2BHQ", len(strings), 1, 0, 0xFE << 8, 0)
            strings += f"_{name}\0".encode()
        return rows, strings.ljust(-(-len(strings) // 16) * 16, b"\0"), len(self.exports)


def _named(kind: int, name: str) -> bytes:
    fields = 12 if kind == 0x8000001C else 24
    size = -(-(fields + len(name.encode()) + 1) // 8) * 8
    head = struct.pack("<3I", kind, size, fields)
    if fields != 12:
        head += struct.pack("<3I", 2, 0x10000, 0x10000)
    return (head + name.encode()).ljust(size, b"\0")


def extension(name: str, *libraries: str, **fields: object) -> bytes:
    """Return an extension module for arm64 that exports its init function."""
    image = MachO(kind=BUNDLE, libraries=libraries, exports=(f"PyInit_{name}",))
    return _with(image, fields).build()


def dylib(install_name: str, *libraries: str, **fields: object) -> bytes:
    """Return a library for arm64."""
    return _with(MachO(install_name=install_name, libraries=libraries), fields).build()


def universal(make: object, *arguments: str, **fields: object) -> bytes:
    """Return what ``extension`` or ``dylib`` makes, for both machines."""
    assert callable(make)
    return fuse(make(*arguments, arch=X86_64, **fields), make(*arguments, arch=ARM64, **fields))


def _with(image: MachO, fields: Mapping[str, object]) -> MachO:
    for key, value in fields.items():
        assert hasattr(image, key), key
        setattr(image, key, value)
    return image
