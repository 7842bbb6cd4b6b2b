import struct
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import macho_verifier as verifier
from tests.macho_images import ARM64, BUILT, I386, PPC, X86_64, built, by_hand, fat, slice_of
from tests.macho_verifier import Thin
from wheelcheck.errors import PatchError
from wheelcheck.patch.macho import MachoEdit, rewrite

MODULE = built("demo.cpython-312-darwin.so")
LEAF = built("libleaf.1.dylib")
MID = "@rpath/libmid.dylib"
LONG = "@loader_path/" + "long/" * 60 + "libmid.dylib"


def edited(data: bytes, edit: MachoEdit | Sequence[MachoEdit]) -> list[Thin]:
    return verifier.check(rewrite(data, edit, identifier="given").data)


def content(image: Thin) -> bytes:
    """Return all bytes between the room of the header and the signature."""
    end = image.signature[0] if image.signature else len(image.data)
    return image.data[image.content_start : end]


class TestNames:
    def test_library_in_all_slices(self) -> None:
        new = "@loader_path/.dylibs/libmid.dylib"
        for image in edited(MODULE, MachoEdit(libraries={MID: new})):
            assert image.loads == [("normal", new), ("normal", "/usr/lib/libSystem.B.dylib")]

    def test_number_kind_and_order_stay(self) -> None:
        data = built("libmid.dylib")
        names = {
            name: f"@loader_path/{i}" for i, (_, name) in enumerate(verifier.parse(data).loads)
        }
        [image] = edited(data, MachoEdit(libraries=names))
        assert image.loads == [(kind, names[name]) for kind, name in verifier.parse(data).loads]

    def test_versions_stay(self) -> None:
        before = verifier.parse(slice_of("libleaf.1.dylib", ARM64)).one(0xD) or b""
        [_, image] = edited(LEAF, MachoEdit(install_name="/DLC/x"))
        assert (image.one(0xD) or b"")[8:24] == before[8:24]
        assert image.ident == ["/DLC/x"]

    def test_install_name_only_where_there_is_one(self) -> None:
        edit = MachoEdit(install_name="/DLC/x")
        assert rewrite(MODULE, edit, identifier="x").data == MODULE

    def test_each_slice_by_itself(self) -> None:
        edits = [MachoEdit(libraries={MID: "@rpath/a"}), MachoEdit(libraries={MID: "@rpath/b"})]
        first, second = edited(MODULE, edits)
        assert first.loads[0][1] == "@rpath/a"
        assert second.loads[0][1] == "@rpath/b"

    def test_unedited_slice_stays_to_the_byte(self) -> None:
        edits = [MachoEdit(libraries={MID: "@rpath/a"}), MachoEdit()]
        before, after = verifier.thins(MODULE), edited(MODULE, edits)
        assert after[1].data == before[1].data

    @pytest.mark.parametrize("name", ["", "a\0b"])
    def test_names_that_are_none(self, name: str) -> None:
        with pytest.raises(PatchError, match="is no name"):
            rewrite(MODULE, MachoEdit(libraries={MID: name}), identifier="x")

    @pytest.mark.parametrize(("order", "cputype"), [("<", I386), (">", PPC)])
    def test_old_machines(self, order: str, cputype: int) -> None:
        data = by_hand(order, cputype, [(0xC, "liba.dylib"), (0x8000001C, "/x")])
        edit = MachoEdit(libraries={"liba.dylib": "@loader_path/b"}, rpaths={"/x": None})
        [image] = edited(data, edit)
        assert image.loads == [("normal", "@loader_path/b")]
        assert image.rpaths == []
        assert image.signature is None


class TestRpaths:
    def test_removed_kept_replaced_and_added(self) -> None:
        edit = MachoEdit(
            rpaths={"/opt/build/lib": None, "@loader_path": "@loader_path/."},
            add_rpaths=("@loader_path/../x.dylibs",),
        )
        for image in edited(LEAF, edit):
            assert image.rpaths == ["@loader_path/.", "@loader_path/../x.dylibs"]

    def test_none_stands_twice(self) -> None:
        edit = MachoEdit(rpaths={"/opt/build/lib": "@loader_path"}, add_rpaths=("@loader_path",))
        for image in edited(LEAF, edit):
            assert image.rpaths == ["@loader_path"]

    def test_bytes_that_come_free_are_room_again(self) -> None:
        before = verifier.thins(LEAF)
        after = edited(LEAF, MachoEdit(rpaths={"/opt/build/lib": None}))
        for old, new in zip(before, after, strict=True):
            assert new.cmds_end == old.cmds_end - 32
            assert not any(new.data[new.cmds_end : new.content_start])


