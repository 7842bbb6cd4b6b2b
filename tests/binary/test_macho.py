import contextlib
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import macho_verifier as verifier
from tests.macho_images import (
    ARM64,
    BUILT,
    I386,
    PPC,
    X86_64,
    built,
    by_hand,
    fat,
    slice_of,
)
from wheelcheck.binary import identify
from wheelcheck.binary.macho import read_macho
from wheelcheck.binary.macho_layout import holds_images
from wheelcheck.binary.macho_slice import Build, FileType, MachoSlice
from wheelcheck.binary.model import Arch, Format, ImportKind
from wheelcheck.errors import BinaryError


def slices(data: bytes) -> tuple[MachoSlice, ...]:
    binary = read_macho(data)
    assert binary.format is Format.MACHO
    return tuple(s for s in binary.slices if isinstance(s, MachoSlice))


def patched(data: bytes, offset: int, form: str, *values: Any) -> bytes:
    out = bytearray(data)
    struct.pack_into(form, out, offset, *values)
    return bytes(out)


def command_at(data: bytes, kind: int) -> int:
    """Return the offset of the first load command of a kind in a thin image."""
    return next(offset for cmd, offset, _ in verifier.parse(data).cmds if cmd == kind)


class TestExtensionModule:
    def test_both_slices(self) -> None:
        intel, arm = slices(built("demo.cpython-312-darwin.so"))
        assert (intel.arch, intel.name, intel.bits) == (Arch.X86_64, "x86_64", 64)
        assert (arm.arch, arm.name, arm.bits) == (Arch.ARM64, "arm64", 64)
        assert (intel.offset, intel.align) == (0x1000, 12)
        assert (arm.offset % 0x4000, arm.align) == (0, 14)
        assert arm.offset + arm.size == len(built("demo.cpython-312-darwin.so"))
        for found in (intel, arm):
            assert found.file_type is FileType.BUNDLE
            assert not found.program
            assert found.install_name is None
            assert found.damage == ()
            assert found.debug == ()

    @pytest.mark.parametrize("index", [0, 1])
    def test_symbols_come_with_their_library(self, index: int) -> None:
        found = slices(built("demo.cpython-312-darwin.so"))[index]
        mid, system = found.imports
        assert (mid.library, mid.kind) == ("@rpath/libmid.dylib", ImportKind.REGULAR)
        assert mid.symbols == ("mid_twice",)
        assert system.library == "/usr/lib/libSystem.B.dylib"
        assert set(found.lookup) == {"PyLong_FromLong", "PyModule_Create2"}
        assert found.program_symbols == ()
        assert found.exports.names == {"PyInit_demo"}

    def test_builds(self) -> None:
        intel, arm = slices(built("demo.cpython-312-darwin.so"))
        assert intel.builds == (Build("macOS", (10, 13, 0), (14, 0, 0)),)
        assert arm.macos == Build("macOS", (11, 0, 0), (14, 0, 0))

    def test_rpaths_in_order(self) -> None:
        for found in slices(built("demo.cpython-312-darwin.so")):
            assert found.rpaths == ("/opt/build/lib", "@loader_path")


