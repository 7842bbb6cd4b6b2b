"""Ad-hoc code signatures for Mach-O images, as ``codesign --sign -`` makes them.

Such a signature holds hashes only, no identity. macOS on arm64 runs nothing
without one, and nowhere an image whose hashes are wrong; so every image that
was edited is signed anew. Layouts: ``osfmk/kern/cs_blobs.h`` of XNU.
"""

import hashlib
import struct

from wheelcheck.binary.macho_layout import Image, Lc, Segment, architecture, read_image, read_parts
from wheelcheck.binary.macho_signature import (
    ADHOC,
    CODE_DIRECTORY,
    EMBEDDED,
    iter_blobs,
    verify_signature,
)
from wheelcheck.errors import PatchError
from wheelcheck.patch.macho_fat import assemble

__all__ = ["ARM64", "must_be_signed", "resign", "sign", "signature_command"]

ARM64 = 0x0100000C
_PROGRAM = 2

_REQUIREMENTS = 0xFADE0C01
_CMS = 0xFADE0B01
_REQUIREMENTS_SLOT, _CMS_SLOT = 2, 0x10000
_ENTITLEMENT_SLOTS = (5, 7)
"""What a program may do, as property list and as DER."""

_VERSION = 0x20400
_DIRECTORY = struct.Struct(">9I4B3I4x4Q")
_SHA1, _SHA256 = (1, "sha1", 20), (2, "sha256", 32)
_SLOTS = (0, 0x1000)
"""Of the code directory, and of a second one with better hashes."""
_KNOWS_SHA256 = 0x000A0B04
"""macOS 10.11.4; codesign adds SHA-1 for images that run on older ones."""
_PAGE_BITS = 12
_PAGE = 1 << _PAGE_BITS
_ALIGN = 16
_MAIN_BINARY = 1
_LIMIT_32 = 0xFFFFFFFF


def resign(data: bytes, identifier: str) -> bytes:
    """Mend the signatures of a file: sign each slice whose signature is wrong or amiss.

    Right signatures stay as they are, and so does an unsigned slice of an
    architecture that needs none. ``identifier`` is for images that never had one.

    :raises BinaryError: it is no Mach-O file.
    :raises PatchError: a slice leaves no place for a signature.
    """
    contents = []
    for part in read_parts(data):
        content = data[part.offset : part.offset + part.size]
        image = read_image(content)
        state = verify_signature(image)
        wrong = state.fault is not None or (not state.present and must_be_signed(image))
        contents.append(sign(content, identifier) if wrong else content)
    return assemble(data, contents)


def must_be_signed(image: Image) -> bool:
    """Tell whether macOS refuses this image when it has no signature."""
    return image.cputype == ARM64


def signature_command(image: Image) -> bytes:
    """Return an LC_CODE_SIGNATURE that :func:`sign` will fill in."""
    return struct.pack(image.order + "4I", Lc.CODE_SIGNATURE, 16, 0, 0)


def sign(data: bytes, identifier: str) -> bytes:
    """Give one slice a new ad-hoc signature in place of what it has.

    The identifier and the entitlements of the old signature are kept.

    :raises PatchError: the image leaves no place for a signature, or holds
        something behind the place where it must be.
    """
    image = read_image(data)
    if image.first(Lc.CODE_SIGNATURE) is None:
        image = _with_command(image)
    linkedit, start = _place(image)
    old = verify_signature(image)
    name = (old.identifier or identifier).encode("utf-8", "backslashreplace")
    kept = _entitlements(image)
    size = _size(image, start, name, kept)
    out = bytearray(data[:start].ljust(start, b"\0"))
    out[: image.commands_end] = image.data[: image.commands_end]
    command = image.first(Lc.CODE_SIGNATURE)
    assert command is not None
    struct.pack_into(image.order + "2I", out, command.offset + 8, start, size)
    _stretch(out, image, linkedit, start + size - linkedit.offset)
    return bytes(out) + _signature(image, bytes(out), name, kept).ljust(size, b"\0")


def _with_command(image: Image) -> Image:
    """Add an empty LC_CODE_SIGNATURE to the load commands."""
    command = signature_command(image)
    if image.room < len(command):
        raise PatchError(
            f"{_name(image)}: its header has room for {image.room} more bytes, "
            f"a signature needs {len(command)}"
        )
    end = image.commands_end
    out = bytearray(image.data)
    out[end : end + len(command)] = command
    count = len(image.commands) + 1
    total = end + len(command) - image.header_size
    struct.pack_into(image.order + "2I", out, 16, count, total)
    return read_image(bytes(out))


