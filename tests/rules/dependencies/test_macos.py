"""Rules on dependencies, for wheels of macOS."""

from pathlib import Path

import pytest

from tests.macho_builder import PROGRAM, X86_64, dylib, extension, universal
from tests.rules.mac import BOTH, codes, inspect, of
from wheelcheck import Severity
from wheelcheck.findings import Outcome


def test_a_complete_wheel(tmp_path: Path) -> None:
    report = inspect(
        tmp_path,
        {
            "pkg/_p.so": extension("_p", "@loader_path/.dylibs/liba.dylib"),
            "pkg/.dylibs/liba.dylib": dylib("/DLC/pkg/liba.dylib", "@loader_path/libb.dylib"),
            "pkg/.dylibs/libb.dylib": dylib("/DLC/pkg/libb.dylib"),
        },
    )
    assert codes(report) == []
    assert {d.outcome for d in report.dependencies} == {Outcome.WHEEL, Outcome.SYSTEM}


def test_an_external_library(tmp_path: Path) -> None:
    library = "/opt/homebrew/lib/libgmp.10.dylib"
    [finding] = of(inspect(tmp_path, {"pkg/_p.so": extension("_p", library)}), "WC701")
    assert finding.severity is Severity.ERROR
    assert finding.evidence["slices"] == ("arm64",)
    assert "machine that built" in finding.evidence["result"][0]


def test_rpaths_of_all_that_led_there(tmp_path: Path) -> None:
    """#271: an indirect dependency is found by the rpaths of the extension."""
    files = {
        "pkg/_p.so": extension("_p", "@rpath/liba.dylib", rpaths=("@loader_path/lib",)),
        "pkg/lib/liba.dylib": dylib("@rpath/liba.dylib", "@rpath/libb.dylib"),
        "pkg/lib/libb.dylib": dylib("@rpath/libb.dylib"),
    }
    assert codes(inspect(tmp_path, files)) == []


def test_a_second_way_that_lacks_the_rpath(tmp_path: Path) -> None:
    files = {
        "pkg/_p.so": extension("_p", "@rpath/liba.dylib", rpaths=("@loader_path/lib",)),
        "pkg/_q.so": extension("_q", "@loader_path/lib/liba.dylib"),
        "pkg/lib/liba.dylib": dylib("@rpath/liba.dylib", "@rpath/libb.dylib"),
        "pkg/lib/libb.dylib": dylib("@rpath/libb.dylib"),
    }
    [finding] = of(inspect(tmp_path, files), "WC701")
    assert finding.member == "pkg/lib/liba.dylib"
    assert finding.evidence["elsewhere"] == ("pkg/lib/libb.dylib",)


def test_rpath_without_slash(tmp_path: Path) -> None:
    """#62 and #11: LC_RPATH is exactly ``@loader_path``."""
    files = {
        "pkg/_p.so": extension("_p", "@rpath/liba.dylib", rpaths=("@loader_path",)),
        "pkg/liba.dylib": dylib("@rpath/liba.dylib"),
    }
    assert codes(inspect(tmp_path, files)) == []


def test_installed_layout(tmp_path: Path) -> None:
    """#233 and #241: ``@loader_path`` counts from where files are installed."""
    files = {
        "demo-1.0.data/platlib/pkg/_p.so": extension("_p", "@loader_path/../libs/liba.dylib"),
        "libs/liba.dylib": dylib("/DLC/liba.dylib"),
    }
    assert codes(inspect(tmp_path, files)) == []


def test_weak_libraries_may_be_missing(tmp_path: Path) -> None:
    report = inspect(tmp_path, {"pkg/_p.so": extension("_p", "weak:@rpath/libmaybe.dylib")})
    assert codes(report) == ["WC701 note"]


@pytest.mark.parametrize(
    ("library", "outcome"),
    [
        ("/usr/lib/libz.1.dylib", Outcome.SYSTEM),
        ("/System/Library/Frameworks/Accelerate.framework/Accelerate", Outcome.SYSTEM),
        ("/System/Volumes/Data/opt/libx.dylib", Outcome.MISSING),  # #278
        ("/usr/local/lib/libx.dylib", Outcome.MISSING),
        ("@rpath/libc++.1.dylib", Outcome.SYSTEM),
        ("@rpath/libswiftCore.dylib", Outcome.SYSTEM),
        ("@rpath/libgfortran.5.dylib", Outcome.MISSING),
        ("@executable_path/../lib/libx.dylib", Outcome.MISSING),
        ("libx.dylib", Outcome.MISSING),
    ],
)
def test_whose_library_it_is(tmp_path: Path, library: str, outcome: Outcome) -> None:
    module = extension("_p", library, rpaths=("/usr/lib", "/usr/lib/swift"))
    report = inspect(tmp_path, {"pkg/_p.so": module})
    assert report.dependencies[0].outcome is outcome


def test_a_program_of_the_wheel_finds_what_lies_beside_it(tmp_path: Path) -> None:
    files = {
        "pkg/bin/tool": extension("x", "@executable_path/../lib/liba.dylib", kind=PROGRAM),
        "pkg/lib/liba.dylib": dylib("@rpath/liba.dylib"),
    }
    assert codes(inspect(tmp_path, files)) == []


def test_missing_in_one_slice_only(tmp_path: Path) -> None:
    from wheelcheck.patch.macho_fat import fuse

    both = fuse(extension("_p"), extension("_p", "@rpath/libx.dylib", arch=X86_64))
    [finding] = of(inspect(tmp_path, {"pkg/_p.so": both}, BOTH), "WC701")
    assert "pkg/_p.so (x86_64) needs" in finding.message


