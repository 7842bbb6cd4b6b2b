"""The import, delay import and export tables of a PE image.

Every loop here is bounded: by the bytes that are there, by the fixed caps
below, and by a budget for one image, so that tables that overlap each other
cannot multiply. Damage never raises; it is told in a sentence, and what was
read until then is kept.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from wheelcheck.binary.model import Exports, Import, ImportKind, Symbol
from wheelcheck.binary.pe_headers import Directory, Headers, Rvas

__all__ = [
    "MAX_NAME_BYTES",
    "BadTableError",
    "Descriptor",
    "TableReader",
    "iter_descriptors",
    "read_name",
    "text",
]

MAX_NAME = 0xFFFF
"""Bytes of one name. MSVC cuts decorated names at 4096, other compilers do not."""
MAX_LIBRARIES = 0x4000
MAX_SYMBOLS = 1 << 20
MAX_NAME_BYTES = 1 << 26
"""Of all names together."""
MAX_DAMAGE = 16

_SHOWN = 80
"""Characters of a name that a damage sentence repeats."""
_CHUNK = 256
"""Thunks taken at a time: most arrays are short, and their end is not known."""


def text(raw: bytes) -> str:
    """Decode a name; PE does not say how it is encoded, and nearly all are ASCII."""
    return raw.decode("utf-8", "backslashreplace")


class Descriptor(NamedTuple):
    """One row of the import or delay import directory, addresses made RVAs."""

    kind: ImportKind
    rva: int
    """Of the row itself."""
    name_field: int
    """RVA of the field that points to the library's name."""
    name_rva: int
    lookup: int
    """RVA of the array of names (import lookup table)."""
    addresses: int
    """RVA of the array that the loader overwrites (import address table)."""
    address_base: int
    """What was subtracted to make RVAs: the image base in old delay descriptors."""


class BadTableError(ValueError):
    """Ends the reading of one table; its message becomes a damage sentence."""


def iter_descriptors(rvas: Rvas, headers: Headers) -> Iterator[Descriptor]:
    """Walk both import directories, to the row that the Windows loader stops at.

    :raises BadTableError: a directory runs out of the image
    """
    yield from _regular(rvas, headers.directory(Directory.IMPORT)[0])
    yield from _delayed(rvas, headers)


def read_name(rvas: Rvas, rva: int, what: str) -> bytes:
    """Read a name up to its NUL.

    :raises BadTableError: it is not in the file, or longer than any name is
    """
    offset, present, mapped = rvas.locate(rva)
    end = rvas.data.find(b"\0", offset, offset + min(present, MAX_NAME + 1))
    if end < 0:
        # Zeros follow in memory where the file has no more bytes.
        if not present < mapped or not 0 < present <= MAX_NAME:
            raise BadTableError(f"{what} at RVA {rva:#x} has no end or is not in the file")
        end = offset + present
    return bytes(rvas.data[offset:end])


class _Names(NamedTuple):
    """What reads names, within one budget."""

    one: Callable[[int, str], str]
    """Reads a name at an RVA, or raises :exc:`BadTableError` that begins with the text."""
    row: Callable[[Sequence[int]], list[str] | None]
    """Reads names that stand one behind the other, as linkers write those of exports; else None."""


