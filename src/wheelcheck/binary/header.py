"""What the first bytes of a native object say, for all formats alike.

Enough to hold a file against a platform tag, also where no full reader exists.
Source: Microsoft "PE Format"; System V ABI, chapter 4; Apple's ``mach-o/fat.h``,
``mach-o/loader.h`` and ``mach/machine.h``; WebAssembly Core Specification 5.5.16.
"""

import struct
from enum import StrEnum

from wheelcheck.binary.model import Arch, Format
from wheelcheck.binary.pe_headers import Data
from wheelcheck.records import record

__all__ = ["Header", "Use", "read_header"]


class Use(StrEnum):
    """What an object is made for."""

    LOADED = "loaded"
    """A library or an extension module: others load it."""
    RUN = "run"
    """A program."""
    LINKED = "linked"
    """Input for a linker or debugger (object file, core, dSYM), never loaded."""


@record
class Header:
    """The head of a native object."""

    format: Format
    archs: tuple[Arch, ...]
    """One for each slice, in file order; empty if the header is cut off or damaged."""
    use: Use


_PE = {0x14C: Arch.X86, 0x8664: Arch.X86_64, 0xAA64: Arch.ARM64, 0x1C4: Arch.ARM}
_PE_DLL = 0x2000
_DOS_HEADER = 64

# By e_machine and width; PowerPC and MIPS come in both byte orders.
_ELF = {
    (3, 32): Arch.X86,
    (62, 64): Arch.X86_64,
    (40, 32): Arch.ARM,
    (183, 64): Arch.ARM64,
    (20, 32): Arch.PPC,
    (21, 64): Arch.PPC64,
    (22, 64): Arch.S390X,
    (243, 64): Arch.RISCV64,
    (258, 64): Arch.LOONGARCH64,
}
_ELF_USE = {2: Use.RUN, 3: Use.LOADED}
_ELF_HEADER = 64
_ELF_64 = 2
_PT_INTERP = 3
_MOST_SEGMENTS = 64

_MACHO = {
    7: Arch.X86,
    0x01000007: Arch.X86_64,
    12: Arch.ARM,
    0x0100000C: Arch.ARM64,
    18: Arch.PPC,
    0x01000012: Arch.PPC64,
}
_MACHO_THIN = {
    b"\xfe\xed\xfa\xce": ">",
    b"\xfe\xed\xfa\xcf": ">",
    b"\xce\xfa\xed\xfe": "<",
    b"\xcf\xfa\xed\xfe": "<",
}
_MACHO_FAT = {b"\xca\xfe\xba\xbe": ">5I", b"\xca\xfe\xba\xbf": ">2I2QII"}
_MACHO_USE = {2: Use.RUN, 6: Use.LOADED, 8: Use.LOADED, 9: Use.LOADED}
# A Java class file starts like a fat file; its next word holds its version, which
# is above any number of architectures that one file has ever held.
_MOST_SLICES = 30
_FAT_HEADER = 8


def read_header(data: Data) -> Header | None:
    """Read the head of a native object; None if ``data`` does not start as one."""
    magic = bytes(data[:4])
    if magic == b"\x7fELF":
        return _elf(data)
    if magic[:2] == b"MZ":
        return _pe(data)
    if magic in _MACHO_THIN:
        return _thin(data, 0)
    if magic in _MACHO_FAT:
        return _fat(data)
    if magic == b"\0asm":
        return Header(Format.WASM, (), Use.LOADED)
    return None


def _pe(data: Data) -> Header | None:
    if len(data) < _DOS_HEADER:
        return None
    (offset,) = struct.unpack_from("<I", data, 60)
    if bytes(data[offset : offset + 4]) != b"PE\0\0":
        return None
    if offset + 24 > len(data):
        return Header(Format.PE, (), Use.LOADED)
    (machine,) = struct.unpack_from("<H", data, offset + 4)
    (flags,) = struct.unpack_from("<H", data, offset + 22)
    use = Use.LOADED if flags & _PE_DLL else Use.RUN
    return Header(Format.PE, (_PE.get(machine, Arch.UNKNOWN),), use)


def _elf(data: Data) -> Header:
    if len(data) < _ELF_HEADER or data[4] not in {1, 2} or data[5] not in {1, 2}:
        return Header(Format.ELF, (), Use.LOADED)
    bits = 32 if data[4] == 1 else 64
    order = "<" if data[5] == 1 else ">"
    kind, machine = struct.unpack_from(order + "2H", data, 16)
    arch = _ELF.get((machine, bits), Arch.UNKNOWN)
    if arch is Arch.PPC64 and order == "<":
        arch = Arch.PPC64LE
    use = _ELF_USE.get(kind, Use.LINKED)
    if use is Use.LOADED and _has_interpreter(data, order, wide=data[4] == _ELF_64):
        use = Use.RUN
    return Header(Format.ELF, (arch,), use)


def _has_interpreter(data: Data, order: str, *, wide: bool) -> bool:
    """Tell a position-independent program from a library: it names its loader."""
    if wide:
        (table,) = struct.unpack_from(order + "Q", data, 32)
        size, count = struct.unpack_from(order + "2H", data, 54)
    else:
        (table,) = struct.unpack_from(order + "I", data, 28)
        size, count = struct.unpack_from(order + "2H", data, 42)
    for index in range(min(count, _MOST_SEGMENTS)):
        offset = table + index * size
        if offset + 4 > len(data):
            return False
        if struct.unpack_from(order + "I", data, offset)[0] == _PT_INTERP:
            return True
    return False


def _thin(data: Data, offset: int) -> Header:
    order = _MACHO_THIN.get(bytes(data[offset : offset + 4]))
    if order is None or offset + 16 > len(data):
        return Header(Format.MACHO, (), Use.LOADED)
    cpu, _, kind = struct.unpack_from(order + "3I", data, offset + 4)
    use = _MACHO_USE.get(kind, Use.LINKED)
    return Header(Format.MACHO, (_MACHO.get(cpu, Arch.UNKNOWN),), use)


def _fat(data: Data) -> Header | None:
    if len(data) < _FAT_HEADER:
        return None
    (count,) = struct.unpack_from(">I", data, 4)
    row = struct.Struct(_MACHO_FAT[bytes(data[:4])])
    if count > _MOST_SLICES:
        return None
    if _FAT_HEADER + count * row.size > len(data):
        return Header(Format.MACHO, (), Use.LOADED)
    rows = [row.unpack_from(data, _FAT_HEADER + index * row.size) for index in range(count)]
    archs = tuple(_MACHO.get(fields[0], Arch.UNKNOWN) for fields in rows)
    use = _thin(data, rows[0][2]).use if rows else Use.LOADED
    return Header(Format.MACHO, archs, use)
