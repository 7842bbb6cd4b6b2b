"""What a user may ask of a repair."""

import os
from pathlib import Path

import pytest

import wheelcheck
from tests.native import SYSTEM, extension, library
from tests.pe_builder import Pe
from tests.repairing.kit import libs, members, repair, wheel
from tests.wheels import WheelBuilder
from wheelcheck import Action, RepairError, UsageError
from wheelcheck.repairing.plan import BundleKind


@pytest.fixture
def found(tmp_path: Path) -> Path:
    return libs(
        tmp_path / "libs",
        liba=library("a", imports={"libb.dll": ["b"]}),
        libb=library("b"),
        plug=library("plug", imports={"libb.dll": ["b"]}),
    )


def names(done: wheelcheck.Repair) -> list[str]:
    return [b.member.rpartition("/")[2].partition("-")[0] for b in done.plan.bundles]


def test_an_included_library_keeps_its_name_and_is_loaded_ahead(
    tmp_path: Path, found: Path
) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found, include=["PLUG.dll"])
    assert "pkg/plug.dll" in {b.member for b in done.plan.bundles}
    assert names(done) == ["liba", "libb", "plug.dll"]
    [patch] = done.plan.patches
    assert (patch.member, patch.opened, patch.preload) == ("pkg/__init__.py", ".", ("plug.dll",))
    assert done.report is not None
    targets = [d.target for d in done.report.dependencies if d.importer == "pkg/plug.dll"]
    assert [t.partition("-")[0] for t in targets if t is not None] == ["pkg/libb"]


def test_a_library_may_be_included_where_nothing_is_missing(tmp_path: Path, found: Path) -> None:
    files = {"pkg/__init__.py": b"", "pkg/_p.pyd": extension("_p")}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, include=["libb.dll"])
    assert [b.member for b in done.plan.bundles] == ["pkg/libb.dll"]


def test_an_included_library_in_the_folder_of_libraries(tmp_path: Path, found: Path) -> None:
    needy = extension("_p", {"liba.dll": ["a"]})
    files = {f"{p}/{n}": d for p in "ab" for n, d in (("__init__.py", b""), ("_p.pyd", needy))}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, include=["plug.dll"])
    assert [(p.member, p.preload) for p in done.plan.patches] == [
        ("a/__init__.py", ("plug.dll",)),
        ("b/__init__.py", ("plug.dll",)),
    ]
    assert "demo.libs/plug.dll" in {b.member for b in done.plan.bundles}


def test_every_package_loads_what_is_included(tmp_path: Path, found: Path) -> None:
    files = {
        f"{p}/{n}": d for p in "ab" for n, d in (("__init__.py", b""), ("_p.pyd", extension("_p")))
    }
    files["b/_q.pyd"] = extension("_q", {"liba.dll": ["a"]})
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, include=["plug.dll"])
    assert {b.member.partition("/")[0] for b in done.plan.bundles} == {"b"}
    assert {p.member: p.opened for p in done.plan.patches} == {
        "a/__init__.py": "../b",
        "b/__init__.py": ".",
    }


@pytest.mark.parametrize("dlls", [{}, {"pkg/lib/own.dll": library("own")}])
def test_inclusion_without_extensions(tmp_path: Path, found: Path, dlls: dict[str, bytes]) -> None:
    files = {"pkg/__init__.py": b"import ctypes\n", **dlls}
    source = WheelBuilder(tag="py3-none-win_amd64", files=files).write(tmp_path)
    done = repair(source, tmp_path / "out", found, include=["libb.dll"])
    assert [b.member for b in done.plan.bundles] == [
        "pkg/lib/libb.dll" if dlls else "demo.libs/libb.dll"
    ]
    [patch] = done.plan.patches
    assert patch.opened == ("lib" if dlls else "../demo.libs")


def test_an_included_library_that_is_needed_too_is_one_file(tmp_path: Path, found: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found, include=["libb.dll"])
    assert names(done) == ["liba", "libb.dll"]


