"""WC706 to WC710: what the closure alone does not show."""

from pathlib import Path

import pytest

from tests.native import SYSTEM, extension, inspect, library, of
from tests.pe_builder import Pe
from wheelcheck import Report, Severity

HASH = "0123456789abcdef0123456789abcdef"


def linked(version: tuple[int, int], imports: dict[str, list[str]], exports: list[str]) -> bytes:
    image = Pe(
        imports={**SYSTEM, **imports}, exports=dict.fromkeys(exports), linker_version=version
    )
    return image.build()


# -- WC706 msvc-runtime-older-than-toolset ----------------------------------------


@pytest.mark.parametrize(
    ("user", "runtime", "bad"),
    [
        ((14, 44), (14, 29), True),
        ((14, 44), (14, 39), True),
        ((14, 44), (14, 40), False),
        ((14, 29), (14, 44), False),
        ((2, 42), (14, 0), False),
        ((14, 0), (14, 0), False),
    ],
)
@pytest.mark.parametrize("name", ["msvcp140.dll", f"msvcp140-{HASH}.dll"])
def test_the_runtime_must_be_as_new_as_the_toolset(
    tmp_path: Path, name: str, user: tuple[int, int], runtime: tuple[int, int], bad: bool
) -> None:
    files = {
        "pkg/_a.pyd": linked(user, {name: ["f"]}, ["PyInit__a"]),
        f"pkg/{name}": linked(runtime, {}, ["f"]),
    }
    found = of(inspect(tmp_path, files), "WC706")
    assert bool(found) == bad
    for finding in found:
        assert (finding.severity, finding.member) == (Severity.WARNING, f"pkg/{name}")
        assert finding.evidence["users"] == ("pkg/_a.pyd 14.44",)


def test_other_libraries_have_no_toolset_to_keep(tmp_path: Path) -> None:
    files = {
        "pkg/_a.pyd": linked((14, 44), {"a.dll": ["f"]}, ["PyInit__a"]),
        "pkg/a.dll": linked((14, 10), {}, ["f"]),
    }
    assert of(inspect(tmp_path, files), "WC706") == []


def test_concrt_is_not_asked_for_by_an_old_msvcp(tmp_path: Path) -> None:
    """Fiona's msvcp140 delay-loads concrt140 only for code that uses it."""
    runtime = Pe(imports=SYSTEM, delay={"concrt140.dll": ["f"]}, exports={"f": None}).build()
    name = f"msvcp140-{HASH}.dll"
    files = {"pkg/_a.pyd": extension("_a", {name: ["f"]}), f"pkg/{name}": runtime}
    assert of(inspect(tmp_path, files), "WC703") == []


# -- WC707 dll-name-hazard ---------------------------------------------------------


def with_dll(folder: Path, name: str) -> Report:
    files = {"pkg/_a.pyd": extension("_a", {name: ["f"]}), f"pkg/{name}": library("f")}
    return inspect(folder, files)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("libgmp-10.dll", True),
        ("zlib1.dll", True),
        ("libcrypto-3-x64.dll", True),
        ("libstdc++-6.dll", True),
        (f"libgmp-10-{HASH}.dll", False),
        ("libgmp-10-0a1b2c3d.dll", False),
        ("msvcp140.dll", False),
        ("only_here.dll", False),
        ("opencv_demo.dll", False),
    ],
)
def test_names_that_other_wheels_use(tmp_path: Path, name: str, bad: bool) -> None:
    found = of(with_dll(tmp_path, name), "WC707")
    assert [(f.severity, f.member) for f in found] == (
        [(Severity.WARNING, f"pkg/{name}")] if bad else []
    )


def test_what_no_module_reaches_is_loaded_by_nobody_else(tmp_path: Path) -> None:
    files = {
        "pkg/_a.pyd": extension("_a"),
        "pkg/plugin.dll": library(imports={"zlib1.dll": ["f"]}),
        "pkg/zlib1.dll": library("f"),
    }
    assert of(inspect(tmp_path, files), "WC707") == []


def test_dlls_of_one_project_are_one_finding(tmp_path: Path) -> None:
    names = ["Qt6Core.dll", "Qt6Gui.dll"]
    files = {"pkg/_a.pyd": extension("_a", {name: ["f"] for name in names})}
    files |= {f"pkg/{name}": library("f") for name in names}
    [finding] = of(inspect(tmp_path, files), "WC707")
    assert finding.evidence["files"] == ("pkg/Qt6Core.dll", "pkg/Qt6Gui.dll")


