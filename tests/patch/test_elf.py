import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.elf_samples import CHAINS, OBJECTS, elf, own_objects, sample, without_sections
from tests.patch.elf_rules import check_legal, unnamed
from wheelcheck.binary.elf_image import DT, PT, ElfImage
from wheelcheck.binary.elf_object import Reference, StackExecution
from wheelcheck.errors import PatchError, WheelcheckError
from wheelcheck.patch.elf import ElfEdit, rewrite

LONG = "$ORIGIN/../demo.libs:" + "/a/long/way" * 20
BUNDLED = ElfEdit(
    needed={"libleaf.so.1": "libleaf-0a1b2c3d.so.1", "libc.so.6": "libc-0a1b2c3d.so.6"},
    soname="libnew-0a1b2c3d.so.2",
    rpath=LONG,
)
WAYS = pytest.mark.parametrize("bare", [False, True], ids=["sections", "no sections"])


def _prepared(name: str, *, bare: bool) -> bytes:
    return without_sections(sample(name)) if bare else sample(name)


# -- what changes, and what does not ------------------------------------------


@WAYS
@pytest.mark.parametrize("name", OBJECTS)
def test_names_change_and_nothing_else(name: str, *, bare: bool) -> None:
    data = _prepared(name, bare=bare)
    before, result = elf(data), rewrite(data, BUNDLED)
    after = elf(result)
    assert after.needed == tuple(BUNDLED.needed.get(name, name) for name in before.needed)
    assert after.soname == BUNDLED.soname
    assert after.rpath == LONG
    assert after.runpath is None
    assert list(after.version_needs) == [
        BUNDLED.needed.get(name, name) for name in before.version_needs
    ]
    # the C library is told by its name, among others
    same = {**unnamed(result), "libc": before.libc}
    assert same == unnamed(data)
    check_legal(result)


@pytest.mark.parametrize("name", OBJECTS)
def test_no_edit_is_no_change(name: str) -> None:
    assert rewrite(sample(name), ElfEdit()) == sample(name)
    assert rewrite(sample(name), ElfEdit(needed={"other.so": "another.so"})) == sample(name)


@pytest.mark.parametrize("chain", CHAINS)
def test_code_and_data_stay_where_they_are(chain: str) -> None:
    data = sample(f"{chain}/libmid.so.2")
    result = rewrite(data, BUNDLED)
    old, new = ElfImage(data), ElfImage(result)
    loads = [s for s in old.segments if s.type == PT.LOAD]
    added = [s for s in new.segments if s.type == PT.LOAD][len(loads) :]
    assert len(added) == 1
    assert added[0].align == max(load.align for load in loads)
    for load in loads:
        if load.flags & 1 and load.offset:  # code, where it does not share with the headers
            assert load in new.segments
            code = slice(load.offset, load.offset + load.filesz)
            assert result[code] == data[code]


# -- where the strings go -----------------------------------------------------


@pytest.mark.parametrize("chain", CHAINS)
def test_a_name_that_fits_takes_the_old_one_s_place(chain: str) -> None:
    data = sample(f"{chain}/libmid.so.2")
    result = rewrite(data, ElfEdit(needed={"libleaf.so.1": "libl-1.so.1"}, soname="libm-1.so.2"))
    assert len(result) == len(data)
    assert ElfImage(result).segments == ElfImage(data).segments
    assert elf(result).needed[0] == "libl-1.so.1"
    assert b"libleaf" not in result
    check_legal(result)


def test_a_name_that_stands_there_is_used() -> None:
    """Also as the end of another."""
    data = sample("x86_64-gnu/libmid.so.2")
    result = rewrite(data, ElfEdit(soname="tenv"))
    assert len(result) == len(data)
    assert elf(result).soname == "tenv"
    assert Reference("getenv", False, "GLIBC_2.2.5", "libc.so.6") in elf(result).references