class TestLibrary:
    def test_kinds_of_libraries_in_order(self) -> None:
        [found] = slices(built("libmid.dylib"))
        assert [(i.library, i.kind) for i in found.imports] == [
            ("/opt/build/lib/libleaf.1.dylib", ImportKind.REGULAR),
            ("/opt/build/lib/libleaf.1.dylib", ImportKind.REEXPORT),
            ("@rpath/libmaybe.dylib", ImportKind.WEAK),
            ("/usr/lib/libSystem.B.dylib", ImportKind.REGULAR),
        ]
        assert found.install_name == "@rpath/libmid.dylib"
        assert found.file_type is FileType.LIBRARY
        assert "maybe_there" in found.weak_symbols
        assert "leaf_add" not in found.weak_symbols

    @pytest.mark.parametrize(
        ("number", "kind"),
        [(0x80000023, ImportKind.UPWARD), (0x20, ImportKind.LAZY)],
    )
    def test_other_kinds(self, number: int, kind: ImportKind) -> None:
        data = slice_of("libleaf.1.dylib", ARM64)
        [found] = slices(patched(data, command_at(data, 0xC), "<I", number))
        assert [i.kind for i in found.imports] == [kind]

    @pytest.mark.parametrize(
        ("flags", "kind"),
        [
            (0, ImportKind.REGULAR),
            (1, ImportKind.WEAK),
            (2, ImportKind.REEXPORT),
            (4, ImportKind.UPWARD),
            (8, ImportKind.LAZY),
        ],
    )
    def test_kinds_as_flags(self, flags: int, kind: ImportKind) -> None:
        data = slice_of("libleaf.1.dylib", ARM64)
        use = struct.pack("<5I", 28, 0x1A741800, 0x10000, 0x10000, flags) + b"libx.dylib".ljust(
            28, b"\0"
        )
        [found] = slices(patched(data, command_at(data, 0xC) + 8, f"{len(use)}s", use))
        assert [(i.library, i.kind) for i in found.imports] == [("libx.dylib", kind)]

    def test_fat_header_of_64_bits_says_the_same(self) -> None:
        plain, wide = slices(built("libleaf.1.dylib")), slices(built("libleaf-fat64.dylib"))
        assert plain == wide
        assert [s.exports.names for s in plain] == [{"leaf_add", "leaf_value"}] * 2

    def test_simulator(self) -> None:
        [found] = slices(built("libsim.dylib"))
        assert found.macos is None
        assert [b.platform for b in found.builds] == ["iOS Simulator"]

    def test_room_is_what_the_verifier_sees(self) -> None:
        for name in BUILT:
            for found, seen in zip(slices(built(name)), verifier.thins(built(name)), strict=True):
                assert found.room == seen.content_start - seen.cmds_end

    def test_room_ends_at_the_first_byte_in_use(self) -> None:
        data = slice_of("libleaf.1.dylib", ARM64)
        end = verifier.parse(data).cmds_end
        assert slices(patched(data, end + 40, "B", 1))[0].room == 40

    def test_exports_are_those_of_the_trie(self) -> None:
        for name in BUILT:
            for found, seen in zip(slices(built(name)), verifier.thins(built(name)), strict=True):
                assert found.exports.names == {n.removeprefix("_") for n in verifier.exports(seen)}

    def test_exports_without_a_trie_are_those_of_the_symbol_table(self) -> None:
        data = slice_of("libleaf.1.dylib", ARM64)
        bare = patched(data, command_at(data, 0x80000022) + 44, "<I", 0)
        assert slices(bare)[0].exports == slices(data)[0].exports


class TestOrdinals:
    @pytest.mark.parametrize(
        ("ordinal", "field"),
        [(254, "lookup"), (255, "program_symbols"), (99, "lookup")],
    )
    def test_special_ones(self, ordinal: int, field: str) -> None:
        data = slice_of("libmid.dylib", ARM64)
        [found] = slices(self.with_ordinal(data, "_leaf_add", ordinal))
        assert "leaf_add" in getattr(found, field)
        assert all("leaf_add" not in i.symbols for i in found.imports)

    def test_objects_have_no_order_of_symbols(self) -> None:
        data = slice_of("libmid.dylib", ARM64)
        kinds = {command_at(data, 0xB): 0x2A, command_at(data, 0x80000022): 0x2A}
        for at, kind in kinds.items():
            data = patched(data, at, "<I", kind)
        [found] = slices(data)
        assert found.exports.names == {"mid_twice"}
        assert found.imports[0].symbols == slices(built("libmid.dylib"))[0].imports[0].symbols

    def test_flat_namespace_has_none(self) -> None:
        data = slice_of("libmid.dylib", ARM64)
        (flags,) = struct.unpack_from("<I", data, 24)
        [found] = slices(patched(data, 24, "<I", flags & ~0x80))
        assert not found.two_level
        assert {"leaf_add", "maybe_there"} <= set(found.lookup)
        assert all(i.symbols == () for i in found.imports)

    @staticmethod
    def with_ordinal(data: bytes, name: str, ordinal: int) -> bytes:
        symbols = verifier.nlist(verifier.parse(data))
        index = next(i for i, symbol in enumerate(symbols) if symbol[0] == name)
        (table,) = struct.unpack_from("<I", data, command_at(data, 2) + 8)
        return patched(data, table + 16 * index + 6, "<H", ordinal << 8)


