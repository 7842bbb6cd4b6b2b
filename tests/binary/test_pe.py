import mmap
import struct
import tracemalloc
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pe_builder import DATA_RVA, FIRST_ORDINAL, Pe
from tests.pe_oracle import Tables, header_fields, parse, real_images
from wheelcheck.binary.model import Arch, Format, Import, ImportKind
from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_headers import read_headers
from wheelcheck.binary.pe_image import Hybrid, PeImage
from wheelcheck.errors import BinaryError

REAL = list(real_images())
BITS = pytest.mark.parametrize("plus", [True, False], ids=["PE32+", "PE32"])


def image(data: bytes) -> PeImage:
    (piece,) = read_pe(data).slices
    assert isinstance(piece, PeImage)
    return piece


def tables(data: bytes) -> Tables:
    pe = image(data)

    def imports(kind: ImportKind) -> list[tuple[str, list[str | int]]]:
        return [(i.library, list(i.symbols)) for i in pe.imports if i.kind is kind]

    return Tables(
        imports(ImportKind.REGULAR),
        imports(ImportKind.DELAY),
        set(pe.exports.names),
        set(pe.exports.ordinals),
        dict(pe.exports.forwarders),
    )


def rich(**changes: Any) -> Pe:
    """An image with something in every table."""
    settings: dict[str, Any] = {
        "imports": {"One.dll": ["f", "g", 7], "two.dll": ["h"]},
        "delay": {"Late.dll": ["d", 9]},
        "exports": {"own": None, "theirs": "Other.func"},
        "unnamed_forwarder": "More.x",
        "pdb": "C:\\build\\rich.pdb",
        "sections": 2,
        "symbols": 3,
    }
    return Pe(**settings | changes)


@pytest.mark.parametrize("data", [data for _, data in REAL], ids=[name for name, _ in REAL])
def test_real_images_read_as_pefile_reads_them(data: bytes) -> None:
    assert tables(data) == parse(data)
    assert image(data).damage == ()


@pytest.mark.parametrize("data", [data for _, data in REAL], ids=[name for name, _ in REAL])
def test_headers_are_those_that_pefile_reads(data: bytes) -> None:
    *fields, sections = astuple(read_headers(data))
    rows = tuple(section[1:] for section in sections)
    assert (*fields, rows) == header_fields(data)


def test_there_are_real_images() -> None:
    kinds = {image(data).arch for _, data in REAL}
    assert {Arch.X86, Arch.X86_64} <= kinds


@BITS
@pytest.mark.parametrize("addresses", [True, False], ids=["VC6", "RVA"])
def test_every_table_is_read(*, plus: bool, addresses: bool) -> None:
    data = rich(plus=plus, delay_as_addresses=addresses and not plus).build()
    pe = image(data)
    assert read_pe(data).format is Format.PE
    assert pe.imports == (
        Import("One.dll", ImportKind.REGULAR, ("f", "g", 7)),
        Import("two.dll", ImportKind.REGULAR, ("h",)),
        Import("Late.dll", ImportKind.DELAY, ("d", 9)),
    )
    assert pe.exports.names == {"own", "theirs"}
    assert pe.exports.ordinals == {FIRST_ORDINAL, FIRST_ORDINAL + 1, FIRST_ORDINAL + 2}
    assert pe.exports.forwarders == {"theirs": "Other.func", "#7": "More.x"}
    assert (pe.arch, pe.bits) == ((Arch.X86_64, 64) if plus else (Arch.X86, 32))
    assert tables(data) == parse(data)


def test_a_mapped_file_reads_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "rich.dll"
    path.write_bytes(rich().build())
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert read_pe(mapped) == read_pe(path.read_bytes())


def test_without_a_lookup_table_the_address_table_serves() -> None:
    data = Pe(imports={"a.dll": ["f", 3]}, lookup_table=False).build()
    assert image(data).imports == (Import("a.dll", ImportKind.REGULAR, ("f", 3)),)