def test_an_included_library_that_is_there_already(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": b"", "pkg/_p.pyd": extension("_p"), "pkg/libb.dll": library("b")}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", include=["LIBB.dll"])
    assert done.action is Action.UNCHANGED
    assert any("already" in note for note in done.notes)


def test_an_included_library_that_is_nowhere(tmp_path: Path, found: Path) -> None:
    with pytest.raises(RepairError, match=r"nowhere\.dll, needed by --include"):
        repair(wheel(tmp_path / "in"), tmp_path / "out", found, include=["nowhere.dll"])


def test_names_in_one_value_and_contradictions(tmp_path: Path, found: Path) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found, include=["plug.dll; libb.dll"])
    assert names(done) == ["liba", "libb.dll", "plug.dll"]
    for options in (
        {"include": ["libb.dll"], "exclude": ["LIB*"]},
        {"include": ["../x.dll"]},
        {"exclude": ["a/b"]},
        {"namespace_packages": ["a..b"]},
    ):
        with pytest.raises(UsageError):
            repair(wheel(tmp_path / "in"), tmp_path / "out", found, **options)
    with pytest.raises(TypeError, match="no option 'includes'"):
        repair(wheel(tmp_path / "in"), tmp_path / "out", found, includes=["x"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"no_mangle": ["LIBA*"]}, ["liba.dll", "libb"]),
        ({"no_mangle": ["libb.dll"]}, ["liba", "libb.dll"]),
        ({"no_mangle_all": True}, ["liba.dll", "libb.dll"]),
    ],
)
def test_names_may_be_kept_with_a_word_of_warning(
    tmp_path: Path, found: Path, options: dict[str, object], expected: list[str]
) -> None:
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found, **options)
    assert names(done) == expected
    kept = [note for note in done.notes if "keeps its name" in note]
    assert len(kept) == sum(name.endswith(".dll") for name in expected)
    assert done.report is not None
    assert not [f for f in done.report.findings if f.code == "WC701"]


def test_extensions_share_the_libraries_that_keep_their_names(tmp_path: Path) -> None:
    twins = {f"{p}/_p.pyd": extension("_p", {f"{p}.dll": ["a"]}) for p in ("one", "two")}
    inits = {f"{p}/__init__.py": b"" for p in ("one", "two")}
    files = {**twins, **inits}
    found = libs(
        tmp_path / "libs",
        one=library("a", imports={"common.dll": ["c"]}),
        two=library("a", imports={"common.dll": ["c"]}),
        common=library("c"),
    )
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, no_mangle_all=True)
    assert names(done) == ["common.dll", "one.dll", "two.dll"]


def test_a_kept_name_that_another_member_has(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": b"",
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
        "demo.libs/LibA.dll": b"no DLL at all",
    }
    found = libs(tmp_path / "libs", liba=library("a"))
    options = {"layout": "libs", "no_mangle_all": True}
    with pytest.raises(RepairError, match="let it be renamed"):
        repair(wheel(tmp_path / "in", files), tmp_path / "out", found, **options)


def test_a_library_that_lies_in_its_place_is_only_made_known(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": b"",
        "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
        "demo.libs/liba.dll": library("a", imports={"libb.dll": ["b"]}),
    }
    found = libs(tmp_path / "libs", libb=library("b"))
    options = {"layout": "libs", "no_mangle": ["liba.dll"]}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", found, **options)
    assert names(done) == ["libb"]
    assert "demo.libs/liba.dll" in {r.member for r in done.plan.rewrites}


