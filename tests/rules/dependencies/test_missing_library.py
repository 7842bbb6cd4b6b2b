from pathlib import Path

import pytest

from tests.native import SYSTEM, extension, inspect, library, of
from tests.pe_builder import Pe
from wheelcheck import Severity
from wheelcheck.findings import Outcome


def test_names_importer_chain_and_places(tmp_path: Path) -> None:
    report = inspect(
        tmp_path,
        {
            "pkg/__init__.py": b"",
            "pkg/_pkg.pyd": extension("_pkg", {"mid.dll": ["f"]}),
            "pkg/mid.dll": library("f", imports={"libgmp-10.dll": ["__gmpz_init"]}),
        },
    )
    [finding] = of(report, "WC701")
    assert finding.severity is Severity.ERROR
    assert finding.member == "pkg/mid.dll"
    assert "libgmp-10.dll" in finding.message
    assert finding.evidence["chain"] == ("pkg/_pkg.pyd", "pkg/mid.dll", "libgmp-10.dll")
    assert finding.evidence["searched"][0] == "pkg/"
    assert "mingw-w64-ucrt-x86_64-gmp" in finding.help


def test_a_complete_closure_is_no_finding(tmp_path: Path) -> None:
    report = inspect(
        tmp_path,
        {
            "pkg/_pkg.pyd": extension("_pkg", {"MID.dll": ["f"]}),
            "pkg/mid.DLL": library("f", imports={"api-ms-win-crt-heap-l1-1-0.dll": ["free"]}),
        },
    )
    assert of(report, "WC701") == []
    ends = {d.library: d.outcome for d in report.dependencies}
    assert ends["MID.dll"] is Outcome.WHEEL
    assert ends["python3.dll"] is Outcome.PYTHON
    assert ends["api-ms-win-crt-heap-l1-1-0.dll"] is Outcome.SYSTEM


def test_a_library_that_nothing_imports_only_warns(tmp_path: Path) -> None:
    report = inspect(
        tmp_path,
        {"pkg/_pkg.pyd": extension("_pkg"), "pkg/plugin.dll": library(imports={"x.dll": ["f"]})},
    )
    [finding] = of(report, "WC701")
    assert (finding.member, finding.severity) == ("pkg/plugin.dll", Severity.WARNING)


def test_a_script_program_is_reached(tmp_path: Path) -> None:
    program = Pe(imports={"x.dll": ["f"]}, characteristics=0x40000040, exports={})
    data = bytearray(program.build())
    # The DLL flag of the file header, which programs do not have.
    offset = int.from_bytes(data[60:64], "little") + 4 + 18
    data[offset : offset + 2] = (0x0022).to_bytes(2, "little")
    report = inspect(tmp_path, {"demo-1.0.data/scripts/tool.exe": bytes(data)})
    [finding] = of(report, "WC701")
    assert finding.severity is Severity.ERROR
    assert finding.evidence["searched"][0] == "the scripts folder"


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("data/Library/bin", "Library/bin/ of the environment"),
        ("data", "the environment"),
        ("headers/x", "x/ of the headers folder"),
        ("platlib/x", "x/"),
    ],
)
def test_folders_of_schemes_have_names(tmp_path: Path, folder: str, place: str) -> None:
    data = library(imports={"x.dll": ["f"]})
    report = inspect(tmp_path, {f"demo-1.0.data/{folder}/y.dll": data})
    [finding] = of(report, "WC701")
    assert finding.evidence["searched"][0] == place


def test_delay_imports_count(tmp_path: Path) -> None:
    data = Pe(imports=SYSTEM, delay={"late.dll": ["f"]}, exports={"PyInit__p": None}).build()
    [finding] = of(inspect(tmp_path, {"pkg/_p.pyd": data}), "WC701")
    assert "first call" in finding.message


def test_forwarders_count(tmp_path: Path) -> None:
    forwards = Pe(imports=SYSTEM, exports={"f": "other.g"}).build()
    report = inspect(
        tmp_path, {"pkg/_p.pyd": extension("_p", {"a.dll": ["f"]}), "pkg/a.dll": forwards}
    )
    [finding] = of(report, "WC701")
    assert finding.evidence["library"] == ("other.dll",)


def test_another_folder_of_the_wheel_is_not_searched(tmp_path: Path) -> None:
    files = {"pkg/_p.pyd": extension("_p", {"a.dll": ["f"]}), "pkg/bin/a.dll": library("f")}
    [finding] = of(inspect(tmp_path, files), "WC701")
    assert finding.severity is Severity.ERROR
    assert finding.evidence["elsewhere"] == ("pkg/bin/a.dll",)


@pytest.mark.parametrize(
    "source",
    [
        b"import os\nos.add_dll_directory(os.path.join(os.path.dirname(__file__), 'bin'))\n",
        b"import os\nos.add_dll_directory(os.path.join(os.path.dirname(__file__), 'pkg\\\\bin'))\n",
        b"import ctypes, os\nctypes.WinDLL(os.path.join(os.path.dirname(__file__), 'a.dll'))\n",
    ],
)
def test_folders_that_sources_add_are_searched(tmp_path: Path, source: bytes) -> None:
    files = {
        "pkg/__init__.py": source,
        "pkg/_p.pyd": extension("_p", {"a.dll": ["f"]}),
        "pkg/bin/a.dll": library("f"),
    }
    report = inspect(tmp_path, files)
    assert of(report, "WC701") == []
    [edge] = [d for d in report.dependencies if d.library == "a.dll"]
    assert "pkg/__init__.py" in edge.reason


def test_data_platlib_is_judged_where_it_is_installed(tmp_path: Path) -> None:
    files = {
        "demo-1.0.data/platlib/pkg/_p.pyd": extension("_p", {"a.dll": ["f"]}),
        "pkg/a.dll": library("f"),
    }
    assert of(inspect(tmp_path, files), "WC701") == []


def test_drivers_are_not_missing(tmp_path: Path) -> None:
    report = inspect(tmp_path, {"pkg/_p.pyd": extension("_p", {"nvcuda.dll": ["cuInit"]})})
    assert of(report, "WC701") == []
    assert "driver" in {str(d.outcome) for d in report.dependencies}
