"""The embedded code signature of a Mach-O image, judged as macOS does at load time.

What is checked is integrity: that the signature covers the image up to itself
and that the hash of every page is right. Who signed is not, for a wheel needs no
identity. Sources: ``osfmk/kern/cs_blobs.h`` and ``bsd/kern/ubc_subr.c`` of XNU,
and dyld, which refuses a signature that does not cover the whole file.
"""

import hashlib
import struct
from collections.abc import Iterator

from wheelcheck.binary.macho_layout import Image, Lc, text
from wheelcheck.records import record

__all__ = [
    "ADHOC",
    "CODE_DIRECTORY",
    "EMBEDDED",
    "UNSIGNED",
    "SignatureState",
    "iter_blobs",
    "verify_signature",
]

EMBEDDED = 0xFADE0CC0
CODE_DIRECTORY = 0xFADE0C02
ADHOC = 0x2
LINKER_SIGNED = 0x20000

_MAX_BLOBS = 64
_ALTERNATE_DIRECTORIES = range(0x1000, 0x1005)
_HASHES = {
    # Type: name, bytes kept, rank; the kernel judges the best it finds.
    1: ("sha1", 20, 1),
    3: ("sha256", 20, 2),
    2: ("sha256", 32, 3),
    4: ("sha384", 48, 4),
}
_MAKERS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384}
_PAGE_SIZES = (12, 14)
"""Powers of two: the page sizes of Macs, and what the kernel accepts."""
_BLOB = struct.Struct(">2I")
_SUPER = struct.Struct(">3I")
_DIRECTORY = struct.Struct(">2I7I4BI")
_SCATTER_VERSION = 0x20100
_LIMIT64_VERSION = 0x20300


@record
class SignatureState:
    """What there is of a signature, and whether it holds."""

    present: bool
    fault: str | None = None
    """Why macOS would reject it; None when every hash is right, or when there is none."""
    identifier: str = ""
    flags: int = 0
    page_size: int = 0
    """Bytes that one hash stands for."""
    hash_name: str = ""

    @property
    def valid(self) -> bool:
        """Whether it is there and right."""
        return self.present and self.fault is None

    @property
    def adhoc(self) -> bool:
        """Whether nobody vouches for it, as is usual in wheels."""
        return bool(self.flags & ADHOC)

    @property
    def linker_signed(self) -> bool:
        """Whether the linker made it, which tools may replace without asking."""
        return bool(self.flags & LINKER_SIGNED)


UNSIGNED = SignatureState(present=False)


class _BadSignatureError(ValueError):
    """Stops the reading; its text becomes the fault."""


def iter_blobs(image: Image) -> Iterator[tuple[int, bytes]]:
    """Yield slot and bytes of each part of the signature, header included.

    :raises ValueError: the signature is damaged; the text says how.
    """
    command = image.first(Lc.CODE_SIGNATURE)
    if command is None:
        return
    offset, size = image.fields("2I", command.offset + 8)
    if offset + size > len(image.data):
        raise _BadSignatureError("it lies outside of the file")
    data = image.part(offset, offset + size)
    if len(data) < _SUPER.size:
        raise _BadSignatureError("it is too short")
    magic, length, count = _SUPER.unpack_from(data)
    if magic != EMBEDDED or length > len(data):
        raise _BadSignatureError("it does not start as a signature does")
    if count > _MAX_BLOBS or _SUPER.size + count * _BLOB.size > length:
        raise _BadSignatureError(f"its index of {count} parts does not fit")
    for slot, start in _BLOB.iter_unpack(data[_SUPER.size : _SUPER.size + count * _BLOB.size]):
        if start + _BLOB.size > length:
            raise _BadSignatureError(f"part {slot:#x} lies outside of it")
        _, blob_length = _BLOB.unpack_from(data, start)
        if blob_length < _BLOB.size or start + blob_length > length:
            raise _BadSignatureError(f"part {slot:#x} lies outside of it")
        yield slot, data[start : start + blob_length]