def test_a_string_that_symbols_share_survives() -> None:
    data = rewrite(sample("x86_64-gnu/libmid.so.2"), ElfEdit(soname="mid_value"))
    result = rewrite(data, ElfEdit(soname="other"))
    assert elf(result).soname == "other"
    assert "mid_value" in elf(result).exports.names


def test_names_can_be_exchanged() -> None:
    first, second = elf(sample("x86_64-gnu/libmid.so.2")).needed
    edit = ElfEdit(needed={first: second, second: first})
    result = rewrite(sample("x86_64-gnu/libmid.so.2"), edit)
    assert elf(result).needed == (second, first)
    assert list(elf(result).version_needs) == list(
        map(edit.needed.__getitem__, elf(sample("x86_64-gnu/libmid.so.2")).version_needs)
    )


@WAYS
@pytest.mark.parametrize("name", OBJECTS)
def test_a_second_edit_does_not_grow_the_file_again(name: str, *, bare: bool) -> None:
    once = rewrite(_prepared(name, bare=bare), BUNDLED)
    assert rewrite(once, BUNDLED) == once
    other = ElfEdit(
        needed={new: new.replace("0a1b2c3d", "99999999") for new in BUNDLED.needed.values()},
        soname="libnew-99999999.so.2",
        rpath=LONG.replace("long", "gone"),
    )
    twice = rewrite(once, other)
    assert len(twice) == len(once)
    assert b"0a1b2c3d" not in twice
    longer = rewrite(twice, ElfEdit(rpath=LONG * 2))
    assert len(longer) - len(twice) < 3 * len(LONG)
    assert len(ElfImage(longer).segments) == len(ElfImage(once).segments)
    check_legal(longer)


def test_what_other_tools_left_behind_the_annex_moves_along() -> None:
    """``strip`` puts section names and headers behind the last segment."""
    once = rewrite(sample("x86_64-gnu-joined/libmid.so.2"), BUNDLED)
    image = ElfImage(once)
    table = image.shnum * image.layout.section.size
    moved = bytearray(once + bytes(-len(once) % 8) + once[image.shoff : image.shoff + table])
    struct.pack_into("<Q", moved, 40, len(moved) - table)
    result = rewrite(bytes(moved), ElfEdit(rpath=LONG * 3))
    check_legal(result)
    assert unnamed(result) == unnamed(once)
    assert ElfImage(result).section_names(ElfImage(result).sections()) == (
        image.section_names(image.sections())
    )


# -- the search path ----------------------------------------------------------


def test_a_removed_path_is_not_in_the_file() -> None:
    data = sample("x86_64-grudged/libmid.so.2")
    assert b"/home/builder" in data
    result = rewrite(data, ElfEdit(rpath=""))
    assert b"/home/builder" not in result
    assert elf(result).rpath is None
    assert len(result) == len(data)


def test_a_path_of_the_other_kind_replaces_both() -> None:
    data = sample("x86_64-grudged/libmid.so.2")
    result = elf(rewrite(data, ElfEdit(rpath="$ORIGIN", runpath=True)))
    assert (result.rpath, result.runpath) == (None, "$ORIGIN")
    back = elf(rewrite(rewrite(data, ElfEdit(rpath="$ORIGIN", runpath=True)), ElfEdit(rpath="/x")))
    assert (back.rpath, back.runpath) == ("/x", None)


def _without_spare_entries(data: bytes) -> bytes:
    """Shorten the dynamic table to its entries and its end."""
    image, changed = ElfImage(data), bytearray(data)
    size = (len(image.dynamic) + 1) * image.layout.dynamic.size
    index = [s.type for s in image.segments].index(PT.DYNAMIC)
    struct.pack_into("<QQ", changed, image.phoff + 56 * index + 32, size, size)
    names = image.section_names(image.sections())
    struct.pack_into("<Q", changed, image.shoff + 64 * names.index(".dynamic") + 32, size)
    return bytes(changed)


