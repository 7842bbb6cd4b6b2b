import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import macho_verifier as verifier
from tests.macho_images import ARM64, X86_64, slice_of
from wheelcheck.binary.macho_layout import read_image
from wheelcheck.binary.macho_signature import UNSIGNED, SignatureState, iter_blobs, verify_signature
from wheelcheck.patch.codesign import sign

DATA = slice_of("libleaf.1.dylib", ARM64)
OFFSET, SIZE = verifier.parse(DATA).signature or (0, 0)
DIRECTORY = OFFSET + struct.unpack_from(">I", DATA, OFFSET + 16)[0]


def state(data: bytes) -> SignatureState:
    return verify_signature(read_image(data))


def with_word(offset: int, value: int) -> SignatureState:
    return state(DATA[:offset] + struct.pack(">I", value) + DATA[offset + 4 :])


def test_unsigned() -> None:
    found = state(slice_of("libleaf.1.dylib", X86_64))
    assert found == UNSIGNED
    assert not found.valid
    assert found.fault is None
    assert list(iter_blobs(read_image(slice_of("libleaf.1.dylib", X86_64)))) == []


def test_of_the_linker() -> None:
    found = state(DATA)
    assert found.valid
    assert found.adhoc
    assert found.linker_signed
    assert (found.hash_name, found.page_size) == ("sha256", 4096)
    assert found.identifier.startswith("libleaf.1.dylib")


def test_of_codesign() -> None:
    found = state(sign(DATA, "unused"))
    assert found.valid
    assert found.adhoc
    assert not found.linker_signed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, OFFSET - 1), st.integers(1, 255))
def test_any_changed_byte_is_found(where: int, change: int) -> None:
    # Changes that keep the load commands readable: those behind them.
    where = max(where, verifier.parse(DATA).cmds_end)
    data = bytearray(DATA)
    data[where] ^= change
    found = state(bytes(data))
    assert found.present
    assert found.fault is not None
    assert f"offset {where // 4096 * 4096:#x}" in found.fault


@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [
        (OFFSET, 0xFADE0CC1, "does not start"),
        (OFFSET + 4, SIZE + 1, "does not start"),
        (OFFSET + 8, 0xFFFFFFFF, "index"),
        (OFFSET + 8, 63, "index"),
        (OFFSET + 8, 0, "no code directory"),
        (OFFSET + 16, 0xFFFFFFF0, "part 0x0"),
        (DIRECTORY, 0xFADE0C03, "magic"),
        (DIRECTORY + 4, 20, "too short"),
        (DIRECTORY + 4, 0xFFFFFF, "part 0x0"),
        (DIRECTORY + 16, 0xFFFFFF, "outside"),
        (DIRECTORY + 20, 0xFFFFFF, "outside"),
        (DIRECTORY + 24, 0xFFFFFF, "outside"),
        (DIRECTORY + 28, 2, "2 page hashes"),
        (DIRECTORY + 32, OFFSET - 16, "covers"),
        (DIRECTORY + 36, 0x2009000C, "hash type 9"),
        (DIRECTORY + 36, 0x2002000D, "pages of 2^13"),
        (DIRECTORY + 44, 1, "scattered"),
        (DIRECTORY + 56, 1, "covers 0x1"),
    ],
)
def test_damaged_signatures(offset: int, value: int, message: str) -> None:
    found = with_word(offset, value)
    assert found.present
    assert message in (found.fault or "")


def test_a_wrong_hash_of_a_part() -> None:
    data = sign(DATA, "unused")
    start = data.rindex(bytes.fromhex("fade0c01"))
    changed = data[: start + 8] + b"\x01" + data[start + 9 :]
    assert "part 0x2" in (state(changed).fault or "")


def test_a_signature_outside_of_the_file() -> None:
    command = next(offset for cmd, offset, _ in verifier.parse(DATA).cmds if cmd == 0x1D)
    data = DATA[: command + 8] + struct.pack("<I", 0xFFFFFFF0) + DATA[command + 12 :]
    assert "outside of the file" in (state(data).fault or "")


@pytest.mark.parametrize("size", [0, 8])
def test_a_signature_too_short_for_its_header(size: int) -> None:
    command = next(offset for cmd, offset, _ in verifier.parse(DATA).cmds if cmd == 0x1D)
    data = DATA[: command + 12] + struct.pack("<I", size) + DATA[command + 16 :]
    assert "too short" in (state(data).fault or "")
