"""Heads of native objects made to order: enough for what only looks at headers."""

import struct

X86_64, ARM64, ARM, X86, S390X, PPC64 = 62, 183, 40, 3, 22, 21
MAC_X86_64, MAC_ARM64 = 0x01000007, 0x0100000C
WASM = b"\0asm\1\0\0\0"


def elf(machine: int = X86_64, *, kind: int = 3, order: str = "<", interp: bool = False) -> bytes:
    """Return an ELF header, and one program header. Kinds: 1 object, 2 program, 3 shared."""
    wide = machine not in {ARM, X86}
    ident = bytes([0x7F, 69, 76, 70, 2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    if wide:
        sizes = (64, 56, 1, 64, 0, 0)
        head = struct.pack(order + "2HI3QI6H", kind, machine, 1, 0, 64, 0, 0, *sizes)
    else:
        head = struct.pack(order + "2HI3II6H", kind, machine, 1, 0, 52, 0, 0, 52, 32, 1, 40, 0, 0)
    return ident + head + struct.pack(order + "I", 3 if interp else 1) + bytes(64)


def macho(cpu: int = MAC_X86_64, *, kind: int = 8) -> bytes:
    """Return a thin Mach-O header. Kinds: 1 object, 2 program, 6 dylib, 8 bundle, 10 dSYM."""
    return struct.pack("<8I", 0xFEEDFACF, cpu, 3, kind, 0, 0, 0, 0) + bytes(32)


def fat(*cpus: int, kind: int = 8) -> bytes:
    """Return a fat Mach-O file with a slice for each machine."""
    rows, slices, offset = b"", b"", 4096
    for cpu in cpus:
        piece = macho(cpu, kind=kind)
        rows += struct.pack(">5I", cpu, 3, offset, len(piece), 12)
        slices += piece.ljust(4096, b"\0")
        offset += 4096
    head = struct.pack(">2I", 0xCAFEBABE, len(cpus)) + rows
    return head.ljust(4096, b"\0") + slices


def as_program(image: bytes) -> bytes:
    """Return a PE image without the mark of a DLL."""
    changed = bytearray(image)
    (offset,) = struct.unpack_from("<I", changed, 60)
    (flags,) = struct.unpack_from("<H", changed, offset + 22)
    struct.pack_into("<H", changed, offset + 22, flags & ~0x2000)
    return bytes(changed)