def test_a_full_dynamic_table_moves() -> None:
    data = _without_spare_entries(sample("x86_64-gnu-joined/libmid.so.2"))
    result = rewrite(data, ElfEdit(rpath=LONG))
    check_legal(result)
    assert unnamed(result) == unnamed(data)
    image = ElfImage(result)
    dynamic = image.first(PT.DYNAMIC)
    assert dynamic is not None
    sections = image.sections()
    names = image.section_names(sections)
    table = sections[names.index(".symtab")]
    strings = sections[names.index(".strtab")]
    entries = image.layout.symbol.iter_unpack(result[table.offset : table.offset + table.size])
    found = {
        entry[4] for entry in entries if result.startswith(b"_DYNAMIC\0", strings.offset + entry[0])
    }
    assert found == {dynamic.vaddr}
    again = rewrite(rewrite(result, ElfEdit(rpath="")), ElfEdit(rpath=LONG))
    assert len(again) == len(result)


# -- libraries no longer needed -----------------------------------------------


@pytest.mark.parametrize("chain", CHAINS)
def test_a_removed_library_leaves_no_version_behind(chain: str) -> None:
    data = sample(f"{chain}/libmid.so.2")
    result = elf(rewrite(data, ElfEdit(remove_needed=frozenset({"libleaf.so.1"}))))
    assert "libleaf.so.1" not in result.needed
    assert "libleaf.so.1" not in result.version_needs
    assert Reference("leaf_value", False, None, None) in result.references
    versions = {r.name: r.version for r in elf(data).references if r.name != "leaf_value"}
    assert {r.name: r.version for r in result.references if r.name != "leaf_value"} == versions


def test_without_any_version_need_the_tags_go_too() -> None:
    data = sample("x86_64-gnu/libmid.so.2")
    result = rewrite(data, ElfEdit(remove_needed=frozenset({"libleaf.so.1", "libc.so.6"})))
    image = ElfImage(result)
    assert image.tag(DT.VERNEED) is None
    assert image.tag(DT.VERNEEDNUM) is None
    assert elf(result).needed == ()
    assert all(reference.version is None for reference in elf(result).references)


# -- the stack ----------------------------------------------------------------


def test_an_executable_stack_is_refused() -> None:
    data = sample("x86_64-grudged/libmid.so.2")
    result = rewrite(data, ElfEdit(clear_execstack=True))
    assert elf(result).stack is StackExecution.FORBIDDEN
    assert sum(a != b for a, b in zip(data, result, strict=True)) == 1


@WAYS
@pytest.mark.parametrize("name", ["x86_64-gnu/libmid.so.2", "x86_64-gnu/program"])
def test_a_missing_word_about_the_stack_is_added(name: str, *, bare: bool) -> None:
    data = bytearray(_prepared(name, bare=bare))
    index = [s.type for s in ElfImage(data).segments].index(PT.GNU_STACK)
    struct.pack_into("<I", data, 64 + 56 * index, 0)
    assert elf(bytes(data)).stack is StackExecution.UNSTATED
    result = rewrite(bytes(data), ElfEdit(clear_execstack=True))
    assert elf(result).stack is StackExecution.FORBIDDEN
    check_legal(result)
    again = rewrite(result, ElfEdit(rpath=LONG))
    assert len(ElfImage(again).segments) == len(ElfImage(result).segments)


# -- what cannot be done ------------------------------------------------------


