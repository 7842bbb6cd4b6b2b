"""What users of delvewheel and cibuildwheel reported, each with the number of its issue.

Not here but in ``test_layouts``: #6, #9, #38 (cibuildwheel #2983), #47, #53, #68; in
``test_options``: #73. Numbers are those of adang1345/delvewheel.
"""

import ast
import inspect
import json
import types
import zipfile
from pathlib import Path

import pytest

import wheelcheck
from tests.native import ARM64, SYSTEM, extension, library
from tests.pe_builder import Pe, without_padding
from tests.repairing.kit import libs, members, repair, wheel
from tests.wheels import WheelBuilder
from wheelcheck import Action, RepairError
from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.findings import Outcome


def image(data: bytes) -> PeImage:
    [piece] = read_pe(data).slices
    assert isinstance(piece, PeImage)
    return piece


def bundled(done: wheelcheck.Repair, library_name: str) -> bytes:
    assert done.output is not None
    [member] = [b.member for b in done.plan.bundles if b.library == library_name]
    return members(done.output)[member]


def test_26_and_60_libraries_inside_the_wheel_are_found(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": b"",
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
        "pkg/liba.dll": library("a", imports={"libb.dll": ["b"]}),
        "pkg/libb.dll": library("b"),
    }
    assert repair(wheel(tmp_path / "in", files), tmp_path / "1").action is Action.UNCHANGED
    files["pkg/other/libb.dll"] = files.pop("pkg/libb.dll")
    done = repair(wheel(tmp_path / "in", files), tmp_path / "2")
    assert [b.source.member for b in done.plan.bundles] == ["pkg/other/libb.dll"]


@pytest.mark.parametrize("overlay", [b"", b"appended by a tool " * 50])
@pytest.mark.parametrize("room", [True, False])
def test_2_3_15_and_21_overlays_are_kept(tmp_path: Path, overlay: bytes, room: bool) -> None:
    """COFF symbols of GNU linkers (libgcc, libwinpthread), and what Intel's tools append (MKL)."""
    data = Pe(
        imports={**SYSTEM, "libb.dll": ["b"]}, exports={"a": None}, symbols=50, overlay=overlay
    ).build()
    data = data if room else without_padding(data)
    found = libs(tmp_path / "libs", liba=data, libb=library("b"))
    after = bundled(repair(wheel(tmp_path / "in"), tmp_path / "out", found), "liba.dll")
    old, new = image(data).coff_symbols, image(after).coff_symbols
    assert old is not None
    assert new is not None
    assert after[new[0] : sum(new)] == data[old[0] : sum(old)]
    assert overlay in after


