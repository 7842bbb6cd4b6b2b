"""Where bundled libraries go, and what makes Windows look there."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wheelcheck
from tests.native import SYSTEM, extension, library
from tests.pe_builder import Pe
from tests.repairing.kit import libs, members, repair, wheel
from tests.wheels import WheelBuilder
from wheelcheck import Action, Layout, RepairError, UsageError
from wheelcheck.patch.python_source import find_patches
from wheelcheck.repairing.plan import SourcePatch

NEEDY = extension("_p", {"liba.dll": ["a"]})
SPREAD = {
    "pkg/__init__.py": b'"""Doc."""\nvalue = 1\n',
    "pkg/_p.pyd": NEEDY,
    "pkg/sub/__init__.py": b"",
    "pkg/sub/_p.pyd": NEEDY,
}


@pytest.fixture
def found(tmp_path: Path) -> Path:
    return libs(
        tmp_path / "libs",
        liba=library("a", imports={"libb.dll": ["b"]}),
        libb=library("b"),
    )


def folders(done: wheelcheck.Repair) -> list[str]:
    return sorted({b.member.rpartition("/")[0] for b in done.plan.bundles})


def opened(done: wheelcheck.Repair) -> dict[str, tuple[str, ...]]:
    """The folders that each patched source of the result opens."""
    assert done.output is not None
    content = members(done.output)
    found = {name: find_patches(data) for name, data in content.items() if name.endswith(".py")}
    return {name: patch.folders for name, patches in found.items() for patch in patches}


def fix(
    tmp_path: Path, files: dict[str, bytes], *add: Path, **options: object
) -> wheelcheck.Repair:
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", *add, **options)
    if done.report is not None:
        assert [f.message for f in done.report.findings if f.code.startswith("WC7")] == []
    return done


def test_one_folder_is_served_beside_and_no_source_is_touched(tmp_path: Path, found: Path) -> None:
    files = {**SPREAD, "pkg/sub/_p.pyd": extension("_p")}
    done = fix(tmp_path, files, found)
    assert folders(done) == ["pkg"]
    assert done.plan.patches == ()


def test_several_folders_share_a_folder_of_libraries(tmp_path: Path, found: Path) -> None:
    done = fix(tmp_path, SPREAD, found)
    assert folders(done) == ["demo.libs"]
    assert len(done.plan.bundles) == 2
    assert opened(done) == {"pkg/__init__.py": ("../demo.libs",)}
    assert done.output is not None
    patched = members(done.output)["pkg/__init__.py"]
    assert patched.startswith(b'"""Doc."""\n # start wheelcheck patch\n')
    assert patched.endswith(b"# end wheelcheck patch\nvalue = 1\n")
    assert done.report is not None
    reasons = {d.target for d in done.report.dependencies if d.library.startswith("liba-")}
    assert reasons == {b.member for b in done.plan.bundles if b.library == "liba.dll"}


def test_each_top_level_package_is_patched(tmp_path: Path, found: Path) -> None:
    files = {
        f"{p}/{n}": d for p in ("a", "b") for n, d in (("__init__.py", b""), ("_p.pyd", NEEDY))
    }
    assert opened(fix(tmp_path, files, found)) == {
        "a/__init__.py": ("../demo.libs",),
        "b/__init__.py": ("../demo.libs",),
    }


@pytest.mark.parametrize(
    ("layout", "expected"), [(Layout.BESIDE, ["pkg", "pkg/sub"]), ("libs", ["demo.libs"])]
)
def test_the_user_may_force_either(
    tmp_path: Path, found: Path, layout: Layout | str, expected: list[str]
) -> None:
    assert folders(fix(tmp_path, SPREAD, found, layout=layout)) == expected


def test_libs_may_be_asked_for_one_folder(tmp_path: Path, found: Path) -> None:
    files = {"pkg/__init__.py": b"", "pkg/_p.pyd": NEEDY}
    done = fix(tmp_path, files, found, layout="libs", lib_suffix="_dlls")
    assert folders(done) == ["demo_dlls"]
    assert opened(done) == {"pkg/__init__.py": ("../demo_dlls",)}


@pytest.mark.parametrize("suffix", ["", ".data", ".dist-info", "/x", "x.", "a:b"])
def test_a_suffix_that_names_no_folder(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(UsageError, match="cannot end the name"):
        wheelcheck.plan_repair(wheel(tmp_path / "in"), lib_suffix=suffix)


def test_there_are_three_layouts(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="auto, beside, libs"):
        wheelcheck.plan_repair(wheel(tmp_path / "in"), layout="flat")


@pytest.mark.parametrize("scheme", ["platlib", "purelib"])
def test_extensions_in_a_data_folder_get_their_libraries_there(
    tmp_path: Path, found: Path, scheme: str
) -> None:
    """delvewheel #6: the patch counted the .data folder as levels of the package."""
    root = f"demo-1.0.data/{scheme}"
    done = fix(tmp_path, {f"{root}/{name}": data for name, data in SPREAD.items()}, found)
    assert folders(done) == [f"{root}/demo.libs"]
    assert opened(done) == {f"{root}/pkg/__init__.py": ("../demo.libs",)}


