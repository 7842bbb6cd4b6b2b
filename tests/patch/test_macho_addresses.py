import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelcheck.binary.macho_layout import Command, Image, Lc, Section, Segment
from wheelcheck.binary.macho_symbols import uleb
from wheelcheck.patch.macho_addresses import (
    UnknownTableError,
    move_chained_fixups,
    move_data_in_code,
    move_function_starts,
    move_rebased_pointers,
    move_symbols,
    move_unwind_info,
    to_uleb,
)

BY = 0x4000
DATA_SIZE = 0x100


def image(*, data: bytes = b"", commands: tuple[Command, ...] = ()) -> Image:
    """An image whose second segment is the first 256 bytes of its file."""
    command = Command(Lc.SEGMENT_64, 0, 72)
    text = Segment(command, "__TEXT", 0, 0x1000, 0, 0x1000, 5, ())
    pointers = Segment(command, "__DATA", 0x1000, DATA_SIZE, 0, DATA_SIZE, 3, ())
    return Image(data, "<", True, 0x01000007, 3, 6, 0x85, commands, (text, pointers), 0)


@given(st.integers(0, (1 << 64) - 1))
def test_numbers_of_varying_length(value: int) -> None:
    assert uleb(to_uleb(value), 0) == (value, len(to_uleb(value)))


def test_number_that_is_too_long() -> None:
    with pytest.raises(ValueError, match="too long"):
        uleb(b"\x80" * 11, 0)


class TestRebasedPointers:
    def moved(self, *opcodes: int) -> set[int]:
        """Return the offsets of the pointers that the opcodes move."""
        data = bytearray(DATA_SIZE) + bytes(opcodes)
        move_rebased_pointers(image(), data, DATA_SIZE, len(opcodes), BY)
        values = struct.unpack(f"<{DATA_SIZE // 8}Q", data[:DATA_SIZE])
        assert set(values) <= {0, BY}
        return {8 * i for i, value in enumerate(values) if value}

    @pytest.mark.parametrize(
        ("opcodes", "offsets"),
        [
            ((0x11, 0x21, 8, 0x51), {8}),
            ((0x11, 0x21, 8, 0x53), {8, 16, 24}),
            ((0x11, 0x21, 8, 0x60, 2, 0x51), {8, 16, 24}),
            ((0x11, 0x21, 0, 0x70, 16, 0x51), {0, 24}),
            ((0x11, 0x21, 0, 0x80, 3, 8), {0, 16, 32}),
            ((0x11, 0x21, 0, 0x30, 0x20, 0x51), {0x20}),
            ((0x11, 0x21, 0, 0x42, 0x51), {16}),
            ((0x11, 0x21, 0, 0x51, 0x00, 0x51), {0}),
            # Steps back are numbers that wrap around: 0x20 - 8 * 2.
            ((0x11, 0x21, 0x20, 0x30, 0xF0, *[0xFF] * 8, 0x01, 0x51), {0x10}),
        ],
    )
    def test_opcodes(self, opcodes: tuple[int, ...], offsets: set[int]) -> None:
        assert self.moved(*opcodes) == offsets

    @pytest.mark.parametrize(
        ("opcodes", "message"),
        [
            ((0x11, 0x21, 0xFC, 0x01, 0x51), "outside"),
            ((0x11, 0x21, 0, 0x60, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F), "outside"),
            ((0x11, 0x21, 0, 0x51, 0x21, 0, 0x51), "twice"),
            ((0x12, 0x21, 0, 0x51), "kind 2"),
            ((0x90,), "opcode 0x90"),
        ],
    )
    def test_damage(self, opcodes: tuple[int, ...], message: str) -> None:
        with pytest.raises(UnknownTableError, match=message):
            self.moved(*opcodes)


class TestChainedFixups:
    def table(
        self, *, form: int = 6, offset: int = 0x1000, first: int = 0, page_size: int = 0x1000
    ) -> bytes:
        """Say that the second segment has one page with a chain in it."""
        starts = struct.pack("<IHHQIHH", 24, page_size, form, offset, 0, 1, first)
        head = struct.pack("<7I", 0, 28, 0, 0, 0, 1, 0)
        return head + struct.pack("<3I", 2, 0, 12) + starts

    def moved(self, pointers: dict[int, int], table: bytes) -> bytearray:
        data = bytearray(DATA_SIZE)
        for offset, value in pointers.items():
            struct.pack_into("<Q", data, offset, value)
        data += table
        move_chained_fixups(image(), data, DATA_SIZE, BY)
        return data

    @pytest.mark.parametrize("form", [2, 6])
    def test_pointers_move_and_bindings_stay(self, form: int) -> None:
        first = 0x1234 | 0x80 << 36 | 2 << 51  # to the next in 8 bytes; with a high byte
        bound = 1 << 63 | 2 << 51 | 5
        data = self.moved({0: first, 8: bound, 16: 0x2000}, self.table(form=form))
        assert struct.unpack_from("<3Q", data) == (first + BY, bound, 0x2000 + BY)

    def test_offset_of_the_segment_moves(self) -> None:
        data = self.moved({}, self.table())
        assert struct.unpack_from("<Q", data, DATA_SIZE + 28 + 12 + 8) == (0x1000 + BY,)

    def test_page_without_a_chain(self) -> None:
        data = self.moved({0: 0x1000}, self.table(first=0xFFFF))
        assert struct.unpack_from("<Q", data) == (0x1000,)

    @pytest.mark.parametrize(
        ("pointer", "table", "message"),
        [
            (0, {"form": 1}, "format 1"),
            (0, {"offset": 0x2000}, "do not fit"),
            (0, {"page_size": 0}, "pages of 0 bytes"),
            (0, {"first": 0x8000}, "several chains"),
            (0xFFF << 51, {}, "outside"),
            ((1 << 36) - 1, {}, "would not fit"),
        ],
    )
    def test_damage(self, pointer: int, table: dict[str, int], message: str) -> None:
        with pytest.raises(UnknownTableError, match=message):
            self.moved({0: pointer}, self.table(**table))


