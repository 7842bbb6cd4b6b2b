import struct

import pytest

from tests import macho_verifier as verifier
from tests.macho_images import ARM64, I386, PPC, X86_64, built, by_hand, slice_of
from wheelcheck.errors import BinaryError, PatchError
from wheelcheck.patch.macho_fat import assemble, fuse

INTEL, ARM = slice_of("libleaf.1.dylib", X86_64), slice_of("libleaf.1.dylib", ARM64)


class TestFuse:
    def test_is_what_lipo_makes(self) -> None:
        assert fuse(INTEL, ARM) == built("libleaf.1.dylib")

    def test_either_order(self) -> None:
        assert fuse(ARM, INTEL) == fuse(INTEL, ARM)
        verifier.check(fuse(ARM, INTEL))

    def test_fat_files_join_as_well(self) -> None:
        three = fuse(built("libleaf-fat64.dylib"), by_hand("<", I386, []))
        assert [s[0] for s in verifier.slices(three)] == [I386, X86_64, ARM64]
        assert [i.data for i in verifier.thins(three)][1:] == [INTEL, ARM]

    def test_same_architecture_twice(self) -> None:
        with pytest.raises(PatchError, match="both files hold a slice for arm64"):
            fuse(built("libleaf.1.dylib"), ARM)

    def test_different_kinds(self) -> None:
        with pytest.raises(PatchError, match="different kinds"):
            fuse(INTEL, slice_of("demo.cpython-312-darwin.so", ARM64))

    def test_no_mach_o_file(self) -> None:
        with pytest.raises(BinaryError):
            fuse(INTEL, b"text".ljust(64))


class TestAssemble:
    def test_thin_file(self) -> None:
        assert assemble(INTEL, [ARM]) == ARM

    def test_smaller_contents_keep_their_place(self) -> None:
        data = built("libleaf.1.dylib")
        new = assemble(data, [INTEL[:-100], ARM])
        assert [s[2] for s in verifier.slices(new)] == [s[2] for s in verifier.slices(data)]

    def test_slices_may_lie_in_another_order_than_in_the_header(self) -> None:
        little, big = by_hand("<", I386, []), by_hand(">", PPC, [])
        rows = [(I386, 3, 0x3000, len(little), 12), (PPC, 3, 0x1000, len(big), 12)]
        header = struct.pack(">2I", 0xCAFEBABE, 2)
        header += b"".join(struct.pack(">5I", *row) for row in rows)
        data = header.ljust(0x1000, b"\0") + big.ljust(0x2000, b"\0") + little
        new = assemble(data, [little, big.ljust(0x2001, b"\0")])
        assert [s[:4] for s in verifier.slices(new)] == [
            (I386, 3, 0x4000, len(little)),
            (PPC, 3, 0x1000, 0x2001),
        ]

    def test_more_than_the_header_can_express(self) -> None:
        class Huge(bytes):
            """Bytes that say they are four GiB."""

            def __len__(self) -> int:
                return 1 << 32

        with pytest.raises(PatchError, match="4 GiB"):
            assemble(built("libleaf.1.dylib"), [Huge(), ARM])
