"""The tables of a Mach-O image that hold addresses or distances from its header.

Each function moves one of them by a number of bytes, in place where its size
cannot change. Layouts: ``mach-o/loader.h``, ``mach-o/fixup-chains.h``,
``mach-o/nlist.h`` and ``mach-o/compact_unwind_encoding.h``. Anything that is
not as described there raises :class:`UnknownTableError`.
"""

import struct
from collections.abc import Iterator

from wheelcheck.binary.macho_layout import Image, Lc, Section, Segment
from wheelcheck.binary.macho_symbols import uleb

__all__ = [
    "UnknownTableError",
    "move_chained_fixups",
    "move_data_in_code",
    "move_function_starts",
    "move_initializers",
    "move_rebased_pointers",
    "move_symbols",
    "move_unwind_info",
    "to_uleb",
]

_STAB, _TYPE, _IN_SECTION = 0xE0, 0x0E, 0x0E
_STABS_WITH_ADDRESS = (0x24, 0x26, 0x28, 0x2E, 0x44, 0x64, 0x84, 0xC0, 0xE0)

_POINTER_FORMATS = (2, 6)
"""DYLD_CHAINED_PTR_64 and DYLD_CHAINED_PTR_64_OFFSET: the two for x86_64 and arm64."""
_PAGE_SIZES = (0x1000, 0x4000)
_TARGET = (1 << 36) - 1
_NO_CHAIN, _MANY_CHAINS = 0xFFFF, 0x8000

_POINTER = 1
_OPERANDS = {0x20: 1, 0x30: 1, 0x60: 1, 0x70: 1, 0x80: 2}
"""Numbers that follow a rebase opcode."""
_ADDRESS = (1 << 64) - 1
_UNWIND_VERSION = 1
_REGULAR_PAGE, _COMPRESSED_PAGE = 2, 3


class UnknownTableError(ValueError):
    """A table is not as its format says, so nobody knows what to move in it."""


def to_uleb(value: int) -> bytes:
    """Write an unsigned LEB128 number."""
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def move_symbols(image: Image, data: bytearray, by: int) -> None:
    """Move the values of symbols that lie in a section."""
    command = image.first(Lc.SYMTAB)
    if command is None:
        return
    start, count = image.fields("2I", command.offset + 8)
    for row in range(start, start + 16 * count, 16):
        kind, section = data[row + 4], data[row + 5]
        address = kind in _STABS_WITH_ADDRESS if kind & _STAB else kind & _TYPE == _IN_SECTION
        if address and section:
            _add(data, "<Q", row + 8, by)


def move_function_starts(table: bytes, by: int) -> bytes:
    """Move the first entry; all others are counted from the one before."""
    first, end = uleb(table, 0)
    return to_uleb(first + by) + table[end:].rstrip(b"\0") + b"\0" if first else table


def move_data_in_code(data: bytearray, start: int, size: int, by: int) -> None:
    """Move entries of eight bytes that start with an offset from the header."""
    for entry in range(start, start + size - 7, 8):
        _add(data, "<I", entry, by)


def move_initializers(data: bytearray, section: Section, by: int) -> None:
    """Move the offsets, from the header, of functions to run at load time."""
    for entry in range(section.offset, section.offset + section.size - 3, 4):
        _add(data, "<I", entry, by)


def move_unwind_info(data: bytearray, section: Section, by: int) -> None:
    """Move the function offsets of ``__TEXT,__unwind_info``, which count from the header."""
    start, end = section.offset, section.offset + section.size
    version, _, _, personalities, personality_count, index, count = _unpack(
        data, "<7I", start, start, end
    )
    if version != _UNWIND_VERSION:
        raise UnknownTableError(f"its __unwind_info has version {version}")
    for entry in range(personality_count):
        _add(data, "<I", _within(start + personalities + 4 * entry, 4, start, end), by)
    rows = [_unpack(data, "<3I", start + index + 12 * row, start, end) for row in range(count)]
    budget = section.size
    for page in {page for _, page, _ in rows if page}:
        budget -= _move_unwind_page(data, start + page, start, end, by)
        if budget < 0:
            raise UnknownTableError("the pages of its __unwind_info overlap")
    for row in range(count):
        _add(data, "<I", start + index + 12 * row, by)
    if rows:
        # The last row is a sentinel: its third field ends the table of language data.
        for entry in range(rows[0][2], rows[-1][2], 4):
            _add(data, "<I", _within(start + entry, 4, start, end), by)


def _move_unwind_page(data: bytearray, page: int, start: int, end: int, by: int) -> int:
    """Move the entries of one page; return the bytes that they take."""
    kind, first, count = _unpack(data, "<I2H", page, start, end)
    if kind == _REGULAR_PAGE:
        for entry in range(count):
            _add(data, "<I", _within(page + first + 8 * entry, 4, start, end), by)
        return 8 * count
    if kind != _COMPRESSED_PAGE:  # a compressed page counts from its row in the index
        raise UnknownTableError(f"its __unwind_info has a page of kind {kind}")
    return 0


def move_rebased_pointers(image: Image, data: bytearray, start: int, size: int, by: int) -> None:
    """Move each pointer that the rebase opcodes of LC_DYLD_INFO name."""
    moved = bytearray(len(data))
    for index, at in _rebases(data, start, start + size):
        segment = image.segments[index]
        if at + 8 > segment.size:
            raise UnknownTableError("its rebase table leads outside of a segment")
        if moved[segment.offset + at]:
            raise UnknownTableError("its rebase table names a pointer twice")
        moved[segment.offset + at] = 1
        _add(data, "<Q", segment.offset + at, by)