@pytest.mark.parametrize(
    ("machine", "chpe", "arch", "hybrid"),
    [
        (0x8664, False, Arch.X86_64, Hybrid.PLAIN),
        (0x8664, True, Arch.ARM64EC, Hybrid.ARM64EC),
        (0xAA64, False, Arch.ARM64, Hybrid.PLAIN),
        (0xAA64, True, Arch.ARM64, Hybrid.ARM64X),
        (0x0200, False, Arch.UNKNOWN, Hybrid.PLAIN),
    ],
)
def test_machines(machine: int, chpe: bool, arch: Arch, hybrid: Hybrid) -> None:
    pe = image(Pe(machine=machine, chpe=chpe, imports={"a.dll": ["f"]}).build())
    assert (pe.arch, pe.hybrid, pe.machine) == (arch, hybrid, machine)
    assert pe.imports


def test_a_short_load_config_has_no_later_fields() -> None:
    data = bytearray(Pe(machine=0xAA64, chpe=True, dependent_load_flags=0x800).build())
    assert image(bytes(data)).dependent_load_flags == 0x800
    config = data.index(struct.pack("<I", 0xD0), 0x400)
    struct.pack_into("<I", data, config, 0x4E)
    pe = image(bytes(data))
    assert (pe.dependent_load_flags, pe.hybrid) == (0, Hybrid.PLAIN)


@BITS
def test_dependent_load_flags(*, plus: bool) -> None:
    assert image(Pe(plus=plus, dependent_load_flags=0x0A00).build()).dependent_load_flags == 0x0A00


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (0x0000, (False, False, False, False)),
        (0x0020, (True, False, False, False)),
        (0x0040, (False, True, False, False)),
        (0x0100, (False, False, True, False)),
        (0x4000, (False, False, False, True)),
    ],
)
def test_mitigations(flags: int, expected: tuple[bool, ...]) -> None:
    pe = image(Pe(dll_characteristics=flags).build())
    assert (pe.high_entropy, pe.aslr, pe.nx, pe.cfg) == expected


def test_a_dll_is_no_program() -> None:
    data = bytearray(Pe().build())
    assert (image(bytes(data)).is_dll, image(bytes(data)).program) == (True, False)
    struct.pack_into("<H", data, 0x80 + 22, 0x22)
    assert (image(bytes(data)).is_dll, image(bytes(data)).program) == (False, True)


def test_what_lies_behind_the_sections() -> None:
    pe = image(Pe(symbols=3, overlay=b"setup", certificate=b"C" * 16).build())
    assert pe.coff_symbols is not None
    assert pe.overlay is not None
    assert pe.certificate is not None
    start, size = pe.coff_symbols
    assert pe.overlay[0] == start == pe.sections[-1].raw_offset + pe.sections[-1].raw_size
    assert size == 3 * 18 + 10
    assert sum(pe.overlay) == sum(pe.certificate)
    assert pe.certificate[1] == 16


def test_nothing_lies_behind_a_plain_image() -> None:
    pe = image(Pe().build())
    assert (pe.overlay, pe.certificate, pe.coff_symbols, pe.pdb_path) == (None, None, None, None)
    assert (pe.debug, pe.bound_imports, pe.managed) == ((), False, False)


def test_bound_imports_are_seen() -> None:
    assert image(Pe(imports={"a.dll": ["f"]}, bound=True).build()).bound_imports


def test_debug_data_by_kind() -> None:
    pe = image(rich().build())
    assert pe.debug == ("COFF symbols", "PDB path")
    assert pe.pdb_path == "C:\\build\\rich.pdb"


@pytest.mark.parametrize("name", [b".debug_i", b"/4"])
def test_dwarf_is_known_by_its_sections(name: bytes) -> None:
    builder = Pe(symbols=1, sections=1)
    data = bytearray(builder.build())
    strings = builder.symbol_offset + 18
    data[strings:] = struct.pack("<I", 32) + b".debug_info\0"
    row = data.index(b".s0\0")
    data[row : row + 8] = name.ljust(8, b"\0")
    assert "DWARF" in image(bytes(data)).debug


def test_symbols_of_an_old_linker_are_inside() -> None:
    data = bytearray(rich().build())
    start = data.index(b"RSDS")
    data[start : start + 4] = b"NB11"
    pe = image(bytes(data))
    assert (pe.debug, pe.pdb_path) == (("COFF symbols", "CodeView"), None)


def test_symbols_said_to_lie_behind_the_end_are_not_there() -> None:
    data = bytearray(Pe(symbols=2).build())
    struct.pack_into("<I", data, 0x84 + 12, 1000)
    assert image(bytes(data)).coff_symbols is None


