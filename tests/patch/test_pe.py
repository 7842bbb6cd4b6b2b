import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.patch.pe_demo import LONG, OTHER, bytes_of, demo, image, libraries, renamed
from tests.pe_builder import DATA_RVA, IMAGE_BASE, Pe, without_header_room, without_padding
from tests.pe_oracle import checksum, parse, real_images
from wheelcheck.binary.model import ImportKind
from wheelcheck.binary.pe_headers import Rvas, read_headers
from wheelcheck.binary.pe_tables import iter_descriptors
from wheelcheck.errors import PatchError
from wheelcheck.patch.pe import PatchResult, rewrite_imports

BITS = pytest.mark.parametrize("plus", [True, False], ids=["PE32+", "PE32"])

# -- where the names go -------------------------------------------------------


@BITS
def test_a_name_that_fits_takes_the_old_one_s_place(*, plus: bool) -> None:
    data = demo(plus=plus).build()
    result = renamed(data, "lib.dll")
    assert result.method == "in place"
    assert len(result.data) == len(data)
    assert b"libDemo" not in result.data


@BITS
def test_a_longer_name_goes_into_padding(*, plus: bool) -> None:
    data = demo(plus=plus).build()
    result = renamed(data)
    assert result.method == "padding of a section"
    assert len(result.data) == len(data)
    (section,) = image(result.data).sections
    place = result.data.index(LONG.encode()) - section.raw_offset
    # Windows maps and keeps what lies within VirtualSize.
    assert place + len(LONG) < section.virtual_size <= section.raw_size


def test_zeros_that_the_old_data_may_end_with_are_spared() -> None:
    data = demo().build()
    used = image(data).sections[0].virtual_size
    place = renamed(data).data.index(LONG.encode()) - image(data).sections[0].raw_offset
    assert place - used >= 20


@pytest.mark.parametrize(
    "characteristics",
    [0x60000020, 0x62000040, 0x42000040, 0x50000040, 0x00000040, 0xC0000080],
    ids=["code", "executable", "discardable", "shared", "unreadable", "uninitialized"],
)
def test_padding_of_unfit_sections_is_not_used(characteristics: int) -> None:
    assert renamed(demo(characteristics=characteristics).build()).method == "new section"


def test_padding_that_hides_something_is_not_used() -> None:
    data = without_padding(demo().build())
    result = renamed(data)
    assert result.method == "new section"
    assert result.data[: len(data)][-1] == data[-1] == 1


def test_padding_is_not_used_beyond_the_next_section() -> None:
    data = demo(sections=1, slack=0xF00).build()
    out = bytearray(data)
    (first, second) = image(data).sections
    # All but 0x30 bytes of the page behind the first section's data are used.
    row = out.index(b".rdata")
    struct.pack_into("<I", out, row + 8, second.rva - first.rva - 0x30)
    result = renamed(bytes(out))
    assert result.method == "new section"


@BITS
def test_without_padding_a_section_is_added(*, plus: bool) -> None:
    data = demo(plus=plus, slack=0, sections=2).build()
    result = renamed(data)
    assert result.method == "new section"
    added = image(result.data).sections[-1]
    assert (added.name, added.characteristics) == (".dllname", 0x40000040)
    assert added.raw_offset + added.raw_size == len(result.data)
    for name in (".s0", ".s1"):
        assert bytes_of(result.data, name) == bytes_of(data, name)
    sizes = [struct.unpack_from("<I", d, 0x80 + 24 + 8)[0] for d in (data, result.data)]
    assert sizes[1] - sizes[0] == added.raw_size


def test_an_overlay_stays_where_it_is() -> None:
    """Offsets into it stay true: COFF symbols, tables of installers."""
    builder = demo(slack=0, symbols=4, overlay=b"setup data")
    data = builder.build()
    result = renamed(data)
    start = builder.symbol_offset
    assert result.data[start : len(data)] == data[start:]
    assert image(result.data).coff_symbols == image(data).coff_symbols


@BITS
def test_a_full_section_table_makes_the_headers_grow(*, plus: bool) -> None:
    data = without_header_room(
        demo(plus=plus, slack=0, sections=14, symbols=2, overlay=b"tail", pdb="C:\\a.pdb").build()
    )
    result = renamed(data)
    assert result.method == "new section, longer headers"
    before, after = image(data), image(result.data)
    assert before.coff_symbols is not None
    assert after.coff_symbols is not None
    assert after.coff_symbols[0] == before.coff_symbols[0] + 0x200
    start, size = before.coff_symbols
    assert result.data[start + 0x200 : start + 0x200 + size] == data[start : start + size]
    assert after.sections[0].raw_offset == before.sections[0].raw_offset + 0x200
    for section in before.sections[1:]:
        assert bytes_of(result.data, section.name) == bytes_of(data, section.name)
    assert b"tail" in result.data
    assert any("headers grew" in note for note in result.notes)