def _rebases(data: bytearray, here: int, end: int) -> Iterator[tuple[int, int]]:
    """Run the rebase opcodes; yield index of a segment and offset in it."""
    segment = at = kind = 0
    while here < end and data[here]:  # 0 says that nothing follows
        opcode, immediate = data[here] & 0xF0, data[here] & 0x0F
        here += 1
        operands = []
        for _ in range(_OPERANDS.get(opcode, 0)):
            operand, here = uleb(data, here)
            operands.append(operand)
        match opcode, operands:
            case 0x10, _:  # SET_TYPE_IMM
                kind = immediate
            case 0x20, [offset]:  # SET_SEGMENT_AND_OFFSET_ULEB
                segment, at = immediate, offset
            case 0x30, [step]:  # ADD_ADDR_ULEB
                at = (at + step) & _ADDRESS
            case 0x40, _:  # ADD_ADDR_IMM_SCALED
                at += immediate * 8
            case _:
                count, skip = _run(opcode, immediate, operands)
                if kind != _POINTER:
                    raise UnknownTableError(f"its rebase table has pointers of kind {kind}")
                for _ in range(count):
                    yield segment, at
                    at = (at + skip) & _ADDRESS


def _run(opcode: int, immediate: int, operands: list[int]) -> tuple[int, int]:
    """Return how many pointers an opcode slides, and the bytes from one to the next."""
    match opcode, operands:
        case 0x50, _:  # DO_REBASE_IMM_TIMES
            return immediate, 8
        case 0x60, [count]:  # DO_REBASE_ULEB_TIMES
            return count, 8
        case 0x70, [step]:  # DO_REBASE_ADD_ADDR_ULEB
            return 1, step + 8
        case 0x80, [count, step]:  # DO_REBASE_ULEB_TIMES_SKIPPING_ULEB
            return count, step + 8
    raise UnknownTableError(f"its rebase table has an opcode {opcode:#x}")


def move_chained_fixups(image: Image, data: bytearray, start: int, by: int) -> None:
    """Move each pointer in the chains of LC_DYLD_CHAINED_FIXUPS, and what leads to them."""
    version, starts = struct.unpack_from("<2I", data, start)
    if version:
        raise UnknownTableError(f"its chained fixups have version {version}")
    starts += start
    (count,) = struct.unpack_from("<I", data, starts)
    if count > len(image.segments):
        raise UnknownTableError(f"its chained fixups name {count} segments")
    for index, info in enumerate(struct.unpack_from(f"<{count}I", data, starts + 4)):
        if info:
            _move_chains(image, image.segments[index], data, starts + info, by)


def _move_chains(image: Image, segment: Segment, data: bytearray, info: int, by: int) -> None:
    _, page_size, form, offset, _, pages = struct.unpack_from("<I2HQIH", data, info)
    if form not in _POINTER_FORMATS:
        raise UnknownTableError(f"its chained fixups have pointers of format {form}")
    if segment is image.segments[0] or offset != segment.address - image.segments[0].address:
        raise UnknownTableError("its chained fixups do not fit its segments")
    if page_size not in _PAGE_SIZES:
        raise UnknownTableError(f"its chained fixups have pages of {page_size} bytes")
    _add(data, "<Q", info + 8, by)
    for page, first in enumerate(struct.unpack_from(f"<{pages}H", data, info + 22)):
        if first == _NO_CHAIN:
            continue
        if first & _MANY_CHAINS:
            raise UnknownTableError("its chained fixups have several chains a page")
        # A chain ends with its page.
        end = min((page + 1) * page_size, segment.size)
        _move_chain(data, segment, page * page_size + first, end, by)


def _move_chain(data: bytearray, segment: Segment, at: int, end: int, by: int) -> None:
    """Move one chain: 36 bits of target, 15 of other things, 12 of distance, 1 for binding."""
    while True:
        if at + 8 > end:
            raise UnknownTableError("a chain of fixups leads outside of its page")
        (pointer,) = struct.unpack_from("<Q", data, segment.offset + at)
        if not pointer >> 63:
            target = (pointer & _TARGET) + by
            if target > _TARGET:
                raise UnknownTableError("a pointer would not fit its chain of fixups any more")
            moved = pointer & ~_TARGET | target
            struct.pack_into("<Q", data, segment.offset + at, moved)
        step = (pointer >> 51 & 0xFFF) * 4
        if not step:
            return
        at += step


def _add(data: bytearray, form: str, offset: int, by: int) -> None:
    """Add to a number in place; one of 64 bits wraps around, as addresses do."""
    (value,) = struct.unpack_from(form, data, offset)
    size = struct.calcsize(form)
    if value + by >> 8 * size and size < 8:  # noqa: PLR2004 - bytes of an address
        raise UnknownTableError("an offset would not fit its 32 bits any more")
    struct.pack_into(form, data, offset, value + by & (1 << 8 * size) - 1)


def _within(offset: int, size: int, start: int, end: int) -> int:
    if not start <= offset <= offset + size <= end:
        raise UnknownTableError("its __unwind_info points outside of itself")
    return offset


def _unpack(data: bytearray, form: str, offset: int, start: int, end: int) -> tuple[int, ...]:
    return struct.unpack_from(form, data, _within(offset, struct.calcsize(form), start, end))