@WAYS
@pytest.mark.parametrize("name", ["x86_64-gnu/libmid.so.2", "x86_64-gnu/program"])
def test_what_cannot_move_is_not_overwritten(name: str, *, bare: bool) -> None:
    """Notes that no segment tells of might be anything."""
    data = bytearray(_prepared(name, bare=bare))
    image = ElfImage(data)
    for index, segment in enumerate(image.segments):
        if segment.type in (PT.NOTE, PT.GNU_PROPERTY):
            struct.pack_into("<I", data, image.phoff + 56 * index, 0)
    if name.endswith("program"):
        struct.pack_into("<Q", data, image.phoff + 56 + 32, 0)  # nor of the interpreter's name
        with pytest.raises(PatchError, match="cannot be moved"):
            rewrite(bytes(data), BUNDLED)
        return
    result = rewrite(bytes(data), BUNDLED)
    start = slice(image.phoff + len(image.segments) * 56, 0x400)
    known = [ElfImage(data).tag(DT.STRTAB) or 0, ElfImage(data).tag(DT.GNU_HASH) or 0]
    assert result[start.start : min(known)] == data[start.start : min(known)]
    check_legal(result, strippable=False)
    assert unnamed(result) == unnamed(bytes(data))
    again = rewrite(result, ElfEdit(rpath=LONG.replace("long", "gone")))
    assert len(again) == len(result)
    more = rewrite(result, ElfEdit(rpath=LONG * 2))
    check_legal(more, strippable=False)
    assert len(ElfImage(more).segments) == len(ElfImage(result).segments)


def test_an_object_for_the_linker_has_nothing_to_edit() -> None:
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    data = head + struct.pack("<HHIQQQIHHHHHH", 1, 62, 1, 0, 0, 0, 0, 64, 0, 0, 64, 0, 0)
    assert rewrite(data, ElfEdit()) == data
    for edit in (BUNDLED, ElfEdit(clear_execstack=True)):
        with pytest.raises(PatchError):
            rewrite(data, edit)


# -- any names, any damage ----------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=300)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(OBJECTS), NAMES, NAMES, NAMES, st.booleans(), st.booleans())
def test_any_names(
    name: str,
    needed: str,
    soname: str,
    path: str,
    runpath: bool,
    bare: bool,
) -> None:
    data = _prepared(name, bare=bare)
    edit = ElfEdit(needed={"libleaf.so.1": needed}, soname=soname, rpath=path, runpath=runpath)
    result = rewrite(data, edit)
    check_legal(result)
    read = elf(result)
    assert (read.soname, read.runpath if runpath else read.rpath) == (soname, path)
    old = elf(data).needed
    assert read.needed == tuple(needed if n == "libleaf.so.1" else n for n in old)
    assert {**unnamed(result), "libc": None} == {**unnamed(data), "libc": None}
    assert len(rewrite(result, edit)) == len(result)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OBJECTS), st.data())
def test_damaged_objects_are_patched_or_refused(name: str, choose: st.DataObject) -> None:
    data = bytearray(sample(name))
    for _ in range(choose.draw(st.integers(1, 6))):
        at = choose.draw(st.integers(4, 0x400) | st.integers(0, len(data) - 8))
        data[at : at + 8] = choose.draw(
            st.binary(min_size=1, max_size=8) | st.just(b"\xff" * 8) | st.just(bytes(8))
        )
    edit = ElfEdit(
        needed=BUNDLED.needed,
        remove_needed=frozenset({"libc.so"}),
        rpath=LONG,
        clear_execstack=True,
    )
    try:
        result = rewrite(bytes(data), edit)
    except WheelcheckError as error:
        assert str(error)  # noqa: PT017
    else:
        assert len(result) < 3 * len(data) + 10_000


# -- the running machine's own ------------------------------------------------


@pytest.mark.skipif(not own_objects(), reason="no ELF objects here")
def test_this_machine_s_objects() -> None:
    for path in own_objects():
        data = path.read_bytes()
        old = elf(data)
        names = {name: name.replace(".", "-0a1b2c3d.", 1) for name in old.needed}
        result = rewrite(data, ElfEdit(needed=names, soname="libnew-0a1b2c3d.so", rpath=LONG))
        read = elf(result)
        assert read.needed == tuple(names.values()), path
        assert (read.soname, read.rpath) == ("libnew-0a1b2c3d.so", LONG), path
        # programs are told from libraries by the soname too
        told = {**unnamed(result), "libc": old.libc}
        assert told == unnamed(data), path
        check_legal(result)
