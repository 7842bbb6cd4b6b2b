"""How many dynamic symbols there are, which no header of an ELF file states.

DT_HASH tells it; DT_GNU_HASH shows it where its last chain ends (the layout is
that of the GNU hash ELF sections note, "GNU_HASH" in the GNU gABI wiki); where
neither does, only the symbols that relocations name matter to a loader.
"""

import struct
from typing import NamedTuple

from wheelcheck.binary.elf_image import DT, ElfImage
from wheelcheck.errors import BinaryError

__all__ = ["GnuHash", "gnu_hash", "hash_size", "symbol_count", "symbol_table", "version_numbers"]

MAX_SYMBOLS = 1 << 20
"""The largest published libraries have some hundred thousand."""
_EM_S390 = 22


class GnuHash(NamedTuple):
    """The extent of a GNU hash table."""

    symbols: int | None
    """How many dynamic symbols it implies; None where it has no chain to tell."""
    size: int
    """In bytes, to its last chain's end."""


def symbol_count(image: ElfImage) -> int:
    """Return the number of dynamic symbols, the null symbol included.

    Raises:
        BinaryError: when a hash table is damaged or counts absurdly many.

    """
    if image.tag(DT.SYMTAB) is None:
        return 0
    count: int | None = None
    if image.tag(DT.HASH) is not None:
        count = _hash_counts(image)[1]
    elif image.tag(DT.GNU_HASH) is not None:
        count = gnu_hash(image).symbols
    if count is None:
        count = _relocated(image)
    if count > MAX_SYMBOLS:
        raise BinaryError(f"more than {MAX_SYMBOLS} dynamic symbols")
    return count


def symbol_table(image: ElfImage, count: int) -> memoryview:
    """Return the bytes of the first ``count`` dynamic symbols."""
    address = image.tag(DT.SYMTAB)
    if address is None or not count:
        return image.view[:0]
    return image.table_at(address, count * image.layout.symbol.size, "dynamic symbols")


def version_numbers(image: ElfImage, count: int) -> memoryview:
    """Return the bytes of the version table, two for each symbol; empty without one."""
    address = image.tag(DT.VERSYM)
    if address is None or not count:
        return image.view[:0]
    return image.table_at(address, 2 * count, "symbol versions")


def _hash_word(image: ElfImage) -> struct.Struct:
    """Return the format of a DT_HASH entry: 32 bits, but for 64-bit s390."""
    wide = image.machine == _EM_S390 and image.layout.wide
    return struct.Struct(image.layout.order + ("Q" if wide else "I"))


def _hash_counts(image: ElfImage) -> tuple[int, int]:
    """Return the number of buckets and of chains, the latter one a symbol."""
    address, word = image.tag(DT.HASH), _hash_word(image)
    assert address is not None
    table = image.table_at(address, 2 * word.size, "hash table")
    buckets, chains = word.iter_unpack(table)
    return buckets[0], chains[0]


def hash_size(image: ElfImage) -> int:
    """Return the size of the DT_HASH table in bytes."""
    return _hash_word(image).size * (2 + sum(_hash_counts(image)))


def gnu_hash(image: ElfImage) -> GnuHash:
    """Measure the DT_GNU_HASH table, which must exist."""
    address, order = image.tag(DT.GNU_HASH), image.layout.order
    assert address is not None
    head = struct.Struct(order + "IIII")
    buckets, first, bloom, _ = head.unpack(image.table_at(address, head.size, "GNU hash table"))
    start = head.size + bloom * image.layout.bits // 8
    end = start + 4 * buckets
    table = image.table_at(address, end, "GNU hash table")[start:]
    last = max((bucket for (bucket,) in struct.iter_unpack(order + "I", table)), default=0)
    if last < first or not last:
        return GnuHash(None, end)
    offset, room = image.offset_of(address + end + 4 * (last - first), "GNU hash chains")
    chain = image.view[offset : offset + min(room // 4, MAX_SYMBOLS) * 4]
    for position, (value,) in enumerate(struct.iter_unpack(order + "I", chain), last + 1):
        if value & 1:
            return GnuHash(position, end + 4 * (position - first))
    raise BinaryError("the last chain of the GNU hash table does not end")


def _relocated(image: ElfImage) -> int:
    """Return one more than the highest symbol that a relocation names."""
    order, wide = image.layout.order, image.layout.wide
    plain, addend = ("QQ", "QQ8x") if wide else ("II", "II4x")
    tables = (
        (DT.RELA, DT.RELASZ, addend),
        (DT.REL, DT.RELSZ, plain),
        (DT.JMPREL, DT.PLTRELSZ, addend if image.tag(DT.PLTREL) == DT.RELA else plain),
    )
    highest = 0
    for at, length, record in tables:
        address, size = image.tag(at), image.tag(length)
        if address is None or not size:
            continue
        form = struct.Struct(order + record)
        table = image.table_at(address, size - size % form.size, "relocations")
        shift = 32 if wide else 8
        for _, info in form.iter_unpack(table):
            highest = max(highest, info >> shift)
    return highest + 1