class TestSignatures:
    def test_signed_stays_signed_and_unsigned_unsigned(self) -> None:
        intel, arm = edited(LEAF, MachoEdit(install_name="/DLC/x"))
        assert intel.signature is None
        assert verifier.check_signature(arm)["flags"] == 2

    def test_unsigned_arm64_is_signed(self) -> None:
        data = slice_of("libleaf.1.dylib", ARM64)
        kind, at, raw = verifier.parse(data).cmds[-1]
        assert kind == 0x1D
        start, size = struct.unpack_from("<2I", raw, 8)
        bare = bytearray(data[:start])
        bare[at : at + 16] = bytes(16)
        count, total = struct.unpack_from("<2I", bare, 16)
        struct.pack_into("<2I", bare, 16, count - 1, total - 16)
        linkedit = data.index(b"__LINKEDIT") + 40
        (filesize,) = struct.unpack_from("<Q", bare, linkedit)
        struct.pack_into("<Q", bare, linkedit, filesize - size)
        [image] = edited(bytes(bare), MachoEdit(install_name="/DLC/x"))
        assert verifier.check_signature(image)["identifier"] == "given"

    def test_nothing_to_do_is_nothing_done(self) -> None:
        for name in BUILT:
            patch = rewrite(built(name), MachoEdit(libraries={"absent": "x"}), identifier="x")
            assert patch.data == built(name)
            assert patch.notes == ()