# -- damage -------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ",
        b"MZ".ljust(64, b"\0"),
        b"not a PE file at all, but long enough to hold a DOS header......",
        Pe().build()[:0x90],
        Pe().build()[:0x100],
        Pe().build()[:0x98] + b"\x07\x01" + Pe().build()[0x9A:],
    ],
    ids=["empty", "MZ", "no PE header", "text", "cut in COFF", "cut in optional", "ROM image"],
)
def test_without_headers_nothing_can_be_said(data: bytes) -> None:
    with pytest.raises(BinaryError):
        read_pe(data)


def test_a_cut_file_is_damaged_but_read() -> None:
    pe = image(rich().build()[:-0x200])
    assert any("the file ends at" in sentence for sentence in pe.damage)
    assert pe.imports


def test_missing_section_rows_are_damage() -> None:
    data = bytearray(Pe().build())
    struct.pack_into("<H", data, 0x80 + 6, 9)
    assert "9 sections declared, 1 readable" in image(bytes(data)).damage[0]


def _pointed(data: bytes, directory: int, field: int, value: int) -> bytes:
    """Change a field of the structure that a data directory leads to."""
    out = bytearray(data)
    (rva,) = struct.unpack_from("<I", out, 0x80 + 24 + 112 + 8 * directory)
    struct.pack_into("<I", out, 0x400 + rva - DATA_RVA + field, value)
    return bytes(out)


@pytest.mark.parametrize(
    ("directory", "field", "told", "kept"),
    [
        (1, 12, "library name of the regular import", 0),
        (1, 20 + 12, "library name of the regular import", 1),
        (13, 4, "library name of the delay import", 2),
        (13, 16, "delay import of Late.dll: function table", 3),
    ],
)
def test_damage_ends_one_table_and_keeps_the_rest(
    directory: int, field: int, told: str, kept: int
) -> None:
    value = 0x7FFFFFF0 if field != 16 else 0x2000_0000
    data = _pointed(rich().build(), directory, field, value)
    if directory == 13 and field == 16:
        data = _pointed(data, directory, 12, value)
    pe = image(data)
    assert told in pe.damage[0]
    assert len(pe.imports) == kept
    assert pe.exports.names == {"own", "theirs"}


@pytest.mark.parametrize("field", [20, 24, 28, 32, 36])
def test_damaged_exports_keep_the_imports(field: int) -> None:
    pe = image(_pointed(rich().build(), 0, field, 0x7FFFFFF0))
    assert len(pe.damage) == 1
    assert len(pe.imports) == 3


def test_a_name_without_end_is_damage() -> None:
    # A whole page, so that no zeros follow in memory either.
    data = bytearray(Pe(imports={"a.dll": ["f"]}).build()[:0x600].ljust(0x1400, b"n"))
    row = data.index(b".rdata")
    struct.pack_into("<4I", data, row + 8, 0x1000, DATA_RVA, 0x1000, 0x400)
    pe = image(_pointed(bytes(data), 1, 12, DATA_RVA + 0x1000 - 8))
    assert "has no end" in pe.damage[0]


def test_zeros_behind_the_file_end_a_name() -> None:
    """Where a section is longer in memory than in the file, zeros follow."""
    data = bytearray(Pe(imports={"a.dll": ["f"]}, slack=0).build())
    data[-8:] = b"tail.dll"
    struct.pack_into("<I", data, data.index(b".rdata") + 8, len(data) - 0x400 + 0x1000)
    pe = image(_pointed(bytes(data), 1, 12, DATA_RVA + len(data) - 0x400 - 8))
    assert pe.imports[0].library == "tail.dll"


def test_shared_function_tables_stay_within_the_budget() -> None:
    """Thousands of descriptors that share one long table of one long name."""
    rows, thunks = 0x3000, 0x8000
    name = b"\0\0" + b"n" * 0xFFF0 + b"\0"
    table = struct.pack("<Q", DATA_RVA) * thunks + bytes(8)
    lookup = DATA_RVA + len(name)
    lookup += -lookup % 8
    body = name.ljust(lookup - DATA_RVA, b"\0") + table
    directory = DATA_RVA + len(body)
    body += struct.pack("<5I", lookup, 0, 0, DATA_RVA + 2, lookup) * rows + bytes(20)
    data = bytearray(Pe(load_config=False).build()[:0x400]) + body
    row = data.index(b".rdata")
    struct.pack_into("<4I", data, row + 8, len(body), DATA_RVA, len(body), 0x400)
    struct.pack_into("<2I", data, 0x80 + 24 + 112 + 8, directory, 20)
    pe = image(bytes(data))
    assert pe.damage
    assert sum(len(str(s)) for i in pe.imports for s in i.symbols) <= 1 << 26