class TestOldMachines:
    @pytest.mark.parametrize(
        ("order", "cputype", "name", "arch"),
        [("<", I386, "i386", Arch.X86), (">", PPC, "ppc", Arch.PPC)],
    )
    def test_thin(self, order: str, cputype: int, name: str, arch: Arch) -> None:
        commands = [(0xD, "/x/liba.dylib"), (0xC, "libb.dylib"), (0x8000001C, "@loader_path/..")]
        [found] = slices(by_hand(order, cputype, commands))
        assert (found.arch, found.name, found.bits) == (arch, name, 32)
        assert found.big_endian == (order == ">")
        assert found.install_name == "/x/liba.dylib"
        assert [i.library for i in found.imports] == ["libb.dylib"]
        assert found.rpaths == ("@loader_path/..",)
        assert found.room == 256
        assert found.builds == ()

    def test_in_one_fat_file(self) -> None:
        pair = [(I386, by_hand("<", I386, [])), (PPC, by_hand(">", PPC, []))]
        assert [s.arch for s in slices(fat(*pair))] == [Arch.X86, Arch.PPC]

    @pytest.mark.parametrize(
        ("cputype", "subtype", "name"),
        [(ARM64, 0x80000002, "arm64e"), (X86_64, 8, "x86_64h"), (0x1234, 0, "cpu 0x1234")],
    )
    def test_names_of_variants(self, cputype: int, subtype: int, name: str) -> None:
        data = patched(slice_of("libleaf.1.dylib", X86_64), 4, "<2I", cputype, subtype)
        assert slices(data)[0].name == name


class TestDebugData:
    def test_stabs(self) -> None:
        data = slice_of("libleaf.1.dylib", X86_64)
        (table,) = struct.unpack_from("<I", data, command_at(data, 2) + 8)
        assert slices(patched(data, table + 4, "B", 0x64))[0].debug == ("stabs",)

    def test_dwarf(self) -> None:
        data = slice_of("libleaf.1.dylib", X86_64)
        renamed = data.replace(b"__text\0\0\0\0\0\0", b"__debug_info")
        assert slices(renamed)[0].debug == ("DWARF",)


class TestOtherFiles:
    def test_java_class_is_none(self) -> None:
        java = bytes.fromhex("cafebabe00000034") + bytes(64)
        assert identify(java) is None
        with pytest.raises(BinaryError, match="no Mach-O file"):
            read_macho(java)

    def test_static_archives_hold_no_images(self) -> None:
        assert not holds_images(fat((ARM64, b"!<arch>\n"), (X86_64, b"!<arch>\n")))
        assert holds_images(built("libleaf.1.dylib"))
        assert holds_images(slice_of("libleaf.1.dylib", ARM64))

    @pytest.mark.parametrize("size", [0, 3, 4, 8, 12, 27])
    def test_too_short(self, size: int) -> None:
        for name in ("libleaf.1.dylib", "libmid.dylib"):
            with pytest.raises(BinaryError):
                read_macho(built(name)[:size])


