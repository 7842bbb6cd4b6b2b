import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.elf_samples import CHAINS, OBJECTS, elf, own_objects, sample, without_sections
from wheelcheck.binary.elf import read_elf
from wheelcheck.binary.elf_image import DT, PT, ElfImage
from wheelcheck.binary.elf_object import ElfType, Reference, Relro, StackExecution
from wheelcheck.binary.model import Arch, Format, Libc
from wheelcheck.errors import BinaryError

# -- what stands in a file ----------------------------------------------------

MACHINES = {
    "aarch64-gnu": (Arch.ARM64, 64, True, 65536, Libc.GLIBC),
    "aarch64-zig-musl": (Arch.ARM64, 64, True, 65536, Libc.UNNAMED),
    "armv7-zig": (Arch.ARM, 32, True, 65536, Libc.GLIBC),
    "i686-zig": (Arch.X86, 32, True, 4096, Libc.GLIBC),
    "powerpc-zig": (Arch.PPC, 32, False, 65536, Libc.UNNAMED),
    "s390x-gnu": (Arch.S390X, 64, False, 4096, Libc.GLIBC),
    "x86_64-gnu": (Arch.X86_64, 64, True, 4096, Libc.GLIBC),
    "x86_64-gnu-joined": (Arch.X86_64, 64, True, 16384, Libc.GLIBC),
    "x86_64-grudged": (Arch.X86_64, 64, True, 4096, Libc.GLIBC),
    "x86_64-musl": (Arch.X86_64, 64, True, 4096, Libc.UNNAMED),
    "x86_64-zig": (Arch.X86_64, 64, True, 4096, Libc.GLIBC),
}


def test_every_chain_is_expected() -> None:
    assert sorted(MACHINES) == CHAINS


@pytest.mark.parametrize("chain", CHAINS)
def test_a_library_of_any_machine(chain: str) -> None:
    data = sample(f"{chain}/libmid.so.2")
    assert read_elf(data).format is Format.ELF
    mid = elf(data)
    assert (mid.arch, mid.bits, mid.little_endian, mid.alignment, mid.libc) == MACHINES[chain]
    assert mid.type is ElfType.SHARED
    assert mid.dynamic
    assert not mid.program
    assert mid.soname == "libmid.so.2"
    assert mid.needed[0] == "libleaf.so.1"
    assert mid.version_needs["libleaf.so.1"] == ("LEAF_1.0",)
    assert "mid_value" in mid.exports.names
    assert "leaf_value" not in mid.exports.names
    assert Reference("leaf_value", False, "LEAF_1.0", "libleaf.so.1") in mid.references
    assert Reference("never_defined", True, None, None) in mid.references
    leaf = elf(sample(f"{chain}/libleaf.so.1"))
    assert leaf.version_definitions == ("LEAF_1.0",)
    assert "leaf_value" in leaf.exports.names


def test_a_program() -> None:
    program = elf(sample("x86_64-gnu/program"))
    assert program.program
    assert program.type is ElfType.SHARED
    assert program.interpreter == "/lib64/ld-linux-x86-64.so.2"
    assert program.rpath == "$ORIGIN"
    assert program.runpath is None
    assert elf(sample("x86_64-gnu-joined/program")).type is ElfType.EXECUTABLE
    assert elf(sample("x86_64-musl/program")).libc is Libc.MUSL


def test_what_loaders_grudge() -> None:
    grudged, good = elf(sample("x86_64-grudged/libmid.so.2")), elf(sample("x86_64-gnu/libmid.so.2"))
    assert grudged.stack is StackExecution.REQUESTED
    assert good.stack is StackExecution.FORBIDDEN
    assert grudged.text_relocations
    assert not good.text_relocations
    assert grudged.isa == 3
    assert good.isa == 0
    assert grudged.rpath == "/home/builder/lib:$ORIGIN"