def test_more_descriptors_than_any_image_has() -> None:
    body = b"a.dll\0\0\0" + bytes(8)
    rows = struct.pack("<5I", DATA_RVA + 8, 0, 0, DATA_RVA, DATA_RVA + 8) * 0x4001
    data = bytearray(Pe(load_config=False).build()[:0x400]) + body + rows
    row = data.index(b".rdata")
    size = len(data) - 0x400
    struct.pack_into("<4I", data, row + 8, size, DATA_RVA, size, 0x400)
    struct.pack_into("<2I", data, 0x80 + 24 + 112 + 8, DATA_RVA + len(body), 20)
    pe = image(bytes(data))
    assert "more than 16384 rows" in pe.damage[0]
    assert len(pe.imports) == 0x4000


def test_an_export_index_beyond_the_functions_is_damage() -> None:
    data = rich().build()
    (directory,) = struct.unpack_from("<I", data, 0x80 + 24 + 112)
    (indexes,) = struct.unpack_from("<I", data, 0x400 + directory - DATA_RVA + 36)
    out = bytearray(data)
    struct.pack_into("<H", out, 0x400 + indexes - DATA_RVA + 2, 77)
    pe = image(bytes(out))
    assert "export theirs: index 77" in pe.damage[0]
    assert pe.exports.names == {"own"}


BASES = [rich(plus=plus, bound=True, certificate=b"C" * 8).build() for plus in (True, False)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_is_read_or_refused(data: st.DataObject) -> None:
    out = bytearray(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 4))):
        offset = data.draw(st.integers(0, len(out) // 4 - 1)) * 4
        value = data.draw(st.integers(0, 0xFFFFFFFF) | st.sampled_from([0, 1, 0x1000, 0xFFFFFFFF]))
        struct.pack_into("<I", out, offset, value)
    cut = bytes(out[: data.draw(st.integers(0, len(out)) | st.just(len(out)))])
    try:
        read_pe(cut)
    except BinaryError as error:
        assert str(error)  # noqa: PT017


@given(
    st.lists(st.binary(max_size=6).map(lambda name: name.replace(b"\0", b"")), max_size=9),
    st.booleans(),
    st.integers(0, 3),
)
def test_exported_names_in_a_row_and_elsewhere(
    names: list[bytes], backwards: bool, gap: int
) -> None:
    """Linkers write them one behind the other in the order of their table, but nothing asks so."""
    body = b""
    starts = []
    for name in names:
        starts.append(DATA_RVA + len(body))
        body += name + b"\0" + b"x" * gap
    pe = image(_exporting(body, starts[::-1] if backwards else starts))
    assert pe.exports.names == {name.decode("utf-8", "backslashreplace") for name in names}
    assert not pe.damage


def test_what_lies_between_two_exported_names_takes_no_memory() -> None:
    size = 2_000_000
    data = _exporting(bytes(size), [DATA_RVA, DATA_RVA + size - 1])
    tracemalloc.start()
    try:
        pe = image(data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert pe.exports.names == {""}
    assert most < 4 * size


def _exporting(body: bytes, starts: list[int]) -> bytes:
    """Return an image that exports what stands in its data at these RVAs."""
    count = len(starts)
    body += bytes(-len(body) % 8)
    table = DATA_RVA + len(body)
    body += struct.pack(f"<{count}I", *starts)
    indexes = DATA_RVA + len(body)
    body += struct.pack(f"<{count}H", *range(count)) + bytes(-len(body) % 8)
    functions = DATA_RVA + len(body)
    body += struct.pack(f"<{count}I", *([DATA_RVA] * count))
    directory = DATA_RVA + len(body)
    body += struct.pack("<4I", 0, 0, 0, 0)
    body += struct.pack("<6I", 1, count, count, functions, table, indexes)
    data = bytearray(Pe(load_config=False).build()[:0x400]) + body
    row = data.index(b".rdata")
    struct.pack_into("<4I", data, row + 8, len(body), DATA_RVA, len(body), 0x400)
    struct.pack_into("<2I", data, 0x80 + 24 + 112, directory, 40)
    return bytes(data)