def twins(first: bytes, second: bytes, name: str = "twin.dll") -> dict[str, bytes]:
    return {
        "a/_a.pyd": extension("_a", {name: ["f"]}),
        f"a/{name}": first,
        "b/_b.pyd": extension("_b", {name: ["f"]}),
        f"b/{name}": second,
    }


def test_different_dlls_of_one_name(tmp_path: Path) -> None:
    [finding] = of(inspect(tmp_path, twins(library("f"), library("f", "g"))), "WC707")
    assert finding.severity is Severity.WARNING
    assert finding.evidence["files"] == ("a/twin.dll", "b/twin.dll")
    assert finding.evidence["importers"] == ("a/_a.pyd", "b/_b.pyd")


def test_the_same_dll_twice_is_none(tmp_path: Path) -> None:
    assert of(inspect(tmp_path, twins(library("f"), library("f"))), "WC707") == []


def test_twins_under_a_common_name_are_one_finding(tmp_path: Path) -> None:
    files = twins(library("f"), library("f", "g"), "zlib1.dll")
    [finding] = of(inspect(tmp_path, files), "WC707")
    assert len(finding.evidence["files"]) == 2


def test_a_twin_that_sources_load_first(tmp_path: Path) -> None:
    """As in tables 3.11.1: beside the modules one that is incomplete, in .libs a complete one."""
    files = {
        "pkg/__init__.py": b"os.add_dll_directory(os.path.join(HERE, '..', 'pkg.libs'))\n",
        "pkg/_a.pyd": extension("_a", {"twin.dll": ["f"]}),
        "pkg/twin.dll": library("f", imports={"gone.dll": ["g"]}),
        "pkg.libs/twin.dll": library("f"),
    }
    report = inspect(tmp_path, files)
    [finding] = of(report, "WC707")
    assert finding.evidence["files"] == ("pkg.libs/twin.dll", "pkg/twin.dll")
    [missing] = of(report, "WC701")
    assert missing.severity is Severity.WARNING


# -- WC708 dll-only-on-path --------------------------------------------------------

ON_PATH = (
    b"import os\nHERE = os.path.dirname(__file__)\n"
    b'os.environ["PATH"] = os.path.join(HERE, "bin") + os.pathsep + os.environ["PATH"]\n'
)


def on_path(folder: Path, source: bytes, tag: str = "cp39-abi3-win_amd64") -> Report:
    files = {
        "pkg/__init__.py": source,
        "pkg/_p.pyd": extension("_p", {"a.dll": ["f"]}),
        "pkg/bin/a.dll": library("f"),
    }
    return inspect(folder, files, tag)


@pytest.mark.parametrize(
    "line",
    [
        b'os.environ["PATH"] = os.path.join(HERE, "bin") + ";" + os.environ["PATH"]\n',
        b"os.environ['PATH'] += ';' + HERE + '/bin'\n",
        b"os.putenv('PATH', HERE + '/bin')\n",
        b"os.environ.update(PATH=HERE + '/bin')\n",
    ],
)
def test_path_is_not_searched(tmp_path: Path, line: bytes) -> None:
    report = on_path(tmp_path, line)
    [finding] = of(report, "WC708")
    assert (finding.severity, finding.member) == (Severity.ERROR, "pkg/__init__.py")
    assert finding.evidence["importers"] == ("pkg/_p.pyd",)
    assert of(report, "WC701") == [], "one fault, one finding"


def test_path_was_searched_before_python_3_8(tmp_path: Path) -> None:
    report = on_path(tmp_path, ON_PATH, "cp37-cp37m-win_amd64")
    assert of(report, "WC708") == []
    assert of(report, "WC701") == []


def test_a_folder_that_is_added_too_is_found(tmp_path: Path) -> None:
    source = ON_PATH + b'os.add_dll_directory(os.path.join(HERE, "bin"))\n'
    report = on_path(tmp_path, source)
    assert of(report, "WC708") == []
    assert of(report, "WC701") == []


def test_reading_path_changes_nothing(tmp_path: Path) -> None:
    source = b'for x in os.environ["PATH"].split(";"): print(x, "bin", os.environ["PATH"] == "")\n'
    report = on_path(tmp_path, source)
    assert of(report, "WC708") == []
    [finding] = of(report, "WC701")
    assert finding.severity is Severity.ERROR


def test_sources_that_add_unknown_folders_make_it_a_warning(tmp_path: Path) -> None:
    report = on_path(tmp_path, b"os.add_dll_directory(find())\n")
    [finding] = of(report, "WC701")
    assert finding.severity is Severity.WARNING


# -- WC709 debug-runtime -----------------------------------------------------------