def test_headers_do_not_grow_into_the_first_section() -> None:
    data = without_header_room(demo(slack=0, sections=90, header_size=0x1000).build())
    with pytest.raises(PatchError, match="the headers cannot grow to 0x1200 bytes"):
        rewrite_imports(data, {"libdemo.dll": LONG})


def test_no_more_sections_than_windows_loads() -> None:
    data = demo(slack=0, sections=95, header_size=0x1800, data_rva=0x2000).build()
    with pytest.raises(PatchError, match="96 sections"):
        rewrite_imports(data, {"libdemo.dll": LONG})


def test_data_behind_the_section_table_is_not_overwritten() -> None:
    data = bytearray(demo(slack=0).build())
    data[0x80 + 24 + 240 + 40 + 8] = 1
    with pytest.raises(PatchError, match="behind the section table"):
        rewrite_imports(bytes(data), {"libdemo.dll": LONG})


def test_an_image_mapped_as_it_is_in_the_file_gets_no_section() -> None:
    data = bytearray(demo(slack=0).build())
    struct.pack_into("<I", data, 0x80 + 24 + 32, 0x200)
    with pytest.raises(PatchError, match="512 bytes leave no place"):
        rewrite_imports(bytes(data), {"libdemo.dll": LONG})


# -- which names change -------------------------------------------------------


def test_names_match_whatever_their_case_and_others_are_ignored() -> None:
    data = demo().build()
    result = rewrite_imports(data, {"LIBDEMO.DLL": LONG, "absent.dll": OTHER})
    assert libraries(result.data) == ["KERNEL32.dll", LONG]


def test_nothing_to_rename_changes_nothing() -> None:
    data = demo(certificate=b"C" * 16, bound=True, dependent_load_flags=0x800).build()
    assert rewrite_imports(data, {"absent.dll": LONG}) == PatchResult(data)


@pytest.mark.parametrize("new", ["", "ä.dll", "a\0b.dll", "dir\\a.dll", "dir/a.dll", "a\n.dll"])
def test_impossible_names_are_refused(new: str) -> None:
    with pytest.raises(PatchError, match="cannot name a library"):
        rewrite_imports(demo().build(), {"libdemo.dll": new})


@pytest.mark.parametrize("slack", [0x180, 0], ids=["padding", "section"])
@pytest.mark.parametrize("addresses", [True, False], ids=["VC6", "RVA"])
def test_delay_imports_are_renamed(*, addresses: bool, slack: int) -> None:
    data = demo(
        plus=False, delay={"LibDemo.dll": ["late", 5]}, delay_as_addresses=addresses, slack=slack
    ).build()
    result = renamed(data)
    delayed = [i for i in image(result.data).imports if i.kind is ImportKind.DELAY]
    assert [(i.library, i.symbols) for i in delayed] == [(LONG, ("late", 5))]
    # One copy serves both kinds; an old descriptor holds its virtual address.
    assert result.data.count(LONG.encode()) == 1
    if addresses:
        section = image(result.data).sections[-1]
        offset = result.data.index(LONG.encode())
        address = IMAGE_BASE + section.rva + offset - section.raw_offset
        assert struct.pack("<2I", 0, address) in result.data


def test_a_name_shared_with_another_library_is_left_alone() -> None:
    """One name ends the other: rewriting it in place would change both."""
    data = bytearray(demo(imports={"my-libdemo.dll": ["a"], "libdemo.dll": ["b"]}).build())
    (directory,) = struct.unpack_from("<I", data, 0x80 + 24 + 112 + 8)
    row = 0x400 + directory - 0x1000
    (whole,) = struct.unpack_from("<I", data, row + 12)
    struct.pack_into("<I", data, row + 20 + 12, whole + 3)
    assert libraries(bytes(data)) == ["my-libdemo.dll", "libdemo.dll"]
    result = renamed(bytes(data), "d.dll")
    assert libraries(result.data) == ["my-libdemo.dll", "d.dll"]


