"""Zip archives put together byte by byte, so that each field can lie."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

__all__ = ["End", "Entry", "build", "deflate", "zip64"]

SENTINEL = 0xFFFF_FFFF


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def zip64(*values: int) -> bytes:
    return struct.pack("<2H", 1, 8 * len(values)) + struct.pack(f"<{len(values)}Q", *values)


@dataclass(frozen=True)
class Entry:
    """A member. What is None is made true; ``local_*`` speak for the local header alone."""

    name: bytes = b"a.txt"
    content: bytes = b"content\n"
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    compressed_size: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    comment: bytes = b""
    external_attr: int = 0o100644 << 16
    offset: int | None = None
    disk: int = 0
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_crc: int | None = None
    local_size: int | None = None
    local_compressed_size: int | None = None
    local_extra: bytes = b""
    local_signature: bytes = b"PK\3\4"
    before: bytes = b""
    """Bytes in front of the local header."""
    after: bytes = b""
    """Bytes behind the data."""
    in_directory: bool = True
    in_file: bool = True

    def stored(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflate(self.content) if self.method == 8 else self.content

    def central(self, offset: int) -> bytes:
        packed = self.stored()
        return (
            struct.pack(
                "<4s2B5H3L5H2L",
                b"PK\1\2",
                20,
                3,
                20,
                self.flags,
                self.method,
                0x6000,
                0x5821,
                zlib.crc32(self.content) if self.crc is None else self.crc,
                len(packed) if self.compressed_size is None else self.compressed_size,
                len(self.content) if self.size is None else self.size,
                len(self.name),
                len(self.extra),
                len(self.comment),
                self.disk,
                0,
                self.external_attr,
                offset if self.offset is None else self.offset,
            )
            + self.name
            + self.extra
            + self.comment
        )

    def local(self) -> bytes:
        packed = self.stored()
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        size = len(self.content) if self.size is None else self.size
        compressed = len(packed) if self.compressed_size is None else self.compressed_size
        name = self.name if self.local_name is None else self.local_name
        return (
            struct.pack(
                "<4s5H3L2H",
                self.local_signature,
                20,
                self.flags if self.local_flags is None else self.local_flags,
                self.method if self.local_method is None else self.local_method,
                0x6000,
                0x5821,
                crc if self.local_crc is None else self.local_crc,
                compressed if self.local_compressed_size is None else self.local_compressed_size,
                size if self.local_size is None else self.local_size,
                len(name),
                len(self.local_extra),
            )
            + name
            + self.local_extra
            + packed
        )


@dataclass(frozen=True)
class End:
    """The end records, true unless told otherwise."""

    count: int | None = None
    count_here: int | None = None
    size: int | None = None
    offset: int | None = None
    disk: int = 0
    comment: bytes = b""
    comment_length: int | None = None
    zip64: bool = False
    zip64_size: int = 44
    zip64_count: int | None = None
    zip64_padding: bytes = b""
    locator: bool = True
    locator_offset: int | None = None
    prefix: bytes = field(default=b"")
    """Bytes in front of everything, which no offset knows of."""

    def build(self, count: int, size: int, start: int) -> bytes:
        out = b""
        if self.zip64:
            total = count if self.zip64_count is None else self.zip64_count
            out += struct.pack(
                "<4sQ2H2L4Q", b"PK\6\6", self.zip64_size, 45, 45, 0, 0, total, total, size, start
            )
            out += self.zip64_padding
            if self.locator:
                at = start + size if self.locator_offset is None else self.locator_offset
                out += struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
        count = count if self.count is None else self.count
        return (
            out
            + struct.pack(
                "<4s4H2LH",
                b"PK\5\6",
                self.disk,
                self.disk,
                count if self.count_here is None else self.count_here,
                count,
                size if self.size is None else self.size,
                start if self.offset is None else self.offset,
                len(self.comment) if self.comment_length is None else self.comment_length,
            )
            + self.comment
        )


def build(entries: Sequence[Entry] = (Entry(),), end: End | None = None) -> bytes:
    """Return an archive of these members."""
    end = end or End()
    body = bytearray()
    records = []
    for entry in entries:
        body += entry.before
        if entry.in_directory:
            records.append(entry.central(len(body)))
        if entry.in_file:
            body += entry.local()
        body += entry.after
    directory = b"".join(records)
    tail = end.build(len(records), len(directory), len(body))
    return end.prefix + bytes(body) + directory + tail


def changed(entry: Entry, **fields: object) -> Entry:
    return replace(entry, **fields)  # type: ignore[arg-type]