def verify_signature(image: Image) -> SignatureState:
    """Check the code signature of one slice. Never raises for a bad one."""
    command = image.first(Lc.CODE_SIGNATURE)
    if command is None:
        return UNSIGNED
    (signature_offset,) = image.fields("I", command.offset + 8)
    try:
        blobs = dict(iter_blobs(image))
        directory = _best_directory(blobs)
        return directory.judge(image, signature_offset, blobs)
    except _BadSignatureError as fault:
        return SignatureState(present=True, fault=str(fault))


def _best_directory(blobs: dict[int, bytes]) -> "_Directory":
    candidates = [
        _Directory(blob)
        for slot, blob in blobs.items()
        if slot == 0 or slot in _ALTERNATE_DIRECTORIES
    ]
    if not candidates:
        raise _BadSignatureError("it has no code directory")
    return max(candidates, key=lambda d: d.rank)


class _Directory:
    """A code directory: the table of page hashes and what it says of itself."""

    def __init__(self, blob: bytes) -> None:
        if len(blob) < _DIRECTORY.size:
            raise _BadSignatureError("its code directory is too short")
        fields = _DIRECTORY.unpack_from(blob)
        magic, _, version, self.flags, self.hashes, name_offset = fields[:6]
        self.special, self.count, self.limit, size, kind, _, page, _ = fields[6:14]
        if magic != CODE_DIRECTORY:
            raise _BadSignatureError("its code directory has the wrong magic number")
        if kind not in _HASHES or size != _HASHES[kind][1]:
            raise _BadSignatureError(f"it uses hash type {kind}, which macOS does not know")
        self.hash_name, self.size, self.rank = _HASHES[kind]
        if page not in _PAGE_SIZES:
            raise _BadSignatureError(f"it has pages of 2^{page} bytes")
        self.page = 1 << page
        if version >= _SCATTER_VERSION and any(blob[44:48]):
            raise _BadSignatureError("it covers scattered ranges, which macOS no longer takes")
        if version >= _LIMIT64_VERSION and any(blob[56:64]):
            self.limit = int.from_bytes(blob[56:64], "big")
        start = self.hashes - self.special * self.size
        end = self.hashes + self.count * self.size
        if start < _DIRECTORY.size or end > len(blob) or name_offset >= len(blob):
            raise _BadSignatureError("the hashes of its code directory lie outside of it")
        self.blob = blob
        self.identifier = text(blob[name_offset:].partition(b"\0")[0])

    def judge(self, image: Image, offset: int, blobs: dict[int, bytes]) -> SignatureState:
        return SignatureState(
            present=True,
            fault=self._fault(image, offset, blobs),
            identifier=self.identifier,
            flags=self.flags,
            page_size=self.page,
            hash_name=self.hash_name,
        )

    def _fault(self, image: Image, offset: int, blobs: dict[int, bytes]) -> str | None:
        if self.limit != offset:
            return f"it covers {self.limit:#x} bytes, the image has {offset:#x} before it"
        if self.count != -(-self.limit // self.page):
            return f"it has {self.count} page hashes for {self.limit:#x} bytes"
        found = self._page_hashes(memoryview(image.data))
        if b"".join(found) != self.blob[self.hashes : self.hashes + self.count * self.size]:
            wrong = [page for page, value in enumerate(found) if value != self._expected(page)]
            return (
                f"{len(wrong)} of {self.count} page hashes do not match, "
                f"the first at offset {wrong[0] * self.page:#x}"
            )
        # Slots of parts outside of the signature (Info.plist, resources) are not judged.
        for slot in range(1, self.special + 1):
            if slot in blobs and self._hash(blobs[slot]) != self._expected(-slot):
                return f"the hash of its part {slot:#x} does not match"
        return None

    def _page_hashes(self, data: memoryview) -> list[bytes]:
        new, kept, page, end = _MAKERS[self.hash_name], self.size, self.page, self.limit
        # Three of four seconds of it are the hashing itself: a page is so little.
        return [
            new(data[start : min(start + page, end)], usedforsecurity=False).digest()[:kept]
            for start in range(0, end, page)
        ]

    def _hash(self, data: bytes) -> bytes:
        return _MAKERS[self.hash_name](data, usedforsecurity=False).digest()[: self.size]

    def _expected(self, slot: int) -> bytes:
        start = self.hashes + slot * self.size
        return self.blob[start : start + self.size]