@pytest.mark.parametrize("slack", [0x180, 0], ids=["padding", "section"])
def test_forwarders_follow(slack: int) -> None:
    exports = {"mine": None, "a": "libDemo.func", "b": "NTDLL.x", "c": "libdemo.#3"}
    data = Pe(exports=exports, slack=slack, checksum=7).build()
    result = rewrite_imports(data, {"libdemo.dll": LONG})
    stem = LONG.removesuffix(".dll")
    expected = {"a": f"{stem}.func", "b": "NTDLL.x", "c": f"{stem}.#3"}
    assert image(result.data).exports.forwarders == expected
    assert image(result.data).exports.names == set(exports)
    oracle = parse(result.data)
    assert (oracle.forwarders, oracle.names) == (expected, set(exports))
    assert image(result.data).checksum == checksum(result.data)
    again = rewrite_imports(result.data, {LONG: OTHER})
    assert (again.method, len(again.data)) == ("in place", len(result.data))
    assert image(again.data).exports.forwarders["b"] == "NTDLL.x"


def test_a_forwarder_keeps_the_suffix_where_the_name_has_dots() -> None:
    data = Pe(exports={"a": "libdemo.f"}).build()
    result = rewrite_imports(data, {"libdemo.dll": "libdemo.24.0-abc.dll"})
    assert image(result.data).exports.forwarders == {"a": "libdemo.24.0-abc.dll.f"}
    back = rewrite_imports(result.data, {"libdemo.24.0-abc.dll": "demo.dll"})
    assert image(back.data).exports.forwarders == {"a": "demo.f"}


@pytest.mark.parametrize("slack", [0x180, 0], ids=["padding", "section"])
def test_a_second_rewrite_needs_no_more_room(slack: int) -> None:
    first = renamed(demo(slack=slack).build())
    second = rewrite_imports(first.data, {LONG: OTHER})
    assert (second.method, len(second.data)) == ("in place", len(first.data))
    assert libraries(second.data)[1] == OTHER
    longer = rewrite_imports(first.data, {LONG: f"much-{OTHER}"})
    assert (longer.method, len(longer.data)) == ("padding of a section", len(first.data))
    assert rewrite_imports(first.data, {LONG: LONG}) == PatchResult(first.data)


# -- real images, and hostile ones --------------------------------------------


@pytest.mark.parametrize(
    "data",
    [data for _, data in real_images() if len(data) < 200_000],
    ids=[name for name, data in real_images() if len(data) < 200_000],
)
def test_real_images(data: bytes) -> None:
    names = dict.fromkeys(libraries(data))
    renames = {name.upper(): f"new-{LONG[8:]}-{index}.dll" for index, name in enumerate(names)}
    result = rewrite_imports(data, renames)
    low = {old.lower(): new for old, new in renames.items()}
    expected = [low[name.lower()] for name in libraries(data)]
    assert libraries(result.data) == expected
    before, after = parse(data), parse(result.data)
    assert [symbols for _, symbols in after.imports] == [symbols for _, symbols in before.imports]
    assert (after.names, after.ordinals) == (before.names, before.ordinals)
    if image(data).checksum:
        assert image(result.data).checksum == checksum(result.data)


@pytest.mark.skipif(shutil.which("objdump") is None, reason="needs binutils' objdump")
def test_objdump_reads_the_new_name(tmp_path: Path) -> None:
    data = next(data for name, data in real_images() if "libmid-1.dll" in name)
    old = next(n for n in libraries(data) if n.startswith("lib"))
    path = tmp_path / "patched.dll"
    path.write_bytes(rewrite_imports(data, {old: LONG}).data)
    shown = subprocess.run(
        ["objdump", "-p", str(path)], capture_output=True, text=True, check=False
    )
    if "not recognized" in shown.stderr:
        pytest.skip("this objdump knows no PE")
    assert f"DLL Name: {LONG}" in shown.stdout


@pytest.mark.parametrize(
    "data",
    [b"MZ", Pe().build()[:0x100], demo(sections=2).build()[:-0x100]],
    ids=["no headers", "cut headers", "cut sections"],
)
def test_damaged_images_are_refused(data: bytes) -> None:
    with pytest.raises(PatchError):
        rewrite_imports(data, {"libdemo.dll": LONG})


