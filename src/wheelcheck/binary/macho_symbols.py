"""The symbols of a Mach-O image: what it wants from which library, and what it offers.

Sources: ``mach-o/nlist.h``, ``mach-o/stab.h`` and the description of the export
trie in ``mach-o/loader.h`` (dyld_info_command). Damage never raises; it is told
in a sentence, and what was read until then is kept. Names may overlap each
other in hostile tables, so all of them together have a budget.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from wheelcheck.binary.macho_layout import Image, Lc
from wheelcheck.records import field, record

__all__ = ["Symbols", "Undefined", "read_symbols", "uleb"]

MAX_SYMBOLS = 1 << 21
MAX_NAME_BYTES = 1 << 27
"""Of all names of one table together."""

_ONE_BYTE = 0x7F
_STAB = 0xE0
_LEAST_STAB = 0x20
_PRIVATE_EXTERNAL = 0x10
_TYPE = 0x0E
_EXTERNAL = 0x01
_UNDEFINED = (0x0, 0xC)
_WEAK_REFERENCE = 0x40


class Undefined(NamedTuple):
    """A symbol that the loader has to find."""

    name: str
    ordinal: int
    """Of the library, from 1; 0 is the image itself, 254 any image, 255 the program."""
    weak: bool
    """It may be missing."""


@record(frozen=False)
class Symbols:
    """What the tables say. Names are those of C: without the leading underscore."""

    undefined: list[Undefined] = field(default_factory=list)
    exported: set[str] = field(default_factory=set)
    stabs: bool = False
    """Holds debugging entries: paths of sources and object files of the build."""
    damage: list[str] = field(default_factory=list)


class _BadTableError(ValueError):
    """Stops one table; its text goes into the damage."""


def read_symbols(image: Image) -> Symbols:
    """Read the symbol table, and the export trie if there is one."""
    found = Symbols()
    trie = _trie_range(image)
    try:
        _read_table(image, found, exports=trie is None)
    except _BadTableError as damage:
        found.damage.append(f"symbol table: {damage}")
    if trie is not None:
        try:
            _read_trie(_cut(image, *trie), found.exported)
        except _BadTableError as damage:
            found.damage.append(f"export trie: {damage}")
    return found


def c_name(raw: bytes) -> str:
    """Return the name as C knows it: compilers for macOS put an underscore before each."""
    return raw.removeprefix(b"_").decode("utf-8", "backslashreplace")


def _cut(image: Image, offset: int, size: int) -> bytes:
    end = len(image.data)
    if offset + size > end:
        raise _BadTableError(
            f"{size} bytes at offset {offset:#x} reach over the end of the slice, {end:#x}"
        )
    return image.part(offset, offset + size)


def _read_table(image: Image, found: Symbols, *, exports: bool) -> None:
    command = image.first(Lc.SYMTAB)
    if command is None:
        return
    offset, count, strings_offset, strings_size = image.fields("4I", command.offset + 8)
    row = struct.Struct(image.order + ("I2BHQ" if image.wide else "I2BHI"))
    table = _cut(image, offset, count * row.size)
    strings = _Strings(_cut(image, strings_offset, strings_size))
    found.stabs = max(table[4 :: row.size], default=0) >= _LEAST_STAB  # the fifth byte of a row
    defined, undefined = _ranges(image, count)
    name_of = strings.name
    for name, kind, description in _externals(table, row, undefined):
        if kind & _TYPE in _UNDEFINED:
            weak = description & _WEAK_REFERENCE != 0
            found.undefined.append(Undefined(name_of(name), description >> 8, weak))
    for name, kind, _ in _externals(table, row, defined) if exports else ():
        if kind & _TYPE not in _UNDEFINED and not kind & _PRIVATE_EXTERNAL:
            found.exported.add(name_of(name))


def _externals(
    table: bytes, row: struct.Struct, rows: tuple[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Yield offset of the name, type and description of symbols that others can see."""
    start, stop = rows
    if stop - start > MAX_SYMBOLS:
        raise _BadTableError(f"{stop - start} symbols are more than wheelcheck reads")
    part = table[start * row.size : stop * row.size]
    for name, kind, _, description, _ in row.iter_unpack(part):
        if kind & _EXTERNAL and not kind & _STAB:
            yield name, kind, description


def _ranges(image: Image, count: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows of defined and of undefined external symbols.

    Linkers sort them so and say it in LC_DYSYMTAB; objects have no such order.
    """
    command = image.first(Lc.DYSYMTAB)
    if command is None:
        return (0, count), (0, count)
    first_defined, defined, first_undefined, undefined = image.fields("4I", command.offset + 16)
    if first_defined + defined > count or first_undefined + undefined > count:
        raise _BadTableError(f"LC_DYSYMTAB points behind its {count} symbols")
    return (
        (first_defined, first_defined + defined),
        (first_undefined, first_undefined + undefined),
    )


class _Strings:
    """The names of a symbol table, with a budget against overlapping ones."""

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._budget = min(4 * len(table) + 0x10000, MAX_NAME_BYTES)

    def name(self, start: int) -> str:
        end = self._table.find(b"\0", start)
        if start >= len(self._table) or end < 0:
            raise _BadTableError(f"no name ends behind offset {start:#x} of the string table")
        self._budget -= end - start
        if self._budget < 0:
            raise _BadTableError("names overlap each other too often")
        return c_name(self._table[start:end])


def _trie_range(image: Image) -> tuple[int, int] | None:
    """Return offset and size of the export trie."""
    command = image.first(Lc.DYLD_EXPORTS_TRIE)
    if command is not None:
        offset, size = image.fields("2I", command.offset + 8)
    else:
        command = image.first(Lc.DYLD_INFO_ONLY, Lc.DYLD_INFO)
        if command is None:
            return None
        offset, size = image.fields("2I", command.offset + 40)
    return (offset, size) if size else None


def _read_trie(trie: bytes, names: set[str]) -> None:
    """Walk the trie; each node is visited once, so a loop in it is damage."""
    budget = min(64 * len(trie) + 0x10000, MAX_NAME_BYTES)
    seen = {0}
    pending = [(0, b"")]
    index = trie.index
    try:
        while pending:
            node, prefix = pending.pop()
            size, here = trie[node], node + 1
            if size > _ONE_BYTE:
                size, here = uleb(trie, node)
            if size:
                names.add(c_name(prefix))
            here += size
            children = trie[here]
            here += 1
            for _ in range(children):
                end = index(0, here)
                path = prefix + trie[here:end]
                child, here = trie[end + 1], end + 2
                if child > _ONE_BYTE:
                    child, here = uleb(trie, end + 1)
                budget -= len(path)
                if child in seen or budget < 0 or len(names) > MAX_SYMBOLS:
                    raise _BadTableError("its nodes form no tree, or too large a one")
                seen.add(child)
                pending.append((child, path))
    except (IndexError, ValueError) as error:
        if isinstance(error, _BadTableError):
            raise
        raise _BadTableError("it ends inside a node") from error


def uleb(data: bytes | bytearray, offset: int) -> tuple[int, int]:
    """Read an unsigned LEB128 number: its value, and the offset behind it.

    :raises IndexError: the data ends inside the number.
    :raises ValueError: the number has more than 64 bits.
    """
    value = 0
    for shift in range(0, 64, 7):
        byte = data[offset]
        offset += 1
        if byte <= _ONE_BYTE:
            return value | byte << shift, offset
        value |= (byte & 0x7F) << shift
    raise ValueError("number too long")