class TestUnwindInfo:
    def section(self, page: bytes, *, lsda: bytes = b"", rows: int = 2) -> bytes:
        """Make a table of one personality, one page, and a sentinel row."""
        personalities, index = 28, 32
        descriptors = index + 12 * rows
        first = descriptors + len(lsda)
        head = struct.pack("<7I", 1, 28, 0, personalities, 1, index, rows)
        table = [(0x100, first, descriptors), (0x200, 0, first)][:rows]
        body = struct.pack("<I", 0x300) + b"".join(struct.pack("<3I", *row) for row in table)
        return head + body + lsda + page

    def moved(self, raw: bytes) -> bytes:
        data = bytearray(b"before!!" + raw + b"after")
        move_unwind_info(data, Section("__TEXT", "__unwind_info", 0, len(raw), 8, 0), BY)
        assert data[:8] + data[-5:] == b"before!!after"
        return bytes(data[8:-5])

    def test_everything_that_counts_from_the_header(self) -> None:
        regular = struct.pack("<I2H4I", 2, 8, 2, 0x100, 0xAAAA, 0x180, 0xBBBB)
        new = self.moved(self.section(regular, lsda=struct.pack("<2I", 0x100, 0x900)))
        assert struct.unpack_from("<I", new, 28) == (0x300 + BY,)
        assert struct.unpack_from("<I8xI", new, 32) == (0x100 + BY, 0x200 + BY)
        assert struct.unpack_from("<2I", new, 56) == (0x100 + BY, 0x900 + BY)
        assert struct.unpack_from("<4I", new, 72) == (0x100 + BY, 0xAAAA, 0x180 + BY, 0xBBBB)

    def test_compressed_pages_count_from_their_row(self) -> None:
        page = struct.pack("<I4H2I", 3, 12, 2, 0, 0, 0x01000010, 0x20)
        assert self.moved(self.section(page)).endswith(page)

    def test_no_rows(self) -> None:
        assert struct.unpack_from("<I", self.moved(self.section(b"", rows=0)), 28) == (0x300 + BY,)

    def test_pages_that_overlap_cannot_multiply(self) -> None:
        rows, entries = 20, 40
        pages = 28 + 12 * rows
        raw = struct.pack("<7I", 1, 28, 0, 28, 0, 28, rows)
        raw += b"".join(struct.pack("<3I", 0, pages + 8 * row, 0) for row in range(rows))
        # All pages have the same entries, behind the headers of the pages.
        raw += b"".join(struct.pack("<I2H", 2, 8 * (rows - row), entries) for row in range(rows))
        with pytest.raises(UnknownTableError, match="overlap"):
            self.moved(raw + bytes(8 * entries))

    @pytest.mark.parametrize(
        ("page", "message"),
        [
            (struct.pack("<I2H", 4, 8, 0), "page of kind 4"),
            (struct.pack("<I2H", 2, 8, 9), "outside of itself"),
            (b"", "outside of itself"),
        ],
    )
    def test_damage(self, page: bytes, message: str) -> None:
        with pytest.raises(UnknownTableError, match=message):
            self.moved(self.section(page))


def test_symbols_that_have_an_address() -> None:
    kinds = [
        (0x0F, 1, True),  # in a section
        (0x0E, 1, True),  # the same, private
        (0x01, 0, False),  # undefined
        (0x03, 0, False),  # absolute
        (0x24, 1, True),  # N_FUN that begins a function
        (0x24, 0, False),  # and the one that ends it: a size
        (0x66, 1, False),  # N_OSO: a time
        (0x4E, 1, False),  # N_ENSYM: a size
    ]
    table = b"".join(struct.pack("<IBBHQ", 0, kind, sect, 0, 16) for kind, sect, _ in kinds)
    command = struct.pack("<6I", Lc.SYMTAB, 24, 24, len(kinds), 0, 0)
    data = bytearray(command + table)
    move_symbols(image(data=bytes(data), commands=(Command(Lc.SYMTAB, 0, 24),)), data, BY)
    values = [row[4] for row in struct.iter_unpack("<IBBHQ", data[24:])]
    assert values == [16 + BY * moves for *_, moves in kinds]


def test_image_without_symbols() -> None:
    data = bytearray(b"as before")
    move_symbols(image(), data, BY)
    assert data == b"as before"


def test_function_starts() -> None:
    assert move_function_starts(b"\x10\x20\x30\0\0\0", BY) == to_uleb(0x10 + BY) + b"\x20\x30\0"
    assert move_function_starts(b"\0\0", BY) == b"\0\0"


def test_data_in_code() -> None:
    data = bytearray(struct.pack("<I2HI2H", 0x10, 4, 1, 0x20, 8, 2))
    move_data_in_code(data, 0, 16, BY)
    assert data == struct.pack("<I2HI2H", 0x10 + BY, 4, 1, 0x20 + BY, 8, 2)


def test_offset_that_would_leave_its_32_bits() -> None:
    with pytest.raises(UnknownTableError, match="32 bits"):
        move_data_in_code(bytearray(struct.pack("<I2H", 0xFFFFFFF0, 4, 1)), 0, 8, BY)
