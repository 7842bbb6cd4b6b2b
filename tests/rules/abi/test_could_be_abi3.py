from pathlib import Path

import pytest

import wheelcheck
from tests import elf_builder, macho_builder
from tests.elf_builder import Elf
from tests.pe_builder import Pe
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Severity

LINUX = "manylinux_2_28_x86_64"
SO = "demo/_x.cpython-312-x86_64-linux-gnu.so"


def found(
    folder: Path, files: dict[str, bytes], tag: str = f"cp312-cp312-{LINUX}", python: str = ">=3.2"
) -> list[Finding]:
    wheel = WheelBuilder(tag=tag, files=files, fields={"Requires-Python": python}).write(folder)
    report = wheelcheck.inspect(wheel)
    assert report.error is None
    return [f for f in report.findings if f.code == "WC504"]


def so(*uses: str, **fields: object) -> dict[str, bytes]:
    return {SO: elf_builder.extension("_x", *uses, **fields)}


def pe(dll: str, *uses: str | int) -> bytes:
    return Pe(imports={dll: uses}, exports={"PyInit__x": None}).build()


@pytest.mark.parametrize(
    ("python", "floor"),
    [(">=3.2", "3.10"), (">=3.11", "3.11"), (">=3.12", "3.12"), (">=4", "3.12")],
)
def test_the_lowest_floor(tmp_path: Path, python: str, floor: str) -> None:
    [finding] = found(tmp_path, so("PyModule_Create2", "PyType_GetModule"), python=python)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["floor"] == (floor,)
    assert finding.evidence["floor_by_symbols"] == ("3.10",)
    assert finding.evidence["newest_symbols"] == ("PyType_GetModule",)
    digits = floor.replace(".", "")
    assert f"cp{digits}-abi3" in finding.message
    assert f"abi3-py{digits}" in finding.help


@pytest.mark.parametrize("dll", ["python312.dll", "python3.dll"])
def test_windows(tmp_path: Path, dll: str) -> None:
    files = {"demo/_x.cp312-win_amd64.pyd": pe(dll, "PyModule_Create2")}
    [finding] = found(tmp_path, files, "cp312-cp312-win_amd64")
    assert finding.evidence["modules"] == ("demo/_x.cp312-win_amd64.pyd",)


def test_macos(tmp_path: Path) -> None:
    files = {"demo/_x.cpython-312-darwin.so": macho_builder.extension("_x", lookup=("Py_Is",))}
    assert len(found(tmp_path, files, "cp312-cp312-macosx_11_0_arm64")) == 1


@pytest.mark.parametrize(
    ("files", "tag"),
    [
        pytest.param(so("PyModule_Create2", "_PyLong_AsInt"), None, id="private name"),
        pytest.param(so("PyModule_Create2", weak=("_Py_Foo",)), None, id="weak private name"),
        pytest.param(so("PyLong_Export"), None, id="newer than the tag"),
        pytest.param(so("malloc"), None, id="nothing of CPython"),
        pytest.param(so("Py_Is"), f"cp312-abi3-{LINUX}", id="abi3 already"),
        pytest.param(so("Py_Is"), f"cp313-cp313t-{LINUX}", id="free-threaded"),
        pytest.param(so("Py_Is"), f"cp312-cp312d-{LINUX}", id="debug"),
        pytest.param(so("Py_Is"), f"pp310-pypy310_pp73-{LINUX}", id="PyPy"),
        pytest.param(so("Py_Is"), f"py3-none-{LINUX}", id="any Python"),
        pytest.param(so("Py_Is"), f"cp311.cp312-cp311.cp312-{LINUX}", id="two versions"),
        pytest.param({**so("Py_Is"), "demo/_y.abi3.so": b"\x7fELF"}, None, id="damaged module"),
        pytest.param(
            {**so("Py_Is"), "demo/lib.so.1": Elf(uses=("_Py_Foo",)).build()}, None, id="its library"
        ),
        pytest.param(
            {"demo/_x.pyd": pe("python312.dll", "Py_Is", 7)}, "cp312-cp312-win_amd64", id="ordinal"
        ),
    ],
)
def test_not(tmp_path: Path, files: dict[str, bytes], tag: str | None) -> None:
    assert found(tmp_path, files, tag or f"cp312-cp312-{LINUX}") == []