def test_one_install_folder_in_two_schemes_is_one_folder(tmp_path: Path, found: Path) -> None:
    files = {
        "pkg/__init__.py": b"",
        "pkg/_p.pyd": NEEDY,
        "demo-1.0.data/platlib/pkg/_q.pyd": extension("_q", {"liba.dll": ["a"]}),
    }
    done = fix(tmp_path, files, found)
    assert len(folders(done)) == 1
    assert len(done.plan.bundles) == 2


def test_a_top_level_module_has_its_libraries_in_site_packages(tmp_path: Path, found: Path) -> None:
    """delvewheel #9: there is no __init__.py to patch."""
    for layout in ("auto", "libs"):
        done = fix(tmp_path, {"_p.pyd": NEEDY}, found, layout=layout, force=True)
        assert folders(done) == [""]
        assert done.plan.patches == ()


def test_files_in_shared_folders_belong_to_one_distribution(tmp_path: Path, found: Path) -> None:
    """Uninstalling one of two distributions must not take the other's library away."""
    names = set()
    for name in ("one", "two"):
        source = WheelBuilder(name=name, files={"_p.pyd": NEEDY}).write(tmp_path)
        plan = wheelcheck.plan_repair(source, add_paths=[found], environ={})
        names |= {b.member for b in plan.bundles}
    assert len(names) == 4


def test_a_top_level_module_beside_packages(tmp_path: Path, found: Path) -> None:
    files = {"_p.pyd": NEEDY, "pkg/__init__.py": b"", "pkg/_p.pyd": NEEDY}
    assert folders(fix(tmp_path, files, found)) == ["", "demo.libs"]


def test_namespace_packages_stay_namespace_packages(tmp_path: Path, found: Path) -> None:
    """delvewheel #38, cibuildwheel #2983: PEP 420 packages got an __init__.py."""
    files = {
        "ns/one/__init__.py": b"",
        "ns/one/_p.pyd": NEEDY,
        "ns/two/deep/__init__.py": b"",
        "ns/two/deep/er/_p.pyd": NEEDY,
        "ns/_p.pyd": NEEDY,
    }
    done = fix(tmp_path, files, found)
    assert done.output is not None
    inits = {name for name in members(done.output) if name.endswith("__init__.py")}
    assert inits == {"ns/one/__init__.py", "ns/two/deep/__init__.py"}
    assert opened(done) == {
        "ns/one/__init__.py": ("../../demo.libs",),
        "ns/two/deep/__init__.py": ("../../../demo.libs",),
    }
    assert folders(done) == ["demo.libs", "ns"]


@pytest.mark.parametrize(
    "init",
    [
        b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        b"__import__('pkg_resources').declare_namespace(__name__)\n",
    ],
)
def test_namespace_packages_of_the_older_kinds(tmp_path: Path, found: Path, init: bytes) -> None:
    """Their __init__.py must be the same in all distributions."""
    files = {"ns/__init__.py": init} | {f"ns/{name}": data for name, data in SPREAD.items()}
    assert opened(fix(tmp_path, files, found)) == {"ns/pkg/__init__.py": ("../../demo.libs",)}