def test_no_word_about_the_stack() -> None:
    data = bytearray(sample("x86_64-gnu/libmid.so.2"))
    at = ElfImage(data).phoff + 56 * [s.type for s in ElfImage(data).segments].index(PT.GNU_STACK)
    struct.pack_into("<I", data, at, 0)
    assert elf(bytes(data)).stack is StackExecution.UNSTATED


def test_debug_data() -> None:
    assert elf(sample("x86_64-gnu-joined/libmid.so.2")).debug == ("DWARF", "ELF symbols")
    assert elf(sample("x86_64-gnu/libmid.so.2")).debug == ()


def test_read_only_relocations() -> None:
    assert elf(sample("x86_64-gnu/libmid.so.2")).relro is Relro.PARTIAL
    assert elf(sample("x86_64-zig/libmid.so.2")).relro is Relro.FULL


def test_the_float_abi_of_arm() -> None:
    data = bytearray(sample("armv7-zig/libmid.so.2"))
    assert elf(bytes(data)).hard_float is True
    struct.pack_into("<I", data, 36, 0x05000200)
    assert elf(bytes(data)).hard_float is False
    struct.pack_into("<I", data, 36, 0x05000000)
    assert elf(bytes(data)).hard_float is None
    assert elf(sample("x86_64-gnu/libmid.so.2")).hard_float is None


def test_android() -> None:
    library = elf(sample("aarch64-android/libleaf.so"))
    assert library.libc is Libc.BIONIC
    assert library.android_api == 24


# -- however little is left of it ---------------------------------------------


@pytest.mark.parametrize("name", OBJECTS)
def test_without_section_headers_the_same_is_read(name: str) -> None:
    whole, bare = elf(sample(name)), elf(without_sections(sample(name)))
    fields = [field for field in type(whole).__dataclass_fields__ if field != "debug"]
    assert [getattr(bare, field) for field in fields] == [getattr(whole, field) for field in fields]


def test_damaged_section_headers_do_not_matter() -> None:
    data = bytearray(sample("x86_64-gnu-joined/libmid.so.2"))
    struct.pack_into("<Q", data, 40, len(data) - 8)
    assert elf(bytes(data)).debug == ()
    assert elf(bytes(data)).needed


def _without_tag(data: bytes, tag: int) -> bytes:
    """Turn a dynamic entry into one that no loader reads."""
    changed = bytearray(data)
    image = ElfImage(data)
    dynamic, form = image.first(PT.DYNAMIC), image.layout.dynamic
    assert dynamic is not None
    for at in range(dynamic.offset, dynamic.offset + dynamic.filesz, form.size):
        if form.unpack_from(data, at)[0] == tag:
            form.pack_into(changed, at, DT.DEBUG, 0)
            return bytes(changed)
    raise AssertionError(tag)


@pytest.mark.parametrize("chain", ["x86_64-gnu-joined", "s390x-gnu"])
def test_both_hash_tables_count_alike(chain: str) -> None:
    """Of 64-bit s390, the old table's entries have 64 bits."""
    data = sample(f"{chain}/libmid.so.2")
    old, new = _without_tag(data, DT.GNU_HASH), _without_tag(data, DT.HASH)
    assert set(elf(old).references) == set(elf(new).references) == set(elf(data).references)
    assert elf(old).exports == elf(new).exports == elf(data).exports


def test_without_any_hash_table_relocations_tell_the_symbols() -> None:
    data = sample("x86_64-gnu/libmid.so.2")
    assert set(elf(_without_tag(data, DT.GNU_HASH)).references) == set(elf(data).references)


# -- hostile files ------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"", b"\x7fELF", b"\x7fELF" + bytes(60), b"MZ" + bytes(100), b"\x7fELF\x02\x03" + bytes(100)],
)
def test_what_is_no_elf_file(data: bytes) -> None:
    with pytest.raises(BinaryError):
        read_elf(data)


@pytest.mark.parametrize("size", [64, 200, 700, 1500])
def test_a_cut_file(size: int) -> None:
    with pytest.raises(BinaryError):
        read_elf(sample("x86_64-zig/libmid.so.2")[:size])


