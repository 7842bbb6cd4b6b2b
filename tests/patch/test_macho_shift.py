import contextlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import macho_verifier as verifier
from tests.macho_images import ARM64, BUILT, X86_64, built, slice_of
from tests.macho_verifier import Thin
from wheelcheck.binary.macho_layout import read_image
from wheelcheck.errors import BinaryError, PatchError
from wheelcheck.patch.codesign import sign
from wheelcheck.patch.macho_shift import shift

BASE = 0x7000_0000_0000
SLICES = [
    (name, cputype)
    for name in BUILT
    if "fat64" not in name
    for cputype, *_ in verifier.slices(built(name))
]
COUNTED_FROM_HEADER = ("__unwind_info", "__init_offsets")
RICH = [("librich-opcodes.dylib", X86_64), ("librich-chains.dylib", ARM64)]


def moved(name: str, cputype: int, room: int = 100) -> tuple[Thin, Thin, int]:
    """Return an image, the same moved, and by how much it was moved."""
    data = slice_of(name, cputype)
    new = shift(read_image(data), room)
    if verifier.parse(data).signature:
        new = sign(new, "x")
    verifier.check(new)
    before, after = verifier.parse(data), verifier.parse(new)
    return before, after, after.segs[1].vmaddr - before.segs[1].vmaddr


@pytest.mark.parametrize(("name", "cputype"), SLICES)
class TestWhatAProcessSees:
    def test_memory_is_the_same(self, name: str, cputype: int) -> None:
        before, after, by = moved(name, cputype)
        old, new = verifier.mapped(before, BASE + by), verifier.mapped(after, BASE)
        new["__TEXT"] = new["__TEXT"][by:]
        for _, address, size, _, _ in (
            s for s in before.segs[0].sections if s[0] in COUNTED_FROM_HEADER
        ):
            start = address - before.segs[0].vmaddr
            old["__TEXT"][start : start + size] = new["__TEXT"][start : start + size] = bytes(size)
        for segment in before.segs[:-1]:
            assert old[segment.name] == new[segment.name], segment.name

    def test_exports_and_symbols(self, name: str, cputype: int) -> None:
        before, after, by = moved(name, cputype)
        exported = {
            n: (flags, value + by) for n, (flags, value) in verifier.exports(before).items()
        }
        assert verifier.exports(after) == exported
        for old, new in zip(verifier.nlist(before), verifier.nlist(after), strict=True):
            in_section = old[1] & 0x0E == 0x0E
            assert new == (*old[:4], old[4] + by * in_section)

    def test_tables_of_functions(self, name: str, cputype: int) -> None:
        before, after, by = moved(name, cputype)
        assert verifier.function_starts(after) == [s + by for s in verifier.function_starts(before)]
        old, new = verifier.unwind_functions(before), verifier.unwind_functions(after)
        for a, b in zip(old, new, strict=True):
            # An LSDA is an offset from the header, too; an encoding is not.
            assert b == (a[0], a[1] + by, *((a[2] + by,) if a[0] == 1 else a[2:]))

    def test_the_old_header_stays_for_code_that_looks_at_it(self, name: str, cputype: int) -> None:
        before, after, by = moved(name, cputype)
        end = before.content_start
        assert after.data[by : by + end] == before.data[:end]

    def test_room(self, name: str, cputype: int) -> None:
        before, after, by = moved(name, cputype, room=20_000)
        assert by == 0x8000
        assert after.content_start - after.cmds_end == before.content_start + by - before.cmds_end


def test_there_may_be_no_exports() -> None:
    data = slice_of("librich-opcodes.dylib", X86_64)
    at = next(offset for cmd, offset, _ in verifier.parse(data).cmds if cmd == 0x80000022) + 44
    [image] = verifier.check(shift(read_image(data[:at] + bytes(4) + data[at + 4 :]), 8))
    assert verifier.exports(image) == {}


def test_the_old_header_stays_whole_however_much_room_is_asked_for() -> None:
    data = slice_of("librich-opcodes.dylib", X86_64)
    end = verifier.parse(data).cmds_end
    [image] = verifier.check(shift(read_image(data), 0x4000 - 8))
    assert image.segs[1].vmaddr - verifier.parse(data).segs[1].vmaddr == 0x8000
    assert image.data[0x8000 : 0x8000 + end] == data[:end]


def test_initializers_are_moved() -> None:
    before, after, by = moved("librich-chains.dylib", ARM64)
    values = []
    for image in (before, after):
        [(offset, size)] = [
            (s[3], s[2]) for g in image.segs for s in g.sections if s[0] == "__init_offsets"
        ]
        values.append(struct.unpack(f"<{size // 4}I", image.data[offset : offset + size]))
    assert values[0]
    assert values[1] == tuple(v + by for v in values[0])


@pytest.mark.parametrize(("name", "cputype"), RICH)
def test_the_rich_image_has_something_to_move(name: str, cputype: int) -> None:
    """Without this, the tests above could pass on an image that has no pointers."""
    image = verifier.parse(slice_of(name, cputype))
    low, high = verifier.mapped(image, BASE), verifier.mapped(image, BASE + 0x1000)
    assert sum(low[s] != high[s] for s in low) >= 1
    assert any(row[0] == 1 for row in verifier.unwind_functions(image))
    assert verifier.exports(image).keys() >= {"_rich_words", "_rich_switch"}