def test_symbols_and_import_libraries(tmp_path: Path) -> None:
    bin_folder = libs(
        tmp_path / "bin",
        liba=Pe(
            imports={**SYSTEM, "libb-2.dll": ["b"]}, exports={"a": None}, pdb=r"C:\build\a-core.pdb"
        ).build(),
    )
    (bin_folder / "libb-2.dll").write_bytes(library("b"))
    (bin_folder / "A-core.pdb").write_bytes(b"symbols of a")
    (bin_folder / "liba.lib").write_bytes(b"import library of a")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libb.dll.a").write_bytes(b"import library of b")
    done = repair(
        wheel(tmp_path / "in"),
        tmp_path / "out",
        bin_folder,
        with_symbols=True,
        with_import_libs=True,
    )
    kinds = {b.member: b.kind for b in done.plan.bundles if b.kind is not BundleKind.LIBRARY}
    assert kinds == {
        "pkg/A-core.pdb": BundleKind.SYMBOLS,
        "pkg/liba.lib": BundleKind.IMPORT_LIBRARY,
        "pkg/libb.dll.a": BundleKind.IMPORT_LIBRARY,
    }
    assert any("libb-2.dll" in n and "symbols" in n for n in done.notes)
    # delvewheel #73: the import library still names the DLL as it was.
    assert any("liba.lib leads to liba.dll" in n for n in done.notes)
    assert done.output is not None
    assert members(done.output)["pkg/A-core.pdb"] == b"symbols of a"


def test_symbols_of_one_name_with_different_contents(tmp_path: Path) -> None:
    folders = []
    for name in ("a", "b"):
        image = Pe(imports=SYSTEM, exports={name: None}, pdb="same.pdb").build()
        folders.append(libs(tmp_path / name, **{f"lib{name}": image}))
        (folders[-1] / "same.pdb").write_bytes(name.encode())
    files = {"pkg/_p.pyd": extension("_p", {"liba.dll": ["a"], "libb.dll": ["b"]})}
    source = wheel(tmp_path / "in", files)
    done = repair(source, tmp_path / "out", *folders, with_symbols=True)
    assert [b.library for b in done.plan.bundles].count("same.pdb") == 1
    assert any("left out" in note for note in done.notes)


def test_strip(tmp_path: Path) -> None:
    heavy = Pe(imports=SYSTEM, exports={"a": None}, symbols=100).build()
    found = libs(tmp_path / "libs", liba=heavy)
    plain = repair(wheel(tmp_path / "in"), tmp_path / "plain", found)
    stripped = repair(wheel(tmp_path / "in"), tmp_path / "stripped", found, strip=True)
    sizes = []
    for done in (plain, stripped):
        assert done.output is not None
        [bundle] = done.plan.bundles
        sizes.append(len(members(done.output)[bundle.member]))
    assert sizes[1] < sizes[0]
    assert plain.plan.bundles[0].member != stripped.plan.bundles[0].member


def test_what_cannot_be_stripped_is_bundled_with_a_word(tmp_path: Path) -> None:
    image = Pe(imports=SYSTEM, exports={"a": None}, symbols=9, overlay=b"data").build()
    found = libs(tmp_path / "libs", liba=image)
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found, strip=True)
    assert any("liba.dll: not stripped" in note for note in done.notes)


@pytest.mark.parametrize(
    "part", [".", "bin", "lib", "DLLs", "Library/bin", "installed/x64-windows/bin"]
)
def test_prefixes_of_any_kind(tmp_path: Path, part: str) -> None:
    (tmp_path / "prefix" / part).mkdir(parents=True)
    libs(tmp_path / "prefix" / part, liba=library("a"))
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", prefixes=[tmp_path / "prefix"])
    assert done.plan.bundles[0].source.place == "--prefix"


def test_added_folders_come_before_prefixes(tmp_path: Path, found: Path) -> None:
    prefix = libs(tmp_path / "prefix", liba=library("a"))
    done = repair(wheel(tmp_path / "in"), tmp_path / "out", found, prefixes=[prefix])
    assert done.plan.bundles[0].source.place == "--add-path"


def test_an_absent_prefix_is_a_note(tmp_path: Path, found: Path) -> None:
    source = wheel(tmp_path / "in")
    done = repair(source, tmp_path / "out", found, prefixes=[tmp_path / "absent"])
    assert any("absent" in note and "no such folder" in note for note in done.notes)


