"""Mach-O files for the tests: the built ones of testdata, and small ones made by hand."""

import struct
from pathlib import Path

from tests import macho_verifier as verifier

FOLDER = Path(__file__).parents[1] / "testdata" / "macho"
BUILT = sorted(p.name for p in FOLDER.iterdir() if p.is_file())
X86_64, ARM64, I386, PPC = 0x01000007, 0x0100000C, 7, 18


def built(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def slice_of(name: str, cputype: int) -> bytes:
    data = built(name)
    [found] = [data[o : o + n] for cpu, _, o, n, _ in verifier.slices(data) if cpu == cputype]
    return found


def by_hand(
    order: str, cputype: int, strings: list[tuple[int, str]], *, filetype: int = 6, pad: int = 256
) -> bytes:
    """Make a 32-bit image: one segment, __LINKEDIT, and commands that hold a string."""
    raw = b""
    for kind, name in strings:
        fields = 24 if kind & 0xFF != 0x1C else 12
        size = -(-(fields + len(name) + 1) // 4) * 4
        head = struct.pack(order + "3I", kind, size, fields).ljust(fields, b"\0")
        raw += (head + name.encode()).ljust(size, b"\0")
    start = 28 + 124 + 56 + len(raw) + pad
    linkedit = 0x1000
    section = struct.pack(
        order + "16s16s9I", b"__text", b"__TEXT", start, 16, start, 0, 0, 0, 0, 0, 0
    )
    text = struct.pack(order + "2I16s8I", 1, 124, b"__TEXT", 0, 0x1000, 0, 0x1000, 7, 5, 1, 0)
    last = struct.pack(
        order + "2I16s8I", 1, 56, b"__LINKEDIT", 0x1000, 0x1000, linkedit, 8, 1, 1, 0, 0
    )
    commands = text + section + last + raw
    count = 2 + len(strings)
    head = struct.pack(order + "7I", 0xFEEDFACE, cputype, 3, filetype, count, len(commands), 0x85)
    image = (head + commands).ljust(start, b"\0") + b"\x90" * 16
    return image.ljust(linkedit, b"\0") + b"LINKEDIT"


def fat(*images: tuple[int, bytes], magic: int = 0xCAFEBABE) -> bytes:
    """Join thin contents, each with its cputype, on boundaries of 4096 bytes."""
    header, body = struct.pack(">2I", magic, len(images)), b""
    for cputype, content in images:
        offset = 0x1000 + len(body)
        header += struct.pack(">5I", cputype, 3, offset, len(content), 12)
        body += content.ljust(-(-len(content) // 0x1000) * 0x1000, b"\0")
    last = len(images[-1][1]) % 0x1000
    return header.ljust(0x1000, b"\0") + (body[: last - 0x1000] if last else body)