def test_missing_in_a_slice_that_no_tag_promises(tmp_path: Path) -> None:
    from wheelcheck.patch.macho_fat import fuse

    both = fuse(extension("_p"), extension("_p", "@rpath/libx.dylib", arch=X86_64))
    assert codes(inspect(tmp_path, {"pkg/_p.so": both})) == ["WC701 note"]


def test_missing_in_both_slices_is_told_once(tmp_path: Path) -> None:
    both = universal(extension, "_p", "@rpath/libx.dylib")
    [finding] = of(inspect(tmp_path, {"pkg/_p.so": both}, BOTH), "WC701")
    assert finding.evidence["slices"] == ("x86_64", "arm64")


@pytest.mark.parametrize(
    ("rpath", "severity"),
    [("@loader_path/../other/lib", "warning"), ("@loader_path/lib", "error")],
)
def test_a_library_of_another_distribution(tmp_path: Path, rpath: str, severity: str) -> None:
    files = {"pkg/_p.so": extension("_p", "@rpath/libother.dylib", rpaths=(rpath,))}
    report = inspect(tmp_path, files, **{"Requires-Dist": "other"})
    assert codes(report) == [f"WC701 {severity}"]


def test_ways_that_are_not_followed_are_told(tmp_path: Path) -> None:
    files = {"pkg/liba.dylib": dylib("/DLC/liba.dylib", "@rpath/libb.dylib")}
    for number in range(65):
        files[f"pkg/r{number}/libb.dylib"] = dylib("/DLC/libb.dylib")
        files[f"pkg/_p{number}.so"] = extension(
            f"_p{number}", "@loader_path/liba.dylib", rpaths=(f"@loader_path/r{number}",)
        )
    [item] = inspect(tmp_path, files).not_checked
    assert item.subject == "pkg/liba.dylib"
    assert item.reason.startswith("it is loaded in more than 64 ways")


@pytest.mark.parametrize(
    "library",
    [
        "/Library/Frameworks/Python.framework/Versions/3.12/Python",
        "@rpath/libpython3.12.dylib",
    ],
)
def test_the_library_of_an_interpreter(tmp_path: Path, library: str) -> None:
    report = inspect(tmp_path, {"pkg/_p.so": extension("_p", library)})
    assert codes(report) == ["WC711 error"]


def test_a_bundled_interpreter(tmp_path: Path) -> None:
    """#25: peers bundle libpython without a word."""
    files = {
        "pkg/_p.so": extension("_p", "@loader_path/libpython3.12.dylib"),
        "pkg/libpython3.12.dylib": dylib("/DLC/libpython3.12.dylib"),
    }
    assert codes(inspect(tmp_path, files)) == ["WC711 error"]


def test_a_dependency_lacks_a_slice(tmp_path: Path) -> None:
    files = {
        "pkg/_p.so": universal(extension, "_p", "@loader_path/liba.dylib"),
        "pkg/liba.dylib": dylib("/DLC/liba.dylib"),
    }
    [finding] = of(inspect(tmp_path, files, BOTH), "WC722")
    assert finding.evidence["slices"] == ("x86_64",)
    assert finding.severity is Severity.ERROR


def test_two_libraries_of_one_install_name(tmp_path: Path) -> None:
    files = {
        "pkg/_p.so": extension("_p", "@loader_path/a/libz.dylib"),
        "pkg/_q.so": extension("_q", "@loader_path/b/libz.dylib"),
        "pkg/a/libz.dylib": dylib("@rpath/libz.dylib"),
        "pkg/b/libz.dylib": dylib("@rpath/libz.dylib", salt=b"other"),
    }
    assert codes(inspect(tmp_path, files)) == ["WC723 warning"]
    files["pkg/b/libz.dylib"] = files["pkg/a/libz.dylib"]
    assert codes(inspect(tmp_path, files)) == ["WC840 note"]


def test_a_symbol_that_the_library_lacks(tmp_path: Path) -> None:
    name = "@loader_path/liba.dylib"
    files = {
        "pkg/_p.so": extension("_p", name, imports={"here": name, "gone": name}),
        "pkg/liba.dylib": dylib("/DLC/liba.dylib", exports=("here",)),
    }
    [finding] = of(inspect(tmp_path, files), "WC702")
    assert finding.evidence["symbols"] == ("gone",)


def test_reexported_symbols_count(tmp_path: Path) -> None:
    name = "@loader_path/liba.dylib"
    files = {
        "pkg/_p.so": extension("_p", name, imports={"deep": name}),
        "pkg/liba.dylib": dylib("/DLC/liba.dylib", "reexport:@loader_path/libb.dylib"),
        "pkg/libb.dylib": dylib("/DLC/libb.dylib", exports=("deep",)),
    }
    assert codes(inspect(tmp_path, files)) == []
    files["pkg/libb.dylib"] = dylib("/DLC/libb.dylib")
    assert codes(inspect(tmp_path, files)) == ["WC702 error"]
    files["pkg/liba.dylib"] = dylib("/DLC/liba.dylib", "reexport:/usr/lib/libz.1.dylib")
    assert codes(inspect(tmp_path, files)) == [], "the system's exports are not known"


def test_libraries_in_a_ring(tmp_path: Path) -> None:
    count = 40
    files = {"pkg/_p.so": extension("_p", "@loader_path/l0.dylib", rpaths=("@loader_path",))}
    for i in range(count):
        needs = [f"@rpath/l{(i * k + 1) % count}.dylib" for k in (1, 7, 11)]
        files[f"pkg/l{i}.dylib"] = dylib(f"/DLC/l{i}", *needs, rpaths=(f"@loader_path/r{i}",))
    assert of(inspect(tmp_path, files), "WC701") == []
