import struct

import pytest

from tests.patch.pe_demo import bytes_of, demo, image, renamed
from wheelcheck.patch.pe import rewrite_imports

BITS = pytest.mark.parametrize("plus", [True, False], ids=["PE32+", "PE32"])


def test_a_signature_is_cut_off() -> None:
    data = demo(symbols=2, pdb="a.pdb", certificate=b"C" * 24).build()
    result = renamed(data)
    assert result.removed_certificate
    assert image(result.data).certificate is None
    assert b"CCCC" not in result.data
    symbols = image(data).coff_symbols
    assert symbols == image(result.data).coff_symbols
    assert symbols is not None
    assert len(result.data) < len(data)


def test_a_signature_before_other_data_becomes_zeros() -> None:
    data = demo(certificate=b"C" * 24, behind_certificate=b"installer data").build()
    result = renamed(data)
    assert result.removed_certificate
    assert image(result.data).certificate is None
    assert b"CCCC" not in result.data
    assert result.data.index(b"installer data") == data.index(b"installer data")
    assert any("became zeros" in note for note in result.notes)


def test_a_certificate_directory_that_lies_destroys_nothing() -> None:
    data = bytearray(demo(certificate=b"C" * 24, sections=1).build())
    section = image(bytes(data)).sections[1]
    field = 0x80 + 24 + 112 + 8 * 4
    struct.pack_into("<2I", data, field, section.raw_offset, len(data) - section.raw_offset)
    result = renamed(bytes(data))
    assert bytes_of(result.data, ".s0") == bytes_of(bytes(data), ".s0")
    assert image(result.data).certificate is None


def test_a_demand_for_a_signature_is_lifted() -> None:
    before = demo(integrity=True).build()
    after = renamed(before).data
    assert image(before).dll_characteristics & 0x80
    assert image(after).dll_characteristics == image(before).dll_characteristics & ~0x80


@pytest.mark.parametrize("slack", [0x180, 0], ids=["padding", "section"])
def test_bindings_are_cleared(slack: int) -> None:
    """Their record lies where the row of a new section must go."""
    result = renamed(demo(bound=True, slack=slack).build())
    assert not image(result.data).bound_imports
    assert b"bound.dll" not in result.data
    directory = struct.unpack_from("<I", result.data, 0x80 + 24 + 112 + 8)[0]
    for row in (0, 20):
        stamps = struct.unpack_from("<2I", result.data, 0x400 + directory - 0x1000 + row + 4)
        assert stamps == (0, 0)


@BITS
def test_a_restricted_search_is_lifted(*, plus: bool) -> None:
    data = demo(plus=plus, dependent_load_flags=0x800).build()
    assert image(renamed(data).data).dependent_load_flags == 0
    # A neighbour that keeps its name must be found, too.
    kept = rewrite_imports(data, {"libdemo.dll": "libDemo.dll"})
    assert image(kept.data).dependent_load_flags == 0
    assert sum(a != b for a, b in zip(kept.data, data, strict=True)) <= 2 + 4


def test_a_checksum_that_was_never_set_stays_so() -> None:
    assert image(renamed(demo(checksum=0).build()).data).checksum == 0


def test_of_arm64x_only_one_half_is_known() -> None:
    result = renamed(demo(machine=0xAA64, chpe=True).build())
    assert any("ARM64X" in note for note in result.notes)
    assert not renamed(demo(machine=0x8664, chpe=True).build()).notes


def test_a_signature_said_to_lie_behind_the_end_is_forgotten() -> None:
    data = bytearray(demo().build())
    struct.pack_into("<2I", data, 0x80 + 24 + 112 + 8 * 4, len(data) + 8, 16)
    result = renamed(bytes(data))
    assert result.removed_certificate
    assert len(result.data) == len(data)