def _name_readers(rvas: Rvas) -> _Names:
    """Return what reads names: closures, being called so often.

    Names lie side by side, so a place is looked for where the last one was.
    """
    data, find, left = rvas.data, rvas.data.find, MAX_NAME_BYTES
    low = high = shift = stop = 0

    def name(rva: int, what: str) -> str:
        nonlocal left, low, high, shift, stop
        if not low <= rva < high:
            offset, present, _ = rvas.locate(rva)
            low, high = rva, min(rva + present, rvas.next_start(rva))
            shift, stop = offset - rva, offset + present
        start = rva + shift
        end = find(b"\0", start, min(start + MAX_NAME + 1, stop))
        raw = read_name(rvas, rva, what) if end < 0 else bytes(data[start:end])
        left -= len(raw)
        if left < 0:
            raise BadTableError(f"{what} at RVA {rva:#x}: over {MAX_NAME_BYTES} bytes of names")
        return text(raw)

    def row(starts: Sequence[int]) -> list[str] | None:
        nonlocal left
        if not starts or starts[-1] - starts[0] > left:
            return None
        first, last = starts[0], starts[-1]
        offset, present, _ = rvas.locate(first)
        stop = offset + min(present, rvas.next_start(first) - first)
        end = find(b"\0", max(offset + last - first, offset), stop)
        if end < 0:
            return None
        raw = bytes(data[offset:end])
        # Counted before they are cut apart: there may be a hundred megabytes of empty ones.
        if raw.count(0) + 1 != len(starts) or not raw.isascii():
            return None
        names = raw.split(b"\0")
        ends = accumulate((len(name) + 1 for name in names), initial=first)
        if tuple(ends)[:-1] != tuple(starts) or max(map(len, names)) > MAX_NAME:
            return None
        left -= len(raw) + 1 - len(names)
        return raw.decode("ascii").split("\0")

    return _Names(name, row)


