"""Fat (universal) Mach-O files: taken apart, put together, joined from thin ones."""

import struct
from collections.abc import Sequence

from wheelcheck.binary.macho_layout import (
    FAT_MAGIC,
    FAT_MAGIC_64,
    Part,
    architecture,
    read_image,
    read_parts,
)
from wheelcheck.errors import PatchError

__all__ = ["assemble", "fuse"]

_ALIGN = {0x01000007: 12, 7: 12}
"""Powers of two, as lipo has them; 14 is the page of every newer machine."""
_ALIGN_OTHERS = 14
_LIMIT = 1 << 32


def assemble(data: bytes, contents: Sequence[bytes]) -> bytes:
    """Put new contents into the slices of a file; one for each, in the order of its header.

    Slices keep their order, their alignment and, as long as nothing before them
    grew over it, their place.

    :raises PatchError: the result needs offsets that the header cannot hold.
    """
    parts = read_parts(data)
    (magic,) = struct.unpack_from(">I", data)
    if magic not in {FAT_MAGIC, FAT_MAGIC_64}:
        return contents[0]
    moved = [p._replace(size=len(c)) for p, c in zip(parts, contents, strict=True)]
    end = 0
    for index in sorted(range(len(parts)), key=lambda i: parts[i].offset):
        part = moved[index]
        offset = max(part.offset, _aligned(end, part.align))
        moved[index] = part._replace(offset=offset)
        end = offset + part.size
    return _write(magic, moved, contents)


def fuse(first: bytes, second: bytes) -> bytes:
    """Join two files that hold different architectures into one that holds both.

    The result does not depend on which comes first.

    :raises PatchError: they share an architecture, or are files of different kinds.
    :raises BinaryError: one of them is no Mach-O file.
    """
    found: dict[tuple[int, int], bytes] = {}
    kinds = set()
    for data in (first, second):
        for part in read_parts(data):
            content = data[part.offset : part.offset + part.size]
            image = read_image(content)
            key = (image.cputype, image.cpusubtype)
            if key in found:
                raise PatchError(f"both files hold a slice for {architecture(*key)}")
            found[key] = content
            kinds.add(image.filetype)
    if len(kinds) > 1:
        raise PatchError("the files are of different kinds, such as a bundle and a dylib")
    parts = []
    end = 0
    for (cputype, cpusubtype), content in sorted(found.items()):
        align = _ALIGN.get(cputype, _ALIGN_OTHERS)
        # The first slice starts on a page of its own as well, behind the header.
        offset = _aligned(max(end, 1), align)
        parts.append(Part(cputype, cpusubtype, offset, len(content), align))
        end = offset + len(content)
    return _write(FAT_MAGIC, parts, [found[p.cputype, p.cpusubtype] for p in parts])


def _aligned(offset: int, align: int) -> int:
    return -(-offset >> align) << align


def _write(magic: int, parts: Sequence[Part], contents: Sequence[bytes]) -> bytes:
    header = struct.pack(">2I", magic, len(parts))
    for part in parts:
        if magic == FAT_MAGIC_64:
            header += struct.pack(">2I2Q2I", *part, 0)
        elif part.offset + part.size < _LIMIT:
            header += struct.pack(">5I", *part)
        else:
            raise PatchError("the file would grow over the 4 GiB that its header can express")
    out = bytearray(max(p.offset + p.size for p in parts))
    out[: len(header)] = header
    for part, content in zip(parts, contents, strict=True):
        out[part.offset : part.offset + part.size] = content
    return bytes(out)