def test_data_that_is_cut_off_is_damage() -> None:
    data = sample("x86_64-gnu/libmid.so.2")
    assert elf(data).damage == ()
    end = max(s.offset + s.filesz for s in ElfImage(data).segments)
    (damage,) = elf(data[: end - 1]).damage
    assert f"{end:#x}" in damage


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OBJECTS), st.data())
def test_damage_anywhere_is_read_or_refused(name: str, choose: st.DataObject) -> None:
    data = bytearray(sample(name))
    head = min(len(data), 0x800)
    for _ in range(choose.draw(st.integers(1, 6))):
        at = choose.draw(st.integers(4, head - 8) | st.integers(0, len(data) - 8))
        data[at : at + 8] = choose.draw(
            st.binary(min_size=1, max_size=8) | st.just(b"\xff" * 8) | st.just(bytes(8))
        )
    try:
        read_elf(bytes(data))
    except BinaryError as error:
        assert str(error)  # noqa: PT017


def _tables(dynamic: list[tuple[int, int]], content: bytes) -> bytes:
    """Return a shared object of one segment: headers, a dynamic table, and anything."""
    table = b"".join(struct.pack("<qQ", *entry) for entry in [*dynamic, (0, 0)])
    start = 64 + 2 * 56
    size = start + len(table) + len(content)
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 4, 0, 0, 0, size, size, 4096)
    head += struct.pack("<IIQQQQQQ", 2, 4, start, start, start, len(table), len(table), 8)
    return head + table + content


def test_symbols_that_share_one_endless_name_are_refused() -> None:
    count, entries = 100_000, 5
    start = 64 + 2 * 56 + 16 * (entries + 1)
    symbols = b"".join(struct.pack("<IBBHQQ", index, 16, 0, 0, 0, 0) for index in range(count))
    hashes = struct.pack("<II", 1, count)
    names = b"x" * 4_000_000 + b"\0"
    at = start + len(symbols)
    dynamic = [(DT.SYMTAB, start), (DT.HASH, at), (DT.STRTAB, at + 8), (DT.STRSZ, len(names))]
    data = _tables([*dynamic, (DT.DEBUG, 0)], symbols + hashes + names)
    with pytest.raises(BinaryError, match="names take many times"):
        read_elf(data)


@pytest.mark.parametrize(
    ("dynamic", "content", "complaint"),
    [
        ([(DT.SYMTAB, 0), (DT.HASH, 0xE0)], struct.pack("<II", 1, 1 << 30), "more than"),
        ([(DT.SYMTAB, 0), (DT.GNU_HASH, 0xE0)], struct.pack("<4I", 1 << 30, 1, 1, 1), "outside"),
        ([(DT.VERNEED, 0xE0), (DT.VERNEEDNUM, 9)], struct.pack("<HHIII", 1, 9, 0, 0, 1), "outside"),
        ([(DT.NEEDED, 5), (DT.DEBUG, 0)], bytes(8), "does not end in the dynamic strings"),
        ([(DT.STRTAB, 1 << 40), (DT.STRSZ, 9), (DT.SONAME, 0)], b"", "no loaded segment"),
    ],
    ids=["symbols", "buckets", "versions", "name", "strings"],
)
def test_tables_that_promise_too_much(
    dynamic: list[tuple[int, int]], content: bytes, complaint: str
) -> None:
    with pytest.raises(BinaryError, match=complaint):
        read_elf(_tables(dynamic, content))


def test_more_dynamic_entries_than_any_linker_writes_are_refused() -> None:
    with pytest.raises(BinaryError, match="dynamic entries"):
        read_elf(_tables([(DT.DEBUG, 0)] * 70_000, b""))


# -- the running machine's own ------------------------------------------------


@pytest.mark.skipif(not own_objects(), reason="no ELF objects here")
def test_this_machine_s_objects() -> None:
    for path in own_objects():
        read = elf(path.read_bytes())
        assert read.dynamic, path
        assert read.exports.names or read.references, path
        libraries = {reference.library for reference in read.references if reference.library}
        assert libraries <= set(read.version_needs), path