def test_an_import_table_inside_the_headers_is_refused() -> None:
    data = bytearray(demo().build())
    struct.pack_into("<2I", data, 0x80 + 24 + 112 + 8, 0x300, 40)
    rows = struct.pack("<5I", 0, 0, 0, 0x3C0, 0x1000)
    data[0x300 : 0x300 + 20] = rows
    data[0x3C0 : 0x3C0 + 12] = b"libdemo.dll\0"
    assert libraries(bytes(data)) == ["libdemo.dll"]
    with pytest.raises(PatchError, match="not inside a section"):
        rewrite_imports(bytes(data), {"libdemo.dll": LONG})


def test_tables_over_each_other_are_refused() -> None:
    """A function is named by the library's own name: no rewrite in place can be right."""
    data = bytearray(demo(imports={"libdemo.dll": ["f"]}, lookup_table=False).build())
    (directory,) = struct.unpack_from("<I", data, 0x80 + 24 + 112 + 8)
    row = 0x400 + directory - 0x1000
    name, thunks = struct.unpack_from("<2I", data, row + 12)
    struct.pack_into("<Q", data, 0x400 + thunks - 0x1000, name)
    with pytest.raises(PatchError, match="overlap each other"):
        rewrite_imports(bytes(data), {"libdemo.dll": "d.dll"})


NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,60}\.dll", fullmatch=True)
FUNCTIONS = st.lists(
    st.integers(0, 0xFFFF) | st.from_regex(r"[A-Za-z_?@]{1,20}", fullmatch=True),
    min_size=1,
    max_size=4,
)
TABLES = st.dictionaries(NAMES, FUNCTIONS, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    imports=TABLES,
    delay=TABLES | st.just({}),
    new=NAMES,
    plus=st.booleans(),
    slack=st.sampled_from([0, 64, 0x180]),
    extra=st.integers(0, 3),
    overlay=st.binary(max_size=20),
)
def test_only_names_change(
    imports: Mapping[str, list[str | int]],
    delay: Mapping[str, list[str | int]],
    new: str,
    *,
    plus: bool,
    slack: int,
    extra: int,
    overlay: bytes,
) -> None:
    builder = Pe(
        plus=plus, imports=imports, delay=delay, delay_as_addresses=not plus, slack=slack,
        sections=extra, overlay=overlay, exports={"own": None}, symbols=2, pdb="a.pdb", checksum=0,
    )  # fmt: skip
    data = builder.build()
    old = next(iter(imports))
    result = rewrite_imports(data, {old: new})
    before, after = image(data), image(result.data)
    assert libraries(result.data) == [
        new if name.lower() == old.lower() else name for name in libraries(data)
    ]
    assert [(i.kind, i.symbols) for i in after.imports] == [
        (i.kind, i.symbols) for i in before.imports
    ]
    assert (after.exports, after.debug, after.pdb_path) == (
        before.exports,
        before.debug,
        before.pdb_path,
    )
    # Outside the headers only descriptors, old names and padding may differ.
    headers = read_headers(data)
    touched: set[int] = set()
    for row in iter_descriptors(Rvas(data, headers), headers):
        touched |= set(range(row.rva, row.rva + 32))
        touched |= set(range(row.name_rva, row.name_rva + len(old)))
    touched = {rva - DATA_RVA for rva in touched}
    body = {i for i in range(builder.used) if data[0x400 + i] != result.data[0x400 + i]}
    assert body <= touched
    tail = before.sections[0].raw_offset + before.sections[0].raw_size
    assert result.data[tail : len(data)] == data[tail:]


BASES = [
    demo(
        plus=plus, delay={"Late.dll": ["d"]}, delay_as_addresses=not plus, bound=True,
        exports={"a": "libdemo.f"}, certificate=b"C" * 8, dependent_load_flags=1, slack=slack,
    ).build()
    for plus in (True, False)
    for slack in (0, 0x180)
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_image_is_rewritten_right_or_refused(data: st.DataObject) -> None:
    out = bytearray(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 3))):
        offset = data.draw(st.integers(0, 0x120) | st.integers(0x100, len(out) // 4 - 1)) * 4
        assume(offset < len(out) - 4)
        value = data.draw(st.integers(0, 0xFFFFFFFF) | st.sampled_from([0, 1, 0x1000, 0xFFFFFFFF]))
        struct.pack_into("<I", out, offset, value)
    try:
        result = rewrite_imports(bytes(out), {"libdemo.dll": LONG, "late.dll": OTHER})
    except PatchError as error:
        assert str(error)  # noqa: PT017
    else:
        assert "libdemo.dll" not in {name.lower() for name in libraries(result.data)}
