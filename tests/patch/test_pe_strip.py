"""Debug data of GNU linkers is cut off where nothing else is lost with it."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.native import SYSTEM
from tests.pe_builder import Pe
from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_headers import SECTION_ROW, read_headers
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.errors import PatchError
from wheelcheck.patch.pe_signature import checksum
from wheelcheck.patch.pe_strip import strip_debug

LIBRARIES = Path(__file__).parents[2] / "testdata" / "libs-win_amd64"


def image(data: bytes) -> PeImage:
    [piece] = read_pe(data).slices
    assert isinstance(piece, PeImage)
    return piece


def with_dwarf(data: bytes, *, first: int, count: int) -> bytes:
    """Turn sections into such as hold DWARF."""
    out = bytearray(data)
    headers = read_headers(data)
    for index in range(first, first + count):
        row = headers.section_table + SECTION_ROW * index
        struct.pack_into("<8s", out, row, b".debug_%d" % index)
        struct.pack_into("<I", out, row + 36, 0x42000040)
    return bytes(out)


def build(**options: object) -> bytes:
    return Pe(imports=SYSTEM, exports={"f": None}, **options).build()  # type: ignore[arg-type]


def test_symbols_and_debug_sections_are_cut_off() -> None:
    plain = build(sections=1)
    data = with_dwarf(build(sections=3, symbols=20), first=2, count=2)
    result = strip_debug(data)
    assert result.method == "stripped"
    old, new = image(data), image(result.data)
    assert (old.imports, old.exports) == (new.imports, new.exports)
    assert [s.name for s in new.sections] == [".rdata", ".s0"]
    assert new.debug == ()
    assert new.overlay is None
    assert len(result.data) == len(plain)
    assert new.size_of_image == image(plain).size_of_image
    headers = read_headers(result.data)
    assert headers.characteristics & 0x20C == 0x20C
    assert headers.checksum == checksum(result.data, headers.optional_header + 64)


def test_a_stripped_image_is_left_as_it_is() -> None:
    data = build()
    assert strip_debug(data).data == data
    once = strip_debug(build(symbols=5)).data
    assert strip_debug(once).data == once


def test_what_is_loaded_is_not_touched() -> None:
    data = (LIBRARIES / "libdemo-2.dll").read_bytes()
    result = strip_debug(data).data
    headers = read_headers(data)
    for section in headers.sections:
        place = slice(section.raw_offset, section.raw_offset + section.raw_size)
        assert result[place] == data[place]
    assert len(result) == headers.raw_end


def test_a_signature_goes_with_the_symbols() -> None:
    result = strip_debug(build(symbols=5, certificate=b"c" * 64))
    assert result.removed_certificate
    assert image(result.data).certificate is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (build(symbols=5, overlay=b"data of an installer"), "other data"),
        (with_dwarf(build(sections=3, symbols=5), first=0, count=4), "no other section"),
        (build(symbols=5, certificate=b"c" * 64, behind_certificate=b"d" * 99), "other data"),
    ],
    ids=["overlay", "nothing left", "behind the certificate"],
)
def test_where_something_else_lies_there_nothing_is_cut(data: bytes, reason: str) -> None:
    result = strip_debug(data)
    assert (result.data, result.method) == (data, "unchanged")
    assert reason in result.notes[0]
    assert not result.removed_certificate


def test_debug_sections_that_are_not_at_the_end_stay() -> None:
    data = with_dwarf(build(sections=3), first=1, count=2)
    assert strip_debug(data).data == data


def test_a_section_that_is_named_among_the_symbols_keeps_them() -> None:
    data = bytearray(build(sections=1, symbols=5))
    row = read_headers(data).section_table + SECTION_ROW
    data[row : row + 8] = b"/4\0\0\0\0\0\0"
    result = strip_debug(bytes(data))
    assert result.data == data
    assert "names among the symbols" in result.notes[0]


@pytest.mark.parametrize("directory", [2, 6, 12])
def test_tables_in_debug_sections_keep_them(directory: int) -> None:
    data = bytearray(with_dwarf(build(sections=2), first=2, count=1))
    headers = read_headers(data)
    row = (headers.sections[2].rva, 16)
    struct.pack_into("<2I", data, headers.directory_table + 8 * directory, *row)
    assert "its tables lead" in strip_debug(bytes(data)).notes[0]


def test_relocated_debug_sections_stay() -> None:
    data = bytearray(with_dwarf(build(sections=2), first=2, count=1))
    headers = read_headers(data)
    blocks = struct.pack("<2I", headers.sections[0].rva, 8)
    blocks += struct.pack("<2I", headers.sections[2].rva, 8)
    place = headers.sections[1]
    data[place.raw_offset : place.raw_offset + len(blocks)] = blocks
    struct.pack_into("<2I", data, headers.directory_table + 8 * 5, place.rva, len(blocks))
    assert "its tables lead" in strip_debug(bytes(data)).notes[0]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_refused_or_survived(draw: st.DataObject) -> None:
    data = bytearray(with_dwarf(build(sections=2, symbols=9), first=2, count=1))
    for _ in range(draw.draw(st.integers(1, 6))):
        data[draw.draw(st.integers(0, 0x3FF))] = draw.draw(st.integers(0, 255))
    try:
        result = strip_debug(bytes(data))
    except PatchError:
        return
    assert len(result.data) <= len(data)
