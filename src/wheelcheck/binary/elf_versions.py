"""Symbol versions of an ELF object: what it asks of each library, and what it defines.

The records are those of the Linux Standard Base, "Symbol Versioning".
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wheelcheck.binary.elf_image import DT, ElfImage
from wheelcheck.errors import BinaryError

__all__ = [
    "INDEX_MASK",
    "VersionAux",
    "VersionDefinition",
    "VersionNeed",
    "version_definitions",
    "version_needs",
]

MAX_VERSIONS = 1 << 15
"""A symbol's version index has 15 bits."""
INDEX_MASK = 0x7FFF
"""The bit above it hides the version from linkers."""
_VER_FLG_BASE = 1


class VersionAux(NamedTuple):
    """One version that a library must define."""

    offset: int
    """Where the record is in the file."""
    number: int
    """What symbols of this version carry in the version table."""
    name: int
    """Offset in the string table."""


class VersionNeed(NamedTuple):
    """The versions asked of one library."""

    offset: int
    """Where the record is in the file."""
    file: int
    """The library's name: offset in the string table."""
    versions: tuple[VersionAux, ...]


class VersionDefinition(NamedTuple):
    """A version that the object defines."""

    offset: int
    """Where the record is in the file."""
    names: tuple[int, ...]
    """Its own name, then those of the versions it follows: offsets in the string table."""
    end: int
    """Where its last record ends in the file."""
    base: bool
    """Whether it names the file itself rather than a version."""


def version_needs(image: ElfImage) -> tuple[VersionNeed, ...]:
    """Return the version needs in file order.

    Raises:
        BinaryError: when a record lies outside the file.

    """
    address, count = image.tag(DT.VERNEED), image.tag(DT.VERNEEDNUM)
    if address is None or not count:
        return ()
    what = "version needs"
    offset, _ = image.offset_of(address, what)
    head = struct.Struct(image.layout.order + "HHIII")
    needs, records = [], 0
    for _ in range(min(count, MAX_VERSIONS)):
        _, number, file, aux, after = head.unpack(image.bytes_at(offset, head.size, what))
        versions = tuple(_auxes(image, offset + aux, number))
        records += 1 + len(versions)
        if records > MAX_VERSIONS:
            raise BinaryError(f"more than {MAX_VERSIONS} {what}")
        needs.append(VersionNeed(offset, file, versions))
        if not after:
            break
        offset += after
    return tuple(needs)


def _auxes(image: ElfImage, offset: int, count: int) -> Iterator[VersionAux]:
    form = struct.Struct(image.layout.order + "IHHII")
    for _ in range(count):
        record = image.bytes_at(offset, form.size, "version needs")
        _, _, number, name, after = form.unpack(record)
        yield VersionAux(offset, number & INDEX_MASK, name)
        if not after:
            break
        offset += after


def version_definitions(image: ElfImage) -> tuple[VersionDefinition, ...]:
    """Return the version definitions in file order.

    Raises:
        BinaryError: when a record lies outside the file.

    """
    address, count = image.tag(DT.VERDEF), image.tag(DT.VERDEFNUM)
    if address is None or not count:
        return ()
    what = "version definitions"
    offset, _ = image.offset_of(address, what)
    head = struct.Struct(image.layout.order + "HHHHIII")
    aux = struct.Struct(image.layout.order + "II")
    found, records = [], 0
    for _ in range(min(count, MAX_VERSIONS)):
        record = image.bytes_at(offset, head.size, what)
        _, flags, _, number, _, first, after = head.unpack(record)
        names, at, end = [], offset + first, offset + head.size
        for _ in range(number):
            name, step = aux.unpack(image.bytes_at(at, aux.size, what))
            names.append(name)
            end = max(end, at + aux.size)
            if not step:
                break
            at += step
        records += 1 + len(names)
        if records > MAX_VERSIONS:
            raise BinaryError(f"more than {MAX_VERSIONS} {what}")
        found.append(VersionDefinition(offset, tuple(names), end, bool(flags & _VER_FLG_BASE)))
        if not after:
            break
        offset += after
    return tuple(found)