def _place(image: Image) -> tuple[Segment, int]:
    """Find __LINKEDIT, and where the signature in it starts."""
    linkedit = image.segment("__LINKEDIT")
    others = [s for s in image.segments if s is not linkedit]
    if linkedit is None or any(s.offset + s.size > linkedit.offset for s in others if s.size):
        raise PatchError(f"{_name(image)}: __LINKEDIT is not its last segment, it cannot be signed")
    command = image.first(Lc.CODE_SIGNATURE)
    assert command is not None
    start, size = image.fields("2I", command.offset + 8)
    end = linkedit.offset + linkedit.size
    if start == 0:
        start, size = -(-end // _ALIGN) * _ALIGN, 0
    elif not linkedit.offset <= start <= start + size == end:
        raise PatchError(f"{_name(image)}: its signature is not the last thing in __LINKEDIT")
    if image.part(end, len(image.data)).strip(b"\0"):
        raise PatchError(f"{_name(image)}: {len(image.data) - end} bytes follow its last segment")
    return linkedit, start


def _entitlements(image: Image) -> dict[int, bytes]:
    """Return what the old signature allows the program to do; nothing if it is damaged."""
    try:
        return {slot: blob for slot, blob in iter_blobs(image) if slot in _ENTITLEMENT_SLOTS}
    except ValueError:
        return {}


def _stretch(out: bytearray, image: Image, linkedit: Segment, size: int) -> None:
    """Make __LINKEDIT end with the signature."""
    page = 0x1000 if image.cputype in {7, 0x01000007} else 0x4000
    address_size = max(linkedit.address_size, -(-size // page) * page)
    above = [s.address for s in image.segments if s.address > linkedit.address]
    if linkedit.address + address_size > min(above, default=1 << 64):
        raise PatchError(f"{_name(image)}: another segment follows __LINKEDIT in memory")
    if image.wide:
        struct.pack_into(image.order + "Q", out, linkedit.command.offset + 32, address_size)
        struct.pack_into(image.order + "Q", out, linkedit.command.offset + 48, size)
    else:
        struct.pack_into(image.order + "I", out, linkedit.command.offset + 28, address_size)
        struct.pack_into(image.order + "I", out, linkedit.command.offset + 36, size)


def _specials(kept: dict[int, bytes]) -> dict[int, bytes]:
    """Return the parts that the code directory holds hashes of, by slot."""
    return {_REQUIREMENTS_SLOT: struct.pack(">3I", _REQUIREMENTS, 12, 0), **kept}


def _hashes(image: Image) -> tuple[tuple[int, str, int], ...]:
    """Return the types, names and sizes of the hashes that the image's oldest macOS wants."""
    command = image.first(Lc.BUILD_VERSION, Lc.VERSION_MIN_MACOSX)
    if command is None:
        return (_SHA256,)
    at = 12 if command.kind == Lc.BUILD_VERSION else 8
    (minimum,) = image.fields("I", command.offset + at)
    return (_SHA256,) if minimum >= _KNOWS_SHA256 else (_SHA1, _SHA256)


def _size(image: Image, limit: int, name: bytes, kept: dict[int, bytes]) -> int:
    """Return the bytes that a signature takes; known before anything is hashed."""
    specials = _specials(kept)
    total = 12 + 8 * (len(specials) + 1) + sum(map(len, specials.values())) + 8
    for _, _, hash_size in _hashes(image):
        count = max(specials) + -(-limit // _PAGE)
        total += 8 + _DIRECTORY.size + len(name) + 1 + count * hash_size
    return -(-total // _ALIGN) * _ALIGN


def _signature(image: Image, code: bytes, name: bytes, kept: dict[int, bytes]) -> bytes:
    specials = _specials(kept)
    directories = [_code_directory(image, code, name, specials, *kind) for kind in _hashes(image)]
    blobs = sorted([*zip(_SLOTS, directories, strict=False), *specials.items()])
    blobs.append((_CMS_SLOT, struct.pack(">2I", _CMS, 8)))
    offset = 12 + 8 * len(blobs)
    index = b""
    for slot, blob in blobs:
        index += struct.pack(">2I", slot, offset)
        offset += len(blob)
    head = struct.pack(">3I", EMBEDDED, offset, len(blobs))
    return head + index + b"".join(blob for _, blob in blobs)


def _code_directory(
    image: Image,
    code: bytes,
    name: bytes,
    specials: dict[int, bytes],
    hash_type: int,
    hash_name: str,
    hash_size: int,
) -> bytes:
    def digest(data: bytes) -> bytes:
        return hashlib.new(hash_name, data, usedforsecurity=False).digest()

    pages = [digest(code[at : at + _PAGE]) for at in range(0, len(code), _PAGE)]
    before = [
        digest(specials[slot]) if slot in specials else bytes(hash_size)
        for slot in range(max(specials), 0, -1)
    ]
    hash_offset = _DIRECTORY.size + len(name) + 1 + len(before) * hash_size
    text = image.segment("__TEXT")
    head = _DIRECTORY.pack(
        CODE_DIRECTORY,
        hash_offset + len(pages) * hash_size,
        _VERSION,
        ADHOC,
        hash_offset,
        _DIRECTORY.size,
        len(before),
        len(pages),
        min(len(code), _LIMIT_32),
        hash_size,
        hash_type,
        0,
        _PAGE_BITS,
        0,  # spare
        0,  # no scatter
        0,  # no team
        len(code) if len(code) > _LIMIT_32 else 0,
        text.offset if text else 0,
        text.size if text else 0,
        _MAIN_BINARY if image.filetype == _PROGRAM else 0,
    )
    return head + name + b"\0" + b"".join(before) + b"".join(pages)


def _name(image: Image) -> str:
    return architecture(image.cputype, image.cpusubtype)