def test_in_place(tmp_path: Path, found: Path) -> None:
    source = wheel(tmp_path / "in")
    private = os.name == "posix"  # Windows has no such modes
    if private:
        source.chmod(0o600)
    done = wheelcheck.repair(source, in_place=True, add_paths=[found], environ={})
    assert (done.action, done.output) == (Action.REPAIRED, source)
    assert wheelcheck.inspect(source).findings == ()
    assert not private or source.stat().st_mode & 0o077 == 0
    assert list(source.parent.iterdir()) == [source]
    again = wheelcheck.repair(source, in_place=True, add_paths=[found], environ={})
    assert again.action is Action.UNCHANGED


def test_in_place_nothing_happens_unless_it_is_proved(tmp_path: Path) -> None:
    source = wheel(tmp_path / "in")
    before = source.read_bytes()
    lacking = libs(tmp_path / "libs", liba=library("something_else"))
    for folders in ([], [lacking]):
        with pytest.raises(RepairError):
            wheelcheck.repair(source, in_place=True, add_paths=folders, environ={})
    assert source.read_bytes() == before
    assert list(source.parent.iterdir()) == [source]


def test_in_place_follows_a_link(tmp_path: Path, found: Path) -> None:
    source = wheel(tmp_path / "in")
    link = tmp_path / source.name
    try:
        link.symlink_to(source)
    except OSError:
        pytest.skip("no symbolic links here")
    wheelcheck.repair(link, in_place=True, add_paths=[found], environ={})
    assert link.is_symlink()
    assert wheelcheck.inspect(source).findings == ()


def test_in_place_has_no_other_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no output folder"):
        wheelcheck.repair(wheel(tmp_path / "in"), tmp_path, in_place=True)


def test_a_wheel_that_contradicts_its_tag_is_refused(tmp_path: Path, found: Path) -> None:
    arm = Pe(machine=0xAA64, imports={**SYSTEM, "liba.dll": ["a"]}, exports={"PyInit__p": None})
    other = {**SYSTEM, "python312.dll": ["f"], "liba.dll": ["a"]}
    python = Pe(imports=other, exports={"PyInit__p": None})
    for image, said in ((arm, "built for arm64"), (python, "python312.dll")):
        source = wheel(tmp_path / "in", {"pkg/_p.pyd": image.build()})
        with pytest.raises(RepairError, match=f"contradict the tag.*{said}"):
            repair(source, tmp_path / "out", found)
    assert not (tmp_path / "out").exists()


def test_a_dist_info_folder_of_another_spelling(tmp_path: Path, found: Path) -> None:
    builder = WheelBuilder(
        name="Demo_Pkg",
        files={
            "demo_pkg-1.0.data/platlib/pkg/__init__.py": b"",
            "demo_pkg-1.0.data/platlib/pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}),
        },
    )
    source = builder.write(tmp_path)
    source = source.rename(tmp_path / "demo.pkg-1.0-cp39-abi3-win_amd64.whl")
    done = repair(source, tmp_path / "out", found, layout="libs")
    assert done.output is not None
    content = members(done.output)
    assert "Demo_Pkg-1.0.dist-info/wheelcheck.json" in content
    assert list(content)[-1] == "Demo_Pkg-1.0.dist-info/RECORD"
    assert any(name.startswith("demo_pkg-1.0.data/platlib/demo.pkg.libs/") for name in content)
    assert done.report is not None
    assert not [f for f in done.report.findings if f.code.startswith("WC7")]


def test_a_plan_as_json(tmp_path: Path, found: Path) -> None:
    source = wheel(tmp_path / "in")
    plan = wheelcheck.plan_repair(source, add_paths=[found], layout="libs", environ={}).to_dict()
    [patch] = plan["patches"]
    assert patch == {"member": "pkg/__init__.py", "folder": "../demo.libs", "preload": []}
    assert {bundle["kind"] for bundle in plan["bundles"]} == {"library"}