def test_namespace_packages_by_name(tmp_path: Path, found: Path) -> None:
    files = {f"a/b/{name}": data for name, data in SPREAD.items()}
    files |= {"a/__init__.py": b"", "a/b/__init__.py": b""}
    done = fix(tmp_path, files, found, namespace_packages=["x.y;a.b"])
    assert opened(done) == {"a/b/pkg/__init__.py": ("../../../demo.libs",)}


def test_a_package_whose_init_is_an_extension_is_not_patched(tmp_path: Path, found: Path) -> None:
    init = extension("pkg", {"liba.dll": ["a"]})
    done = fix(tmp_path, {**SPREAD, "pkg/__init__.pyd": init}, found)
    assert folders(done) == ["demo.libs", "pkg"]
    assert opened(done) == {"pkg/sub/__init__.py": ("../../demo.libs",)}


def test_folders_that_are_too_deep_for_packages(tmp_path: Path, found: Path) -> None:
    deep = "a/" * 150
    files = {"a/__init__.py": b"", "a/_p.pyd": NEEDY, f"{deep}_p.pyd": NEEDY}
    assert folders(fix(tmp_path, files, found)) == [deep[:-1], "demo.libs"]


def test_marks_replace_the_patch_of_the_packages(tmp_path: Path, found: Path) -> None:
    files = {
        **SPREAD,
        "_p.pyd": NEEDY,
        "pkg/sub/dlls.py": b"import os\n# delvewheel: patch\nvalue = os.sep\n",
        "start.py": b"import os\n# wheelcheck: patch\n",
    }
    done = fix(tmp_path, files, found)
    assert folders(done) == ["demo.libs"]
    assert opened(done) == {"pkg/sub/dlls.py": ("../../demo.libs",), "start.py": ("demo.libs",)}


def test_a_mark_in_a_place_for_none(tmp_path: Path, found: Path) -> None:
    files = {**SPREAD, "pkg/x.py": b"if 1:\n    pass\n# wheelcheck: patch\nelse:\n    pass\n"}
    with pytest.raises(RepairError, match=r"pkg/x\.py cannot be patched"):
        fix(tmp_path, files, found)