class TestDamage:
    data = slice_of("libleaf.1.dylib", ARM64)

    @pytest.mark.parametrize(
        ("offset", "form", "value", "message"),
        [
            (20, "<I", 0xFFFFFF, "more than wheelcheck reads"),
            (20, "<I", 0x3FFFFF, "load commands end"),
            (16, "<I", 0xFFFF, "load commands declared"),
            (36, "<I", 4, "cannot have 4 bytes"),
            (36, "<I", 0x10000, "cannot have"),
            (32 + 48, "<Q", 1 << 40, "segment __TEXT ends"),
            (32 + 64, "<I", 1 << 20, "sections"),
        ],
    )
    def test_headers_that_lie(self, offset: int, form: str, value: int, message: str) -> None:
        with pytest.raises(BinaryError, match=message):
            read_macho(patched(self.data, offset, form, value))

    @pytest.mark.parametrize("start", [4, 11, 0xFFFFFFFF])
    def test_name_outside_of_its_command(self, start: int) -> None:
        with pytest.raises(BinaryError, match="its name starts"):
            read_macho(patched(self.data, command_at(self.data, 0xC) + 8, "<I", start))

    def test_symbol_table_behind_the_end(self) -> None:
        [found] = slices(patched(self.data, command_at(self.data, 2) + 8, "<I", 0xFFFFFFF0))
        assert "symbol table" in found.damage[0]
        assert found.imports

    def test_indexes_behind_the_symbols(self) -> None:
        [found] = slices(patched(self.data, command_at(self.data, 0xB) + 28, "<I", 0xFFFFFF))
        assert "LC_DYSYMTAB" in found.damage[0]

    def test_trie_with_a_loop(self) -> None:
        start, size = verifier.linkedit_ranges(verifier.parse(self.data))["export"]
        loop = b"\x00\x01a\0\x00".ljust(size, b"\0")
        [found] = slices(patched(self.data, start, f"{size}s", loop))
        assert "no tree" in found.damage[0]

    def test_trie_that_ends_early(self) -> None:
        [found] = slices(patched(self.data, command_at(self.data, 0x80000022) + 44, "<I", 3))
        assert "export trie" in found.damage[0]

    def test_names_that_overlap_cannot_multiply(self) -> None:
        # 60,000 symbols, each with a name of one megabyte: 60 GB if all were read.
        count, length = 60_000, 1 << 20
        head = 32 + 24
        rows = b"".join(struct.pack("<IBBHQ", i, 1, 0, 0, 0) for i in range(count))
        command = struct.pack("<6I", 2, 24, head, count, head + len(rows), length + 1)
        header = struct.pack("<8I", 0xFEEDFACF, ARM64, 0, 6, 1, 24, 0x85, 0)
        [found] = slices(header + command + rows + b"a" * length + b"\0")
        assert "overlap" in found.damage[0]

    def test_commands_over_the_content(self) -> None:
        section = 32 + 72 + 48
        [found] = slices(patched(self.data, section, "<I", 64))
        assert "load commands end" in found.damage[0]
        assert found.room == 0

    @pytest.mark.parametrize("content", [b"!<arch>\n", bytes.fromhex("cffaedfe") + bytes(8)])
    def test_slice_that_is_no_image(self, content: bytes) -> None:
        with pytest.raises(BinaryError, match="Mach-O header"):
            read_macho(fat((ARM64, content)))

    def test_name_without_end(self) -> None:
        at = command_at(self.data, 2) + 20
        [found] = slices(patched(self.data, at, "<I", 3))
        assert "no name ends" in found.damage[0]

    def test_too_many_symbols(self) -> None:
        count = (1 << 21) + 1
        command = struct.pack("<6I", 2, 24, 56, count, 0, 0)
        header = struct.pack("<8I", 0xFEEDFACF, ARM64, 0, 6, 1, 24, 0x85, 0)
        [found] = slices(header + command + bytes(16 * count))
        assert "more than wheelcheck reads" in found.damage[0]

    def test_slices_that_overlap(self) -> None:
        data = built("libleaf.1.dylib")
        (offset,) = struct.unpack_from(">I", data, 16)
        with pytest.raises(BinaryError, match="overlaps"):
            read_macho(patched(data, 36, ">I", offset))

    def test_slice_behind_the_end(self) -> None:
        with pytest.raises(BinaryError, match="end of the file"):
            read_macho(built("libleaf.1.dylib")[:-1])


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(BUILT),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
    ),
    reach=st.sampled_from([2048, None]),  # header and load commands, or anywhere
)
def test_whatever_the_bytes_only_our_errors(
    name: str, changes: list[tuple[float, int]], reach: int | None
) -> None:
    data = bytearray(slice_of(name, ARM64) if name != "librich-opcodes.dylib" else built(name))
    for where, value in changes:
        data[int(where * (reach or len(data)))] = value
    with contextlib.suppress(BinaryError):
        read_macho(bytes(data))