class TestRoom:
    def test_identity_that_needs_no_growth(self) -> None:
        data = slice_of("librich-opcodes.dylib", X86_64)
        assert verifier.parse(data).content_start - verifier.parse(data).cmds_end < 8
        patch = rewrite(data, MachoEdit(install_name="@rpath/libother.dylib"), identifier="x")
        assert patch.notes == ()

    def test_room_from_an_rpath_that_goes(self) -> None:
        for kind in (X86_64, ARM64):
            data = slice_of("demo.cpython-312-darwin.so", kind)
            room = verifier.parse(data).content_start - verifier.parse(data).cmds_end
            new = "@rpath/" + "x" * (len(MID) - 7 + 24 + room // 8 * 8)
            edit = MachoEdit(libraries={MID: new}, rpaths={"/opt/build/lib": None})
            patch = rewrite(data, edit, identifier="x")
            assert patch.notes == ()
            assert verifier.check(patch.data)[0].loads[0][1] == new

    def test_room_from_padding_of_other_names(self) -> None:
        commands = [(0xC, "a.dylib"), (0xC, "b.dylib" + "\0" * 40)]
        data = by_hand("<", I386, commands, pad=0)
        patch = rewrite(data, MachoEdit(libraries={"a.dylib": "a" * 47}), identifier="x")
        assert patch.notes == ()
        assert [name for _, name in verifier.check(patch.data)[0].loads] == ["a" * 47, "b.dylib"]

    def test_room_from_commands_that_say_nothing(self) -> None:
        data = slice_of("librich-chains.dylib", ARM64)
        room = verifier.parse(data).content_start - verifier.parse(data).cmds_end
        old = "@rpath/librich.dylib"
        new = old + "x" * (16 + room // 8 * 8)
        patch = rewrite(data, MachoEdit(install_name=new), identifier="x")
        assert patch.notes == ("arm64: dropped 1 load commands that no loader reads",)
        [image] = verifier.check(patch.data)
        assert image.ident == [new]
        assert image.one(0x29) is None  # LC_DATA_IN_CODE, whose table is empty
        assert image.one(0x1B)  # LC_UUID

    def test_no_more_is_dropped_than_needed(self) -> None:
        commands = [(0xC, "a.dylib"), (0x2A, "\0" * 7), (0x2A, "\0" * 7)]
        data = by_hand("<", I386, commands, pad=0)
        patch = rewrite(data, MachoEdit(libraries={"a.dylib": "a" * 39}), identifier="x")
        assert patch.notes == ("i386: dropped 1 load commands that no loader reads",)
        [image] = verifier.check(patch.data)
        assert [cmd for cmd, _, _ in image.cmds] == [1, 1, 0xC, 0x2A]

    def test_image_is_moved_when_all_that_is_not_enough(self) -> None:
        patch = rewrite(MODULE, MachoEdit(libraries={MID: LONG}), identifier="x")
        assert patch.notes == tuple(
            f"{name}: moved the image by 16384 bytes, for its header had no room"
            for name in ("x86_64", "arm64")
        )
        for image in verifier.check(patch.data):
            assert image.loads[0] == ("normal", LONG)

    def test_refused_when_it_cannot_be_moved(self) -> None:
        data = by_hand("<", I386, [(0xC, "a.dylib")], pad=0)
        with pytest.raises(PatchError, match=r"i386: the header lacks .* bytes, and .*headerpad"):
            rewrite(data, MachoEdit(libraries={"a.dylib": LONG}), identifier="x")

    def test_room_is_never_taken_from_bytes_in_use(self) -> None:
        data = bytearray(by_hand("<", I386, [(0xC, "a.dylib")], pad=64))
        data[verifier.parse(bytes(data)).cmds_end + 4] = 1
        with pytest.raises(PatchError):
            rewrite(bytes(data), MachoEdit(libraries={"a.dylib": "a" * 40}), identifier="x")


class TestFatFiles:
    def test_later_slices_move_when_one_grows(self) -> None:
        before = verifier.slices(MODULE)
        patch = rewrite(MODULE, [MachoEdit(libraries={MID: LONG}), MachoEdit()], identifier="x")
        verifier.check(patch.data)
        after = verifier.slices(patch.data)
        assert [s[:2] + s[4:] for s in after] == [s[:2] + s[4:] for s in before]
        assert after[0][2] == before[0][2]
        assert after[1][2] > before[1][2]
        offset, size = after[1][2:4]
        assert patch.data[offset : offset + size] == verifier.thins(MODULE)[1].data

    def test_header_of_64_bits_stays_one(self) -> None:
        patch = rewrite(
            built("libleaf-fat64.dylib"), MachoEdit(install_name="/DLC/x"), identifier="x"
        )
        assert patch.data[:4] == b"\xca\xfe\xba\xbf"
        assert [i.ident for i in verifier.check(patch.data)] == [["/DLC/x"]] * 2

    def test_order_of_the_header_stays(self) -> None:
        pair = [(PPC, by_hand(">", PPC, [(0xC, "a")])), (I386, by_hand("<", I386, [(0xC, "a")]))]
        patch = rewrite(fat(*pair), MachoEdit(libraries={"a": "b"}), identifier="x")
        assert [s[0] for s in verifier.slices(patch.data)] == [PPC, I386]


NAMES = st.text(
    st.characters(codec="ascii", min_codepoint=33, exclude_characters="\0"), min_size=1, max_size=90
)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(BUILT), data=st.data())
def test_whatever_the_names_all_other_bytes_stay(name: str, data: st.DataObject) -> None:
    before = verifier.thins(built(name))
    edits = []
    for image in before:
        libraries = {old: data.draw(NAMES) for _, old in image.loads}
        rpaths = {old: data.draw(st.none() | NAMES) for old in image.rpaths}
        edits.append(
            MachoEdit(
                libraries,
                data.draw(st.none() | NAMES),
                rpaths,
                tuple(data.draw(st.lists(NAMES, max_size=2))),
            )
        )
    patch = rewrite(built(name), edits, identifier="x")
    for old, new, edit in zip(before, verifier.check(patch.data), edits, strict=True):
        assert new.loads == [(kind, edit.libraries[lib]) for kind, lib in old.loads]
        assert new.ident == ([edit.install_name or old.ident[0]] if old.ident else [])
        kept = [edit.rpaths[r] for r in old.rpaths] + list(edit.add_rpaths)
        assert new.rpaths == list(dict.fromkeys(r for r in kept if r is not None))
        if new.content_start == old.content_start:  # it was not moved
            assert content(new) == content(old)