class TestRefusals:
    data = slice_of("librich-opcodes.dylib", X86_64)
    chains = slice_of("librich-chains.dylib", ARM64)

    def refused(self, data: bytes, reason: str) -> None:
        with pytest.raises(PatchError, match=f"cannot be moved to make room .*{reason}"):
            shift(read_image(data), 8)

    def with_field(self, data: bytes, kind: int, at: int, form: str, value: int) -> bytes:
        start = next(offset for cmd, offset, _ in verifier.parse(data).cmds if cmd == kind) + at
        return data[:start] + struct.pack(form, value) + data[start + struct.calcsize(form) :]

    def test_arm64e(self) -> None:
        self.refused(self.chains[:8] + struct.pack("<I", 2) + self.chains[12:], "architecture")

    def test_program(self) -> None:
        self.refused(self.data[:12] + struct.pack("<I", 2) + self.data[16:], "neither a library")

    def test_unknown_load_command(self) -> None:
        self.refused(self.with_field(self.data, 0x1B, 0, "<I", 0x77), "load command 0x77")

    def test_relocations(self) -> None:
        self.refused(self.with_field(self.data, 0xB, 76, "<I", 1), "old linker")

    def test_dwarf(self) -> None:
        self.refused(self.data.replace(b"__cstring\0\0\0\0\0", b"__debug_info\0\0"), "DWARF")

    def test_relocations_in_code(self) -> None:
        self.refused(self.with_field(self.data, 0x19, 72 + 64, "<I", 0x80000500), "in its code")

    def test_first_segment_is_another(self) -> None:
        self.refused(self.data.replace(b"__TEXT\0", b"__TAXT\0"), "first segment")

    def test_bytes_behind_the_image(self) -> None:
        self.refused(self.data + b"payload", "follows its last segment")

    def test_segments_out_of_order(self) -> None:
        self.refused(self.with_field(self.data, 0x19, 24, "<Q", 0x100000), "not in order")

    def test_hints_for_the_linker(self) -> None:
        self.refused(self.with_field(self.chains, 0x26, 0, "<I", 0x2E), "hints for the linker")

    def test_two_tables_of_one_kind(self) -> None:
        self.refused(self.with_field(self.data, 0x29, 0, "<I", 0x26), "two tables of one kind")

    def test_number_that_is_too_long(self) -> None:
        start, size = verifier.linkedit_ranges(verifier.parse(self.data))["export"]
        table = (b"\xff" * 12).ljust(size, b"\0")
        self.refused(self.data[:start] + table + self.data[start + size :], "number too long")

    def test_tables_that_overlap(self) -> None:
        start, _ = verifier.linkedit_ranges(verifier.parse(self.data))["export"]
        self.refused(self.with_field(self.data, 0x29, 8, "<I", start + 1), "overlap")

    def test_no_segments(self) -> None:
        head = struct.pack("<8I", 0xFEEDFACF, X86_64, 3, 6, 0, 0, 0x85, 0)
        self.refused(head, "no segments")

    @pytest.mark.parametrize(
        ("opcodes", "reason"),
        [
            (b"\xf0", "opcode 0xf0"),
            (b"\x11\x22\xff\x7f\x51", "outside"),
            (b"\x11\x2f\x00\x51", ""),  # there is no segment 15
            (b"\x11\x22\x00\x51\x22\x00\x51", "twice"),
            (b"\x12\x22\x00\x51", "kind 2"),
        ],
    )
    def test_rebase_tables(self, opcodes: bytes, reason: str) -> None:
        start, size = verifier.linkedit_ranges(verifier.parse(self.data))["rebase"]
        table = opcodes.ljust(size, b"\0")[:size]
        self.refused(self.data[:start] + table + self.data[start + size :], reason)

    def test_trie_with_unknown_flags(self) -> None:
        start, size = verifier.linkedit_ranges(verifier.parse(self.data))["export"]
        node = b"\x02\x40\x00\x00"
        table = (b"\x00\x01a\0\x05" + node).ljust(size, b"\0")
        self.refused(self.data[:start] + table + self.data[start + size :], "flags 0x40")

    @pytest.mark.parametrize(("at", "value", "reason"), [(0, 9, "version 9"), (28, 99, "segments")])
    def test_chained_fixups(self, at: int, value: int, reason: str) -> None:
        start, _ = verifier.linkedit_ranges(verifier.parse(self.chains))["0x34"]
        if at:
            (at,) = struct.unpack_from("<I", self.chains, start + 4)
        at += start
        self.refused(self.chains[:at] + struct.pack("<I", value) + self.chains[at + 4 :], reason)

    def test_unwind_table_of_another_version(self) -> None:
        [(_, _, _, offset, _)] = [
            s for s in verifier.parse(self.data).segs[0].sections if s[0] == "__unwind_info"
        ]
        changed = self.data[:offset] + b"\x02" + self.data[offset + 1 :]
        self.refused(changed, "__unwind_info has version 2")


@settings(max_examples=100, deadline=None)
@given(
    rich=st.sampled_from(RICH),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6
    ),
    reach=st.sampled_from([(0, 2048), (0x780, 0x2000), (-4096, 4096)]),
)
def test_whatever_the_bytes_only_our_errors(
    rich: tuple[str, int], changes: list[tuple[float, int]], reach: tuple[int, int]
) -> None:
    data = bytearray(slice_of(*rich))
    start, size = reach  # the header, the tables of unwinding, or __LINKEDIT
    for where, value in changes:
        data[start + int(where * size)] = value
    with contextlib.suppress(BinaryError, PatchError):
        sign(shift(read_image(bytes(data)), 8), "x")