def test_49_a_library_that_restricts_its_own_search_finds_what_is_bundled(tmp_path: Path) -> None:
    """TBB is built with /DEPENDENTLOADFLAG:0x2000."""
    tbb = Pe(
        imports={**SYSTEM, "libb.dll": ["b"]}, exports={"a": None}, dependent_load_flags=0x2000
    ).build()
    found = libs(tmp_path / "libs", liba=tbb, libb=library("b"))
    files = {"pkg/__init__.py": b"", "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]})}
    for kept in ({}, {"pkg/libb.dll": library("b")}):
        done = repair(wheel(tmp_path / "in", files | kept), tmp_path / "out", found, force=True)
        assert image(bundled(done, "liba.dll")).dependent_load_flags == 0


def test_44_a_runtime_of_another_machine_is_named_and_not_taken(tmp_path: Path) -> None:
    """cibuildwheel #2918: on an x64 host PATH holds no msvcp140.dll for ARM64."""
    imports = {**SYSTEM, "python3.dll": ["f"], "MSVCP140.dll": ["f"]}
    module = Pe(machine=ARM64, imports=imports, exports={"PyInit__p": None}).build()
    source = WheelBuilder(tag="cp311-abi3-win_arm64", files={"p/_p.pyd": module}).write(tmp_path)
    path = libs(tmp_path / "path", msvcp140=library("f"))
    with pytest.raises(RepairError, match=r"(?i)msvcp140\.dll(.|\n)*built for x86_64, not arm64"):
        wheelcheck.repair(source, tmp_path / "out", environ={"PATH": str(path)})
    right = Pe(machine=ARM64, imports=SYSTEM, exports={"f": None}).build()
    added = libs(tmp_path / "arm", msvcp140=right)
    done = wheelcheck.repair(
        source, tmp_path / "out", add_paths=[added], environ={"PATH": str(path)}
    )
    assert [b.library for b in done.plan.bundles] == ["msvcp140.dll"]


def test_54_the_folder_named_by_the_user_comes_before_path(tmp_path: Path) -> None:
    """A JDK's old msvcp140.dll came first on PATH; what is not taken is said."""
    files = {"pkg/_p.pyd": extension("_p", {"MSVCP140.dll": ["f"]})}
    jdk = libs(tmp_path / "jdk", msvcp140=library("f"))
    ours = libs(tmp_path / "ours", msvcp140=library("f", "new"))
    done = wheelcheck.repair(
        wheel(tmp_path / "in", files),
        tmp_path / "out",
        add_paths=[ours],
        environ={"PATH": str(jdk)},
    )
    assert done.plan.bundles[0].source.path == ours / "msvcp140.dll"
    assert any(str(jdk / "msvcp140.dll") in note for note in done.notes)


def test_70_api_sets_are_no_files(tmp_path: Path) -> None:
    names = ("ext-ms-win-ntuser-window-l1-1-0.dll", "api-ms-win-core-path-l1-1-0.dll")
    files = {"pkg/_p.pyd": extension("_p", {name: ["f"] for name in names})}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out")
    assert done.action is Action.UNCHANGED
    assert done.report is not None
    assert {d.outcome for d in done.report.dependencies if d.library in names} == {Outcome.SYSTEM}


@pytest.mark.parametrize(
    "head",
    [
        '"""It\'s \\"quoted\\" here."""',
        "'''Three ''' \"joined\"",
        'r"""C:\\path\\."""',
        '"One line."; value = 2',
        "# only a comment",
    ],
)
def test_23_any_docstring_stays_what_it_is(tmp_path: Path, head: str) -> None:
    source = f"{head}\nfrom __future__ import annotations\nvalue = 1\n"
    if "value = 2" in head:
        source = f"{head}\nvalue = 1\n"
    files = {
        "pkg/__init__.py": source.encode(),
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
    }
    found = libs(tmp_path / "libs", liba=library("a"))
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, layout="libs")
    assert done.output is not None
    patched = members(done.output)["pkg/__init__.py"].decode()
    assert ast.get_docstring(ast.parse(patched), clean=False) == ast.get_docstring(
        ast.parse(source), clean=False
    )
    before, after = types.ModuleType("m"), types.ModuleType("m")
    exec(source, vars(before))  # noqa: S102 (our own text)
    exec(patched, vars(after))  # noqa: S102
    assert vars(after).keys() == vars(before).keys()
    assert inspect.getdoc(after) == inspect.getdoc(before)


def test_37_the_package_imports_when_the_folder_is_gone(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": b"value = 1\n",
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
    }
    found = libs(tmp_path / "libs", liba=library("a"))
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, layout="libs")
    assert done.output is not None
    patched = members(done.output)["pkg/__init__.py"]
    for place in ({}, {"__file__": str(tmp_path / "nowhere" / "pkg" / "__init__.py")}):
        names: dict[str, object] = dict(place)
        exec(patched, names)  # noqa: S102 (our own text)
        assert names["value"] == 1


def test_58_libraries_that_others_link_with_may_keep_their_names(tmp_path: Path) -> None:
    """Wheels such as pyarrow's offer their DLLs to extensions of other wheels."""
    found = libs(tmp_path / "libs", liba=library("a"))
    (found / "liba.lib").write_bytes(b"import library")
    done = repair(
        wheel(tmp_path / "in"),
        tmp_path / "out",
        found,
        no_mangle=["liba.dll"],
        with_import_libs=True,
    )
    assert {b.member for b in done.plan.bundles} == {"pkg/liba.dll", "pkg/liba.lib"}
    assert not any("leads to" in note for note in done.notes)


def test_46_the_marker_tells_which_file_a_renamed_library_was(tmp_path: Path) -> None:
    found = libs(tmp_path / "libs", liba=library("a"))
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found)
    assert done.output is not None
    marker = json.loads(members(done.output)["demo-1.0.dist-info/wheelcheck.json"])
    [entry] = marker["bundled"]
    assert (entry["library"], entry["sha256"]) == ("liba.dll", done.plan.bundles[0].source.sha256)


def test_41_source_date_epoch_sets_the_time_of_each_member(tmp_path: Path) -> None:
    found = libs(tmp_path / "libs", liba=library("a"))
    done = wheelcheck.repair(
        wheel(tmp_path / "in"),
        tmp_path / "out",
        add_paths=[found],
        environ={"SOURCE_DATE_EPOCH": "1600000000"},
        layout="libs",
    )
    assert done.output is not None
    with zipfile.ZipFile(done.output) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2020, 9, 13, 12, 26, 40)}


def test_32_old_pythons_load_included_libraries_too(tmp_path: Path) -> None:
    found = libs(tmp_path / "libs", liba=library("a"), plug=library("p"))
    done = repair(
        wheel(tmp_path / "in"), tmp_path / "out", found, layout="libs", include=["plug.dll"]
    )
    [patch] = done.plan.patches
    assert "plug.dll" in patch.old_python
    assert patch.preload == ("plug.dll",)