def _rows(rvas: Rvas, start: int, size: int, what: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    layout = struct.Struct(f"<{size // 4}I")
    for index in range(MAX_LIBRARIES):
        rva = start + index * size
        raw = rvas.read(rva, size)
        if raw is None:
            raise BadTableError(f"{what} directory: row {index} at RVA {rva:#x} is not mapped")
        yield rva, layout.unpack(raw)
    raise BadTableError(f"{what} directory at RVA {start:#x}: more than {MAX_LIBRARIES} rows")


def _regular(rvas: Rvas, start: int) -> Iterator[Descriptor]:
    if not start:
        return
    for rva, (lookup, _, _, name, addresses) in _rows(rvas, start, 20, "import"):
        if not name or not addresses:
            return
        yield Descriptor(ImportKind.REGULAR, rva, rva + 12, name, lookup, addresses, 0)


def _delayed(rvas: Rvas, headers: Headers) -> Iterator[Descriptor]:
    start, _ = headers.directory(Directory.DELAY_IMPORT)
    if not start:
        return
    for rva, row in _rows(rvas, start, 32, "delay import"):
        attributes, name, _, addresses, lookup, *_ = row
        # No linker sets another bit, and dlltool ends the table with code, not with zeros.
        if not name or attributes > 1:
            return
        # Visual C++ 6 wrote virtual addresses. Bit 0 says that they are RVAs; an
        # address below the image base can be nothing else.
        base = 0 if attributes & 1 or name < headers.image_base else headers.image_base
        yield Descriptor(
            ImportKind.DELAY, rva, rva + 4, name - base, lookup - base, addresses - base, base
        )


class TableReader:
    """Reads the tables of one image within one budget."""

    def __init__(self, rvas: Rvas, headers: Headers, damage: list[str]) -> None:
        self.rvas = rvas
        self.headers = headers
        self.damage = damage
        self._symbols_left = MAX_SYMBOLS
        self._name, self._names = _name_readers(rvas)

    def imports(self) -> tuple[Import, ...]:
        """Read regular imports, then delay imports, in file order."""
        found: list[Import] = []
        rows = iter_descriptors(self.rvas, self.headers)
        try:
            for row in rows:
                library = self._name(row.name_rva, f"library name of the {row.kind} import")
                found.append(Import(library, row.kind, self._symbols(row, library)))
        except BadTableError as error:
            self._damaged(error)
        return tuple(found)

    def exports(self) -> Exports:
        """Read the export directory, forwarders among it.

        A forwarder that has no name is listed as ``#`` and its ordinal.
        """
        start, size = self.headers.directory(Directory.EXPORT)
        if not start:
            return Exports()
        names: set[str] = set()
        ordinals: set[int] = set()
        forwarders: dict[str, str] = {}
        try:
            self._read_exports(start, size, names, ordinals, forwarders)
        except BadTableError as error:
            self._damaged(error)
        return Exports(frozenset(names), frozenset(ordinals), forwarders)

    def _damaged(self, error: BadTableError) -> None:
        if len(self.damage) < MAX_DAMAGE:
            self.damage.append(str(error))

    def _take_symbols(self, count: int, what: str) -> None:
        self._symbols_left -= count
        if self._symbols_left < 0:
            raise BadTableError(f"{what}: more than {MAX_SYMBOLS} symbols in this image")

    def _symbols(self, row: Descriptor, library: str) -> tuple[Symbol, ...]:
        """Read what is imported from one library; damage ends this list only."""
        found: list[Symbol] = []
        what = f"{row.kind} import of {library[:_SHOWN]}"
        name = f"{what}: function name"
        flag = 1 << (63 if self.headers.plus else 31)
        try:
            for thunk in self._thunks(row, what):
                self._take_symbols(1, what)
                if thunk & flag:
                    found.append(thunk & 0xFFFF)
                else:
                    found.append(self._name(thunk - row.address_base + 2, name))
        except BadTableError as error:
            self._damaged(error)
        return tuple(found)

    def _thunks(self, row: Descriptor, what: str) -> Iterator[int]:
        # Borland's linker leaves the lookup table out; the loader then takes the other.
        rva = row.lookup
        if not self.rvas.locate(rva)[1] or rva <= 0:
            rva = row.addresses
        code, width = ("Q", 8) if self.headers.plus else ("I", 4)
        offset, present, mapped = self.rvas.locate(rva)
        if not mapped or rva <= 0:
            raise BadTableError(f"{what}: function table at RVA {rva:#x} is not mapped")
        left = present // width
        while left:
            count = min(left, _CHUNK)
            for thunk in struct.unpack_from(f"<{count}{code}", self.rvas.data, offset):
                if not thunk:
                    return
                yield thunk
            offset += count * width
            left -= count
        if mapped - present < width:
            raise BadTableError(f"{what}: function table at RVA {rva:#x} has no end")

    def _array(self, rva: int, count: int, code: str, what: str) -> tuple[int, ...]:
        offset, present, _ = self.rvas.locate(rva)
        if count * struct.calcsize(code) > present:
            raise BadTableError(f"{what} at RVA {rva:#x}: {count} entries are not in the file")
        self._take_symbols(count, what)
        values: tuple[int, ...] = struct.unpack_from(f"<{count}{code}", self.rvas.data, offset)
        return values

    def _read_exports(
        self,
        start: int,
        size: int,
        names: set[str],
        ordinals: set[int],
        forwarders: dict[str, str],
    ) -> None:
        raw = self.rvas.read(start, 40)
        if raw is None:
            raise BadTableError(f"export directory at RVA {start:#x} is not mapped")
        base, function_count, name_count, functions_rva, names_rva, indexes_rva = (
            struct.unpack_from("<6I", raw, 16)
        )
        functions = self._array(functions_rva, function_count, "I", "export address table")
        # A function that points into the directory itself is the name of another's.
        forwarded = {
            index: self._name(rva, "forwarder")
            for index, rva in enumerate(functions)
            if start <= rva < start + size
        }
        ordinals.update(base + index for index, rva in enumerate(functions) if rva)
        indexes = self._array(indexes_rva, name_count, "H", "export ordinal table")
        starts = self._array(names_rva, name_count, "I", "export name table")
        read = self._names(starts) or (self._name(rva, "exported name") for rva in starts)
        for name, index in zip(read, indexes, strict=True):
            if index >= function_count:
                raise BadTableError(f"export {name[:_SHOWN]}: index {index} is beyond the table")
            names.add(name)
            if index in forwarded:
                forwarders[name] = forwarded[index]
        named = set(indexes)
        forwarders.update(
            (f"#{base + index}", target)
            for index, target in forwarded.items()
            if index not in named
        )
