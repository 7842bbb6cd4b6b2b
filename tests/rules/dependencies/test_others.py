"""WC702 missing-symbol, WC703 msvc-runtime-expected, WC704 mixed-c-runtimes."""

from pathlib import Path

from tests.native import SYSTEM, extension, inspect, library, of
from tests.pe_builder import FIRST_ORDINAL, Pe
from wheelcheck import Severity


def test_a_function_that_is_not_exported(tmp_path: Path) -> None:
    files = {"pkg/_p.pyd": extension("_p", {"a.dll": ["f", "g"]}), "pkg/a.dll": library("f")}
    [finding] = of(inspect(tmp_path, files), "WC702")
    assert finding.severity is Severity.ERROR
    assert finding.evidence["symbols"] == ("g",)
    assert finding.evidence["library"] == ("pkg/a.dll",)


def test_functions_that_are_exported(tmp_path: Path) -> None:
    files = {"pkg/_p.pyd": extension("_p", {"a.dll": ["f"]}), "pkg/a.dll": library("f", "g")}
    assert of(inspect(tmp_path, files), "WC702") == []


def test_ordinals(tmp_path: Path) -> None:
    def module(ordinal: int) -> bytes:
        imports: dict[str, list[str | int]] = {"KERNEL32.dll": ["Sleep"], "a.dll": [ordinal]}
        return Pe(imports=imports, exports={"PyInit__p": None}).build()

    good = {"pkg/_p.pyd": module(FIRST_ORDINAL), "pkg/a.dll": library("f")}
    assert of(inspect(tmp_path, good), "WC702") == []
    bad = {"pkg/_p.pyd": module(FIRST_ORDINAL + 7), "pkg/a.dll": library("f")}
    [finding] = of(inspect(tmp_path, bad), "WC702")
    assert finding.evidence["symbols"] == (f"ordinal {FIRST_ORDINAL + 7}",)


def test_a_delayed_function_only_warns(tmp_path: Path) -> None:
    module = Pe(imports=SYSTEM, delay={"a.dll": ["g"]}, exports={"PyInit__p": None}).build()
    [finding] = of(inspect(tmp_path, {"pkg/_p.pyd": module, "pkg/a.dll": library("f")}), "WC702")
    assert finding.severity is Severity.WARNING


def test_the_cxx_runtime_is_a_warning_of_its_own(tmp_path: Path) -> None:
    files = {
        "pkg/_a.pyd": extension("_a", {"MSVCP140.dll": ["f"]}),
        "pkg/_b.pyd": extension("_b", {"msvcp140.dll": ["f"]}),
    }
    report = inspect(tmp_path, files)
    [finding] = of(report, "WC703")
    assert finding.severity is Severity.WARNING
    assert finding.evidence["importers"] == ("pkg/_a.pyd", "pkg/_b.pyd")
    assert of(report, "WC701") == []


def test_a_bundled_cxx_runtime_is_fine(tmp_path: Path) -> None:
    files = {
        "pkg/_a.pyd": extension("_a", {"MSVCP140.dll": ["f"]}),
        "pkg/msvcp140.dll": library("f"),
    }
    assert of(inspect(tmp_path, files), "WC703") == []


def test_two_c_runtimes(tmp_path: Path) -> None:
    files = {
        "pkg/_a.pyd": extension("_a", {"msvcrt.dll": ["free"]}),
        "pkg/_b.pyd": extension("_b", {"api-ms-win-crt-heap-l1-1-0.dll": ["free"]}),
    }
    [finding] = of(inspect(tmp_path, files), "WC704")
    assert finding.severity is Severity.NOTE
    assert dict(finding.evidence) == {"msvcrt": ("pkg/_a.pyd",), "ucrt": ("pkg/_b.pyd",)}


def test_one_c_runtime(tmp_path: Path) -> None:
    files = {"pkg/_a.pyd": extension("_a", {"msvcrt.dll": ["free"]})}
    assert of(inspect(tmp_path, files), "WC704") == []
