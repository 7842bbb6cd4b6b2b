"""Repairs of Windows wheels, by the public functions, on images made to order."""

import hashlib
import json
import os
import zipfile
from pathlib import Path

import pytest

import wheelcheck
from tests.native import SYSTEM, X86, extension, library
from tests.pe_builder import Pe
from tests.repairing.kit import ENVIRON, libs, members, repair, wheel
from tests.wheels import WheelBuilder
from wheelcheck import Action, Platform, RepairError
from wheelcheck.findings import Outcome


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    return libs(
        tmp_path / "libs",
        liba=library("a", imports={"libb.dll": ["b"]}),
        libb=library("b", imports={"LIBC1.dll": ["c"]}),
        libc1=library("c"),
    )


def test_the_whole_chain_is_bundled_beside_the_extension(tmp_path: Path, chain: Path) -> None:
    source = wheel(tmp_path / "in")
    before = source.read_bytes()
    done = repair(source, tmp_path / "out", chain)
    assert done.action is Action.REPAIRED
    assert done.output == tmp_path / "out" / source.name
    assert source.read_bytes() == before
    bundled = [b.member for b in done.plan.bundles]
    assert [name.partition("-")[0] for name in bundled] == ["pkg/liba", "pkg/libb", "pkg/libc1"]
    report = wheelcheck.inspect(done.output)
    assert report.findings == ()
    ends = {d.library.partition("-")[0]: d.target for d in report.dependencies if d.target}
    assert ends == {"liba": bundled[0], "libb": bundled[1], "libc1": bundled[2]}
    content = members(done.output)
    assert list(content)[-1].endswith(".dist-info/RECORD")
    # The leaf needs no rewrite, so it is the very file.
    assert content[bundled[2]] == (chain / "libc1.dll").read_bytes()


