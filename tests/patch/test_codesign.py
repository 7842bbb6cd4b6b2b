import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import macho_verifier as verifier
from tests.macho_images import ARM64, BUILT, I386, X86_64, built, by_hand, slice_of
from wheelcheck.errors import BinaryError, PatchError
from wheelcheck.patch.codesign import resign, sign

ARM = slice_of("libleaf.1.dylib", ARM64)
INTEL = slice_of("libleaf.1.dylib", X86_64)


def signed(data: bytes) -> dict[str, object]:
    [image] = verifier.check(data)
    return verifier.check_signature(image)


def broken(data: bytes, offset: int = 0x4000) -> bytes:
    return data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]


class TestSign:
    def test_what_codesign_writes(self) -> None:
        found = signed(sign(ARM, "unused"))
        assert found["flags"] == 2
        assert found["page_size"] == 4096
        assert found["slots"] == {
            2: bytes.fromhex("fade0c01 0000000c 00000000"),
            0x10000: bytes.fromhex("fade0b01 00000008"),
        }
        text = verifier.parse(ARM).segs[0]
        assert found["exec"] == (0, text.filesize, 0)

    def test_keeps_the_identifier(self) -> None:
        before = verifier.check_signature(verifier.parse(ARM))
        assert signed(sign(ARM, "another"))["identifier"] == before["identifier"]

    def test_unsigned_image_gets_the_given_identifier(self) -> None:
        assert signed(sign(INTEL, "libleaf.1"))["identifier"] == "libleaf.1"

    def test_all_other_bytes_stay(self) -> None:
        new, start = sign(ARM, "x"), verifier.parse(ARM).signature
        assert start is not None
        before, after = verifier.parse(ARM), verifier.parse(new)
        assert new[after.cmds_end : start[0]] == ARM[before.cmds_end : start[0]]
        assert after.loads == before.loads

    def test_unsigned_image_keeps_its_bytes(self) -> None:
        new = sign(INTEL, "x")
        start = verifier.parse(INTEL).cmds_end + 16
        assert new[start : len(INTEL)] == INTEL[start:]

    def test_is_idempotent(self) -> None:
        once = sign(INTEL, "x")
        assert sign(once, "x") == once

    def test_old_systems_get_sha1_as_well(self) -> None:
        # The third number is the minimum version: 10.9.
        at = INTEL.index(struct.pack("<2I", 0x24, 16)) + 8
        old = INTEL[:at] + struct.pack("<I", 0x000A0900) + INTEL[at + 4 :]
        slots = signed(sign(old, "x"))["slots"]
        assert isinstance(slots, dict)
        assert set(slots) == {2, 0x1000, 0x10000}

    def test_programs_keep_their_entitlements(self) -> None:
        program = ARM[:12] + struct.pack("<I", 2) + ARM[16:]
        allowed = struct.pack(">2I", 0xFADE7171, 20) + b"entitlements"
        found = signed(sign(with_part(sign(program, "x"), 5, allowed), "x"))
        assert isinstance(found["slots"], dict)
        assert found["slots"][5] == allowed
        assert isinstance(found["exec"], tuple)
        assert found["exec"][2] == 1

    def test_a_damaged_signature_is_replaced(self) -> None:
        start = verifier.parse(ARM).signature
        assert start is not None
        assert signed(sign(ARM[: start[0]] + bytes(start[1]), "new"))["identifier"] == "new"

    @pytest.mark.parametrize("order", ["<", ">"])
    def test_images_of_32_bits(self, order: str) -> None:
        signed(sign(by_hand(order, I386, [(0xC, "a.dylib")]), "x"))

    def test_no_room_for_the_command(self) -> None:
        with pytest.raises(PatchError, match="room for 8 more bytes, a signature needs 16"):
            sign(by_hand("<", I386, [], pad=8), "x")

    def test_bytes_behind_the_last_segment(self) -> None:
        with pytest.raises(PatchError, match="7 bytes follow its last segment"):
            sign(INTEL + b"payload", "x")

    def test_signature_that_is_not_last(self) -> None:
        command = ARM.index(struct.pack("<2I", 0x1D, 16))
        (size,) = struct.unpack_from("<I", ARM, command + 12)
        short = ARM[: command + 12] + struct.pack("<I", size - 16) + ARM[command + 16 :]
        with pytest.raises(PatchError, match="not the last thing"):
            sign(short, "x")

    def test_no_linkedit(self) -> None:
        with pytest.raises(PatchError, match="__LINKEDIT is not its last segment"):
            sign(INTEL.replace(b"__LINKEDIT", b"__LINKEDAT"), "x")

    def test_segment_behind_linkedit_in_memory(self) -> None:
        image = verifier.parse(INTEL)
        at = INTEL.index(b"__LINKEDIT") + 16
        (size,) = struct.unpack_from("<Q", INTEL, at + 8)
        low = INTEL[:at] + struct.pack("<2Q", image.segs[0].vmaddr, size) + INTEL[at + 16 :]
        with pytest.raises(PatchError, match="another segment"):
            sign(low.ljust(len(low) + 0x2000, b"\0"), "x" * 0x2000)