def test_a_debug_build(tmp_path: Path) -> None:
    wanted = {"VCRUNTIME140D.dll": ["f"], "ucrtbased.dll": ["g"], "MSVCP140D.dll": ["h"]}
    report = inspect(tmp_path, {"pkg/_p.pyd": extension("_p", wanted)})
    [finding] = of(report, "WC709")
    assert (finding.severity, finding.member) == (Severity.ERROR, "pkg/_p.pyd")
    assert set(finding.evidence["libraries"]) == {name.lower() for name in wanted}
    assert of(report, "WC701") == [], "one fault, one finding"
    assert of(report, "WC703") == []


def test_a_debug_python_is_a_matter_of_tags(tmp_path: Path) -> None:
    report = inspect(tmp_path, {"pkg/_p.pyd": extension("_p", {"python312_d.dll": ["f"]})})
    assert of(report, "WC709") == []
    assert len(of(report, "WC402")) == 1


def test_release_runtimes_are_fine(tmp_path: Path) -> None:
    report = inspect(tmp_path, {"pkg/_p.pyd": extension("_p", {"VCRUNTIME140.dll": ["f"]})})
    assert of(report, "WC709") == []


def test_a_bundled_debug_runtime_is_a_note(tmp_path: Path) -> None:
    files = {
        "pkg/_p.pyd": extension("_p", {"msvcp140d.dll": ["f"]}),
        "pkg/msvcp140d.dll": library("f"),
    }
    [finding] = of(inspect(tmp_path, files), "WC709")
    assert (finding.severity, finding.member) == (Severity.NOTE, "pkg/msvcp140d.dll")


def test_debug_tags_expect_developers(tmp_path: Path) -> None:
    wanted = {"python312_d.dll": ["f"], "VCRUNTIME140D.dll": ["f"], "msvcp140d.dll": ["g"]}
    module = Pe(imports=wanted, exports={"PyInit__p": None}).build()
    [finding] = of(inspect(tmp_path, {"pkg/_p.pyd": module}, "cp312-cp312d-win_amd64"), "WC709")
    assert finding.severity is Severity.WARNING
    assert finding.evidence["libraries"] == ("msvcp140d.dll",)


# -- WC710 dependent-load-flags ----------------------------------------------------


def flagged(flags: int, imports: dict[str, list[str]], *exports: str) -> bytes:
    return Pe(
        imports={**SYSTEM, **imports},
        exports=dict.fromkeys(exports),
        dependent_load_flags=flags,
    ).build()


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        (0, True),
        (0x100, True),
        (0x1100, True),
        (8, True),
        (0x800, False),
        (0x2000, False),
        (0x1000, False),
    ],
)
def test_flags_and_the_folder_of_the_image(tmp_path: Path, flags: int, found: bool) -> None:
    files = {
        "pkg/_p.pyd": flagged(flags, {"a.dll": ["f"]}, "PyInit__p"),
        "pkg/a.dll": library("f"),
    }
    findings = of(inspect(tmp_path, files), "WC710")
    assert [f.severity for f in findings] == ([] if found else [Severity.ERROR])
    assert all(f.evidence["not_found"] == ("pkg/a.dll",) for f in findings)


@pytest.mark.parametrize(("flags", "found"), [(0x100, False), (0x400, True), (0x1000, True)])
def test_flags_and_added_folders(tmp_path: Path, flags: int, found: bool) -> None:
    files = {
        "pkg/__init__.py": b"os.add_dll_directory(os.path.join(HERE, '..', 'pkg.libs'))\n",
        "pkg/_p.pyd": flagged(flags, {"a.dll": ["f"]}, "PyInit__p"),
        "pkg.libs/a.dll": library("f"),
    }
    assert bool(of(inspect(tmp_path, files), "WC710")) != found


def test_what_another_object_brings_in_makes_it_a_warning(tmp_path: Path) -> None:
    files = {
        "pkg/_p.pyd": extension("_p", {"tbb12.dll": ["g"], "a.dll": ["f"]}),
        "pkg/tbb12.dll": flagged(0x2000, {"a.dll": ["f"]}, "g"),
        "pkg/a.dll": library("f"),
    }
    [finding] = of(inspect(tmp_path, files), "WC710")
    assert (finding.severity, finding.member) == (Severity.WARNING, "pkg/tbb12.dll")


def test_flags_do_not_matter_for_what_the_system_has(tmp_path: Path) -> None:
    files = {"pkg/_p.pyd": flagged(0x800, {}, "PyInit__p")}
    assert of(inspect(tmp_path, files), "WC710") == []