def test_the_marker_says_what_was_done_and_no_path(tmp_path: Path, chain: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", chain)
    assert done.output is not None
    marker = members(done.output)["demo-1.0.dist-info/wheelcheck.json"]
    assert str(tmp_path).encode() not in marker
    told = json.loads(marker)
    leaf = hashlib.sha256((chain / "libc1.dll").read_bytes()).hexdigest()
    assert leaf in {b["sha256"] for b in told["bundled"]}
    assert told["rewritten"][0]["member"] == "pkg/_p.pyd"


def test_it_is_deterministic_and_repairing_twice_changes_nothing(
    tmp_path: Path, chain: Path
) -> None:
    source = wheel(tmp_path / "in")
    first = repair(source, tmp_path / "1", chain)
    for library_file in chain.iterdir():
        os.utime(library_file, (0, 0))
    second = repair(source, tmp_path / "2", chain)
    assert first.output is not None
    assert second.output is not None
    assert first.output.read_bytes() == second.output.read_bytes()
    third = repair(first.output, tmp_path / "3", chain)
    assert third.action is Action.UNCHANGED
    assert third.output is not None
    assert third.output.read_bytes() == first.output.read_bytes()


def test_source_date_epoch(tmp_path: Path, chain: Path) -> None:
    done = wheelcheck.repair(
        wheel(tmp_path / "in"),
        tmp_path / "out",
        add_paths=[chain],
        environ={"SOURCE_DATE_EPOCH": "1700000000"},
    )
    assert done.output is not None
    with zipfile.ZipFile(done.output) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


def test_unchanged_members_keep_their_compressed_bytes_time_and_mode(
    tmp_path: Path, chain: Path
) -> None:
    source = wheel(tmp_path / "in")
    done = repair(source, tmp_path / "out", chain)
    assert done.output is not None
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(done.output) as new:
        for name in ("pkg/__init__.py", "demo-1.0.dist-info/METADATA"):
            a, b = old.getinfo(name), new.getinfo(name)
            assert (a.compress_size, a.date_time, a.external_attr, a.CRC) == (
                b.compress_size,
                b.date_time,
                b.external_attr,
                b.CRC,
            )


def test_nothing_to_do_delivers_the_same_bytes(tmp_path: Path) -> None:
    source = wheel(tmp_path / "in", {"pkg/_p.pyd": extension("_p")})
    done = repair(source, tmp_path / "out")
    assert done.action is Action.UNCHANGED
    assert done.output is not None
    assert done.output.read_bytes() == source.read_bytes()


def test_all_that_is_not_found_is_named_at_once(tmp_path: Path) -> None:
    files = {"pkg/_p.pyd": extension("_p", {"x.dll": ["f"], "y.dll": ["f"], "liba.dll": ["a"]})}
    found = libs(tmp_path / "libs", liba=library("a", imports={"z.dll": ["f"]}))
    with pytest.raises(RepairError) as error:
        repair(wheel(tmp_path / "in", files), tmp_path / "out", found)
    for name in ("x.dll", "y.dll", "z.dll"):
        assert name in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_library_of_another_machine_is_never_taken(tmp_path: Path) -> None:
    wrong = Pe(machine=X86, plus=False, imports=SYSTEM, exports={"a": None}).build()
    folders = [libs(tmp_path / "x86", liba=wrong), libs(tmp_path / "x64", liba=library("a"))]
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", *folders)
    assert done.plan.bundles[0].source.path == tmp_path / "x64" / "liba.dll"
    with pytest.raises(RepairError, match="built for x86"):
        repair(wheel(tmp_path / "in"), tmp_path / "other", folders[0])


def test_the_first_folder_wins_and_other_contents_are_reported(tmp_path: Path) -> None:
    one = libs(tmp_path / "one", liba=library("a"))
    two = libs(tmp_path / "two", liba=library("a", "more"))
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", one, two)
    assert done.plan.bundles[0].source.path == one / "liba.dll"
    [note] = done.plan.notes
    assert str(one / "liba.dll") in note
    assert str(two / "liba.dll") in note


def test_equal_contents_are_no_conflict(tmp_path: Path) -> None:
    folders = [libs(tmp_path / name, liba=library("a")) for name in ("one", "two")]
    assert repair(wheel(tmp_path / "in"), tmp_path / "out", *folders).plan.notes == ()


def test_names_match_whatever_their_case(tmp_path: Path) -> None:
    folder = tmp_path / "libs"
    folder.mkdir()
    (folder / "LibA.DLL").write_bytes(library("a"))
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", folder)
    assert done.plan.bundles[0].member.startswith("pkg/LibA-")


def test_the_search_order(tmp_path: Path) -> None:
    """--add-path, then elsewhere in the wheel, then PATH, then prefixes."""
    files = {
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
        "other/liba.dll": library("a", "in_wheel"),
    }
    added = libs(tmp_path / "added", liba=library("a", "added"))
    on_path = libs(tmp_path / "path", liba=library("a", "path"))
    (tmp_path / "msys").mkdir()
    msys = libs(tmp_path / "msys" / "bin", liba=library("a", "msys"))

    def place(files: dict[str, bytes], *add: Path, **environ: str) -> str:
        plan = wheelcheck.plan_repair(wheel(tmp_path / "in", files), add_paths=add, environ=environ)
        return plan.bundles[0].source.place

    plain = {"pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]})}
    environ = {"PATH": str(on_path), "MINGW_PREFIX": str(msys.parent)}
    assert place(files, added, **environ) == "--add-path"
    assert place(files, **environ) == "the wheel"
    assert place(plain, **environ) == "PATH"
    assert place(plain, MINGW_PREFIX=str(msys.parent)).startswith("MINGW_PREFIX")


def test_dlls_in_the_wheel_are_used_and_never_renamed(tmp_path: Path) -> None:
    files = {
        "pkg/_p.pyd": extension("_p", {"mid.dll": ["f"]}),
        "pkg/mid.dll": library("f", imports={"liba.dll": ["a"]}),
        "pkg/libc1.dll": library("c"),
    }
    found = libs(tmp_path / "libs", liba=library("a", imports={"libc1.dll": ["c"]}))
    (found / "libc1.dll").write_bytes(library("c", "another"))
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found)
    assert [b.library for b in done.plan.bundles] == ["liba.dll"]
    assert done.plan.bundles[0].renames == ()
    assert [r.member for r in done.plan.rewrites] == ["pkg/mid.dll"]


def test_extensions_in_two_folders_each_get_a_copy(tmp_path: Path) -> None:
    files = {f"{p}/_p.pyd": extension("_p", {"liba.dll": ["a"]}) for p in ("one", "two")}
    done = repair(
        wheel(tmp_path / "in", files), tmp_path / "out", libs(tmp_path / "l", liba=library("a"))
    )
    names = [b.member for b in done.plan.bundles]
    assert [n.partition("/")[0] for n in names] == ["one", "two"]
    assert names[0].partition("/")[2] == names[1].partition("/")[2]


def test_libraries_that_need_each_other(tmp_path: Path) -> None:
    cycle = libs(
        tmp_path / "libs",
        liba=library("a", imports={"libb.dll": ["b"]}),
        libb=library("b", imports={"liba.dll": ["a"]}),
    )
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", cycle)
    assert len(done.plan.bundles) == 2
    assert done.report is not None
    assert done.report.findings == ()


def test_the_name_depends_on_what_is_brought_along(tmp_path: Path) -> None:
    a = library("a", imports={"libb.dll": ["b"]})
    names = set()
    for folder, b in (("1", library("b")), ("2", library("b", "more"))):
        found = libs(tmp_path / folder, liba=a, libb=b)
        plan = wheelcheck.plan_repair(wheel(tmp_path / "in"), add_paths=[found], environ=ENVIRON)
        names.add(plan.bundles[0].member)
    assert len(names) == 2


def test_excluded_libraries_are_left_to_the_user(tmp_path: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", exclude=["LIBA*"])
    assert (done.action, done.plan.excluded) == (Action.UNCHANGED, ("liba.dll",))


def test_a_pattern_that_excludes_nothing_is_told(tmp_path: Path, chain: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", chain, exclude=["libz*.dll"])
    assert "--exclude libz*.dll fits no library that would be bundled" in done.notes


def test_a_required_distribution_may_provide_libraries(tmp_path: Path, chain: Path) -> None:
    rule = ["b-libs=libb.dll"]
    with pytest.raises(RepairError, match="does not require b-libs"):
        repair(wheel(tmp_path / "in"), tmp_path / "out", chain, provided_by=rule)
    source = wheel(tmp_path / "2", fields={"Requires-Dist": ["B.Libs>=1"]})
    done = repair(source, tmp_path / "out", chain, provided_by=rule)
    assert [b.library for b in done.plan.bundles] == ["liba.dll"]
    assert done.plan.excluded == ("libb.dll",)
    assert "libb.dll is left to b-libs" in done.notes


@pytest.mark.parametrize(("level", "method"), [(0, zipfile.ZIP_STORED), (9, zipfile.ZIP_DEFLATED)])
def test_the_level_of_compression(tmp_path: Path, chain: Path, level: int, method: int) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", chain, level=level)
    assert done.output is not None
    with zipfile.ZipFile(done.output) as archive:
        assert archive.getinfo(done.plan.bundles[0].member).compress_type == method


def test_a_dry_run_writes_nothing(tmp_path: Path, chain: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", chain, dry_run=True)
    assert (done.action, done.output) == (Action.PLANNED, None)
    assert len(done.plan.bundles) == 3
    assert not (tmp_path / "out").exists()


def test_another_platform_is_left_alone(tmp_path: Path) -> None:
    source = WheelBuilder(tag="cp312-cp312-manylinux_2_17_x86_64").write(tmp_path)
    done = repair(source, tmp_path / "out", platform=Platform.WINDOWS)
    assert done.action is Action.SKIPPED
    assert not (tmp_path / "out").exists()


def test_a_pure_wheel_is_delivered_as_it_is(tmp_path: Path) -> None:
    source = WheelBuilder(tag="py3-none-any", files={"m.py": b""}, purelib=True).write(tmp_path)
    assert repair(source, tmp_path / "out").action is Action.UNCHANGED


def test_signatures_over_record_are_dropped_with_a_word(tmp_path: Path, chain: Path) -> None:
    files = {
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
        "demo-1.0.dist-info/RECORD.jws": b"{}",
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", chain)
    assert done.plan.dropped == ("demo-1.0.dist-info/RECORD.jws",)
    assert any("RECORD.jws" in note for note in done.notes)
    assert done.output is not None
    assert "demo-1.0.dist-info/RECORD.jws" not in members(done.output)


def test_a_removed_certificate_is_reported(tmp_path: Path, chain: Path) -> None:
    signed = Pe(
        imports={**SYSTEM, "liba.dll": ["a"]},
        exports={"PyInit__p": None},
        certificate=b"c" * 64,
    ).build()
    source = wheel(tmp_path / "in", {"pkg/_p.pyd": signed})
    assert any("signed" in note for note in repair(source, tmp_path / "out", chain).notes)


def test_a_member_that_is_not_what_record_lists_is_not_rewritten(
    tmp_path: Path, chain: Path
) -> None:
    builder = WheelBuilder(files={"pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]})})
    right = builder.members()[f"{builder.dist_info}/RECORD"]
    builder.files["pkg/_p.pyd"] = extension("_p", {"liba.dll": ["a"], "KERNEL32.dll": ["Beep"]})
    builder.record = right
    with pytest.raises(RepairError, match="not the file that RECORD lists"):
        repair(builder.write(tmp_path), tmp_path / "out", chain)


def test_wrong_rows_of_record_are_not_made_right(tmp_path: Path, chain: Path) -> None:
    files = {"pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}), "pkg/data.txt": b"right"}
    builder = WheelBuilder(files=files)
    right = builder.members()[f"{builder.dist_info}/RECORD"]
    builder.files["pkg/data.txt"] = b"wrong"
    builder.record = right
    done = repair(builder.write(tmp_path), tmp_path / "out", chain)
    assert done.output is not None
    row = next(
        line
        for line in members(done.output)["demo-1.0.dist-info/RECORD"].splitlines()
        if line.startswith(b"pkg/data.txt")
    )
    assert row in right.splitlines()


def test_rows_that_record_lacks_are_added_and_told(tmp_path: Path, chain: Path) -> None:
    files = {"pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}), "pkg/a.txt": b"", "pkg/b.txt": b""}
    builder = WheelBuilder(files=files)
    rows = builder.members()[f"{builder.dist_info}/RECORD"].splitlines(keepends=True)
    builder.record = b"".join(row for row in rows if b".txt" not in row)
    done = repair(builder.write(tmp_path), tmp_path / "out", chain)
    assert "RECORD had no row for pkg/a.txt, pkg/b.txt; it has now" in done.notes
    assert done.report is not None
    assert not [f for f in done.report.findings if f.code.startswith("WC2")]
    whole = repair(wheel(tmp_path / "in"), tmp_path / "out2", chain)
    assert not [note for note in whole.notes if "RECORD" in note]


def test_a_dry_run_tells_that_the_output_exists(tmp_path: Path, chain: Path) -> None:
    """As the real run would: another file is refused, the very result is not."""
    source, out = wheel(tmp_path / "in"), tmp_path / "out"
    done = repair(source, out, chain)
    assert done.output is not None
    assert repair(source, out, chain, dry_run=True).action is Action.PLANNED
    for content in (b"other", done.output.read_bytes() + b"more"):
        done.output.write_bytes(content)
        with pytest.raises(RepairError, match="exists with other content"):
            repair(source, out, chain, dry_run=True)
        assert repair(source, out, chain, dry_run=True, force=True).action is Action.PLANNED
        assert done.output.read_bytes() == content
        assert [path.name for path in out.iterdir()] == [source.name]
    with pytest.raises(RepairError, match="is the input"):
        repair(source, source.parent, chain, dry_run=True)


def test_a_dry_run_of_a_complete_wheel_tells_it_too(tmp_path: Path) -> None:
    source, out = wheel(tmp_path / "in", {"pkg/_p.pyd": extension("_p")}), tmp_path / "out"
    assert repair(source, out, dry_run=True).action is Action.PLANNED
    assert not out.exists()
    assert repair(source, out).action is Action.UNCHANGED
    assert repair(source, out, dry_run=True).action is Action.PLANNED
    (out / source.name).write_bytes(b"other")
    with pytest.raises(RepairError, match="exists with other content"):
        repair(source, out, dry_run=True)


def test_errors_that_the_input_had_do_not_stop_it(tmp_path: Path, chain: Path) -> None:
    files = {"pkg/_p.pyd": extension("_q", {"liba.dll": ["a"]})}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", chain)
    assert done.report is not None
    assert [f.code for f in done.report.findings] == ["WC601"]


def test_an_error_that_the_input_had_not_stops_it(tmp_path: Path) -> None:
    lacking = libs(tmp_path / "libs", liba=library("something_else"))
    with pytest.raises(RepairError, match="does not export"):
        repair(wheel(tmp_path / "in"), tmp_path / "out", lacking)
    assert not (tmp_path / "out").exists()


def test_every_edge_of_a_result_ends_somewhere(tmp_path: Path, chain: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", chain)
    assert done.report is not None
    assert Outcome.MISSING not in {d.outcome for d in done.report.dependencies}


OPENER = b"import os\nos.add_dll_directory(os.path.join(os.path.dirname(__file__), 'lib'))\n"


def test_a_library_of_the_wheel_that_is_loaded_from_two_folders(tmp_path: Path) -> None:
    """It is bound once, and what it needs lies in both folders."""
    module = extension("_p", {"mid.dll": ["m"]})
    files = {
        "_p.pyd": module,
        "pkg/__init__.py": OPENER,
        "pkg/_p.pyd": module,
        "pkg/lib/mid.dll": library("m", imports={"liba.dll": ["a"]}),
    }
    found = libs(tmp_path / "libs", liba=library("a"))
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, layout="beside")
    names = {b.member.rpartition("/")[2] for b in done.plan.bundles}
    assert len(names) == 1
    assert {b.member.rpartition("/")[0] for b in done.plan.bundles} == {"", "pkg"}


def test_two_folders_that_need_different_copies(tmp_path: Path) -> None:
    module = extension("_p", {"mid.dll": ["m"]})
    files = {
        "one/__init__.py": b"",
        "one/_p.pyd": module,
        "one/libb.dll": library("b"),
        "pkg/__init__.py": OPENER,
        "pkg/_p.pyd": module,
        "pkg/lib/mid.dll": library("m", imports={"liba.dll": ["a"]}),
    }
    found = libs(
        tmp_path / "libs", liba=library("a", imports={"libb.dll": ["b"]}), libb=library("b", "x")
    )
    with pytest.raises(RepairError, match="different copies"):
        repair(wheel(tmp_path / "in", files), tmp_path / "out", found)


def test_folders_that_share_a_context_each_get_their_library(tmp_path: Path) -> None:
    """The closure resolves such loads once; only the folders that lead to the gap are served."""
    source = b"import os\nos.add_dll_directory(os.path.join(__file__, '..', 'shared'))\n"
    files = {
        "pkg/__init__.py": source,
        "pkg/one/_a.pyd": extension("_a", {"mid.dll": ["f"]}),
        "pkg/two/_b.pyd": extension("_b", {"mid.dll": ["f"]}),
        "pkg/three/_c.pyd": extension("_c"),
        "pkg/shared/mid.dll": library("f", imports={"liba.dll": ["a"]}),
    }
    found = libs(tmp_path / "libs", liba=library("a"))
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, layout="beside")
    folders = [bundle.member.rpartition("/")[0] for bundle in done.plan.bundles]
    assert folders == ["pkg/one", "pkg/two"]


def test_a_link_that_leads_nowhere_hides_no_file(tmp_path: Path, chain: Path) -> None:
    (chain / "loop").symlink_to(chain / "loop")
    assert repair(wheel(tmp_path / "in"), tmp_path / "out", chain).action is Action.REPAIRED


def test_a_damaged_library_is_not_taken_while_there_is_a_good_one(tmp_path: Path) -> None:
    cut = library("a")[:-0x300]
    folders = [libs(tmp_path / "bad", liba=cut), libs(tmp_path / "good", liba=library("a"))]
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", *folders)
    assert done.plan.bundles[0].source.path == tmp_path / "good" / "liba.dll"
    with pytest.raises(RepairError, match="damaged"):
        repair(wheel(tmp_path / "in"), tmp_path / "other", folders[0])


def test_an_absent_folder_is_told_even_when_the_repair_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RepairError) as refused:
        repair(wheel(tmp_path / "in"), tmp_path / "out", tmp_path / "absent")
    assert refused.value.missing == ("liba.dll",)
    assert any("there is no such folder" in note for note in refused.value.notes)


def test_defects_that_the_new_archive_has_not_do_not_stop_it(tmp_path: Path, chain: Path) -> None:
    source = wheel(tmp_path / "in")
    with zipfile.ZipFile(source, "a") as archive:
        archive.comment = b"built on a Friday"
    done = repair(source, tmp_path / "out", chain)
    assert done.report is not None
    assert done.report.findings == ()


def test_an_ambiguous_archive_is_refused(tmp_path: Path, chain: Path) -> None:
    source = wheel(tmp_path / "in")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(source, "a") as archive:
        archive.writestr("pkg/__init__.py", b"other")
    with pytest.raises(RepairError, match="not sound"):
        repair(source, tmp_path / "out", chain)