class TestResign:
    @pytest.mark.parametrize("name", BUILT)
    def test_right_ones_stay(self, name: str) -> None:
        assert resign(built(name), "x") == built(name)

    def test_only_the_wrong_slice_changes(self) -> None:
        data = built("libleaf.1.dylib")
        (_, _, intel, size, _), (_, _, arm, _, _) = verifier.slices(data)
        stale = broken(data, arm + 0x4000)
        mended = resign(stale, "x")
        verifier.check(mended)
        assert mended[intel : intel + size] == data[intel : intel + size]
        assert mended[arm + 0x4000] == stale[arm + 0x4000]

    def test_wrong_on_an_architecture_that_needs_none(self) -> None:
        stale = broken(sign(INTEL, "x"), 0x1000)
        assert resign(stale, "x") != stale
        verifier.check(resign(stale, "x"))

    def test_amiss_on_arm64(self) -> None:
        bare = without_signature(ARM)
        verifier.check(resign(bare, "given"))
        assert signed(resign(bare, "given"))["identifier"] == "given"

    def test_no_mach_o_file(self) -> None:
        with pytest.raises(BinaryError):
            resign(b"\x7fELF".ljust(64, b"\0"), "x")


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from([name for name in BUILT if "opcodes" not in name]),
    identifier=st.text(st.characters(exclude_characters="\0"), max_size=40),
    where=st.floats(0, 1, exclude_max=True),
)
def test_whatever_the_identifier_and_the_stale_page(
    name: str, identifier: str, where: float
) -> None:
    data = slice_of(name, ARM64)
    image = verifier.parse(data)
    start, end = image.content_start, image.segs[-1].fileoff
    stale = broken(data, start + int(where * (end - start)))
    mended = resign(stale, identifier)
    verifier.check(mended)
    assert mended[start:end] == stale[start:end]


@given(identifier=st.text(st.characters(exclude_characters="\0"), max_size=40))
def test_whatever_the_identifier(identifier: str) -> None:
    written = identifier.encode("utf-8", "backslashreplace").decode()
    assert signed(sign(INTEL, identifier))["identifier"] == written


def with_part(data: bytes, slot: int, part: bytes) -> bytes:
    """Put another part in place of the empty CMS wrapper's entry, growing the signature."""
    start, size = verifier.parse(data).signature or (0, 0)
    signature = data[start:]
    index = signature.index(struct.pack(">I", 0x10000), 12)
    _, length, _ = struct.unpack_from(">3I", signature)
    grown = bytearray(signature[:length] + part)
    struct.pack_into(">2I", grown, index, slot, length)
    struct.pack_into(">I", grown, 4, len(grown))
    padded = bytes(grown).ljust(-(-len(grown) // 16) * 16, b"\0")
    head = bytearray(data[:start])
    command = data.index(struct.pack("<2I", 0x1D, 16))
    struct.pack_into("<I", head, command + 12, len(padded))
    at = data.index(b"__LINKEDIT") - 8
    (filesize,) = struct.unpack_from("<Q", head, at + 48)
    struct.pack_into("<Q", head, at + 48, filesize + len(padded) - size)
    return bytes(head) + padded


def without_signature(data: bytes) -> bytes:
    """Take the signature and its command, which is the last one, out of an image."""
    image = verifier.parse(data)
    start, size = image.signature or (0, 0)
    kind, at, _ = image.cmds[-1]
    assert kind == 0x1D
    out = bytearray(data[:start])
    out[at : at + 16] = bytes(16)
    count, total = struct.unpack_from("<2I", out, 16)
    struct.pack_into("<2I", out, 16, count - 1, total - 16)
    linkedit = data.index(b"__LINKEDIT") - 8
    (filesize,) = struct.unpack_from("<Q", out, linkedit + 48)
    struct.pack_into("<Q", out, linkedit + 48, filesize - size)
    return bytes(out)