def test_a_mark_in_a_source_too_large_to_be_read_for_other_facts(
    tmp_path: Path, found: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reading.one_pass", "repairing.windows.packages"):
        monkeypatch.setattr(f"wheelcheck.{module}.LARGEST_SOURCE", 100)
    misplaced = b"if 1:\n    pass\n# wheelcheck: patch\nelse:\n    pass\n"
    with pytest.raises(RepairError, match=r"pkg/x\.py cannot be patched"):
        fix(tmp_path, {**SPREAD, "pkg/x.py": misplaced + b"#\n" * 100}, found)


def test_a_source_that_cannot_be_patched(tmp_path: Path, found: Path) -> None:
    with pytest.raises(RepairError, match="--layout beside"):
        fix(tmp_path, {**SPREAD, "pkg/__init__.py": b"# coding: no-such\n"}, found, dry_run=True)


def test_libraries_that_sources_open_are_served_beside(tmp_path: Path, found: Path) -> None:
    """delvewheel #47, #53, #68: a wheel without extensions whose DLL is opened by ctypes."""
    files = {
        "pkg/__init__.py": b"from ctypes import CDLL\nlib = CDLL(__path__[0] + '/lib/plug.dll')\n",
        "pkg/lib/plug.dll": library("f", imports={"liba.dll": ["a"]}),
    }
    builder = WheelBuilder(tag="py3-none-win_amd64", files=files)
    done = repair(builder.write(tmp_path), tmp_path / "out", found, layout="libs")
    assert folders(done) == ["pkg/lib"]
    assert done.plan.patches == ()


def test_programs_are_served_beside(tmp_path: Path, found: Path) -> None:
    program = Pe(imports={**SYSTEM, "liba.dll": ["a"]}).build()
    offset = int.from_bytes(program[0x3C:0x40], "little") + 22
    program = program[:offset] + b"\x22\x00" + program[offset + 2 :]  # no DLL
    files = {**SPREAD, "demo-1.0.data/scripts/tool.exe": program}
    assert folders(fix(tmp_path, files, found)) == ["demo-1.0.data/scripts", "demo.libs"]


@pytest.mark.parametrize(
    ("tag", "listed"),
    [("cp310-abi3", False), ("cp39-abi3", True), ("cp37-cp37m", True), ("py3-none", True)],
)
def test_old_pythons_load_each_library_by_its_path(
    tmp_path: Path, found: Path, tag: str, listed: bool
) -> None:
    needy = Pe(imports={**SYSTEM, "liba.dll": ["a"]}, exports={"PyInit__p": None}).build()
    files = {**SPREAD, "pkg/_p.pyd": needy, "pkg/sub/_p.pyd": needy}
    source = WheelBuilder(tag=f"{tag}-win_amd64", files=files).write(tmp_path)
    plan = wheelcheck.plan_repair(source, add_paths=[found], environ={})
    [patch] = plan.patches
    names = [name.partition("-")[0] for name in patch.old_python]
    assert names == (["libb", "liba"] if listed else [])


DELAYING = Pe(
    imports={**SYSTEM, "python3.dll": ["PyModule_Create2"]},
    delay={"liba.dll": ["a"]},
    exports={"PyInit__p": None},
).build()


@pytest.mark.parametrize(("layout", "place"), [("beside", "."), ("libs", "../demo.libs")])
def test_delay_loaded_libraries_are_loaded_ahead(
    tmp_path: Path, found: Path, layout: str, place: str
) -> None:
    """The delay helper looks beside the program, and takes what is loaded under that name."""
    files = {"pkg/__init__.py": b"", "pkg/_p.pyd": DELAYING}
    done = fix(tmp_path, files, found, layout=layout)
    [patch] = done.plan.patches
    assert patch.opened == place
    [name] = patch.preload
    assert name.startswith("liba-")
    assert done.output is not None
    assert f"names = ['{name}']".encode() in members(done.output)["pkg/__init__.py"]


def test_what_a_bundled_library_delays_is_loaded_ahead(tmp_path: Path) -> None:
    delaying = Pe(imports=SYSTEM, delay={"libb.dll": ["b"]}, exports={"a": None}).build()
    found = libs(tmp_path / "libs", liba=delaying, libb=library("b"))
    files = {"pkg/__init__.py": b"", "pkg/sub/_p.pyd": NEEDY}
    [patch] = fix(tmp_path, files, found).plan.patches
    assert patch.member == "pkg/__init__.py"
    assert patch.opened == "sub"
    assert [name.partition("-")[0] for name in patch.preload] == ["libb"]


def test_nothing_can_load_ahead_for_a_top_level_module(tmp_path: Path, found: Path) -> None:
    done = fix(tmp_path, {"_p.pyd": DELAYING}, found)
    assert done.plan.patches == ()
    assert any("is not loaded ahead" in note for note in done.notes)


def test_a_result_is_not_repaired_twice(tmp_path: Path, found: Path) -> None:
    once = fix(tmp_path, SPREAD, found)
    assert once.output is not None
    twice = repair(once.output, tmp_path / "again", found)
    assert twice.action is Action.UNCHANGED


def test_only_what_an_earlier_repair_left_out_is_added(tmp_path: Path, found: Path) -> None:
    alone = libs(tmp_path / "alone", liba=library("a", imports={"libb.dll": ["b"]}))
    once = repair(wheel(tmp_path / "in", SPREAD), tmp_path / "out", alone, exclude=["libb.dll"])
    assert once.output is not None
    twice = repair(once.output, tmp_path / "again", found)
    assert [b.library for b in twice.plan.bundles] == ["libb.dll"]
    assert folders(twice) == ["demo.libs"]
    assert twice.plan.patches == ()
    [liba] = [b.member for b in once.plan.bundles]
    assert [r.member for r in twice.plan.rewrites] == [liba]
    assert twice.output is not None
    content = members(twice.output)
    assert content["pkg/__init__.py"].count(b"start wheelcheck patch") == 1
    assert b'"earlier"' in content["demo-1.0.dist-info/wheelcheck.json"]


DELVEWHEELS = rb'''"""""" # start delvewheel patch
def _delvewheel_patch_1_13_2():
    import os
    if os.path.isdir(libs_dir := os.path.abspath(\
            os.path.join(os.path.dirname(__file__), os.pardir, 'demo.libs'))):
        os.add_dll_directory(libs_dir)


_delvewheel_patch_1_13_2()
del _delvewheel_patch_1_13_2
# end delvewheel patch
'''


def test_what_delvewheel_left_out_is_added_to_its_folder(tmp_path: Path, found: Path) -> None:
    files = {
        "pkg/__init__.py": DELVEWHEELS,
        "pkg/_p.pyd": extension("_p", {"mid-0123.dll": ["m"], "liba.dll": ["a"]}),
        "demo.libs/mid-0123.dll": library("m", imports={"libb.dll": ["b"]}),
        "demo-1.0.dist-info/DELVEWHEEL": b"Version: 1.13.2\n",
    }
    done = fix(tmp_path, files, found)
    assert folders(done) == ["demo.libs"]
    assert done.plan.patches == ()
    assert {r.member for r in done.plan.rewrites} == {"pkg/_p.pyd", "demo.libs/mid-0123.dll"}


def test_a_complete_wheel_of_delvewheel_is_unchanged(tmp_path: Path, found: Path) -> None:
    files = {
        "pkg/__init__.py": DELVEWHEELS,
        "pkg/_p.pyd": extension("_p", {"mid-0123.dll": ["m"]}),
        "demo.libs/mid-0123.dll": library("m"),
    }
    assert fix(tmp_path, files, found).action is Action.UNCHANGED


@pytest.mark.parametrize(
    ("levels", "folder", "opened"),
    [(0, ".", "."), (0, "lib", "lib"), (1, ".", ".."), (2, "x.libs", "../../x.libs")],
)
def test_a_patch_says_what_it_opens(levels: int, folder: str, opened: str) -> None:
    assert SourcePatch("m.py", levels, folder).opened == opened


FOLDERS = st.lists(st.sampled_from("abc"), max_size=3).map("/".join)


@settings(max_examples=40, deadline=None)
@given(
    modules=st.lists(FOLDERS, min_size=1, max_size=5, unique=True),
    inits=st.sets(FOLDERS.filter(bool), max_size=4),
    layout=st.sampled_from(["auto", "beside", "libs"]),
    delay=st.booleans(),
    scheme=st.sampled_from(["", "demo-1.0.data/platlib/"]),
)
def test_any_tree_of_packages(
    modules: list[str], inits: set[str], layout: str, delay: bool, scheme: str
) -> None:
    """Every import ends somewhere, no __init__.py is made, and nothing is left to do."""
    module = DELAYING if delay else NEEDY
    files = {
        f"{scheme}{folder}/_p.pyd" if folder else f"{scheme}_p.pyd": module for folder in modules
    }
    files |= {f"{scheme}{folder}/__init__.py": b"x = 1\n" for folder in inits}
    with TemporaryDirectory() as name:
        place = Path(name)
        found = libs(
            place / "libs", liba=library("a", imports={"libb.dll": ["b"]}), libb=library("b")
        )
        done = fix(place, files, found, layout=layout)
        assert done.output is not None
        content = members(done.output)
        assert {n for n in content if n.endswith(".py")} == {n for n in files if n.endswith(".py")}
        for member in content:
            if member.endswith("__init__.py"):
                compile(content[member], member, "exec")
        assert repair(done.output, place / "again", found, layout=layout).action == "unchanged"
