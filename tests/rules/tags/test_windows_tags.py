"""WC401 machine-mismatch and WC402 python-dll-mismatch."""

from pathlib import Path

import pytest

from tests.native import ARM64, X86, X86_64, extension, inspect, library, of
from tests.pe_builder import Pe
from wheelcheck import Severity


def built_for(machine: int) -> bytes:
    plus = machine != X86
    exports = {"PyInit__p": None}
    return Pe(machine=machine, plus=plus, imports={"KERNEL32.dll": ["f"]}, exports=exports).build()


@pytest.mark.parametrize(
    ("platform", "machine"), [("win32", X86), ("win_amd64", X86_64), ("win_arm64", ARM64)]
)
def test_the_machine_of_the_tag(tmp_path: Path, platform: str, machine: int) -> None:
    for other in (X86, X86_64, ARM64):
        report = inspect(tmp_path, {"pkg/_p.pyd": built_for(other)}, f"cp312-cp312-{platform}")
        found = of(report, "WC401")
        assert bool(found) == (other != machine)
        assert all(f.severity is Severity.ERROR for f in found)


@pytest.mark.parametrize(
    ("tag", "dll", "good"),
    [
        ("cp39-abi3-win_amd64", "python3.dll", True),
        ("cp39-abi3-win_amd64", "python312.dll", False),
        ("cp312-cp312-win_amd64", "python312.dll", True),
        ("cp312-cp312-win_amd64", "python311.dll", False),
        ("cp312-cp312-win_amd64", "python312_d.dll", False),
        ("cp313-cp313t-win_amd64", "python313t.dll", True),
        ("cp313-cp313t-win_amd64", "python313.dll", False),
        ("cp313-cp313-win_amd64", "python313t.dll", False),
    ],
)
def test_the_python_of_the_tag(tmp_path: Path, tag: str, dll: str, good: bool) -> None:
    module = Pe(imports={dll: ["PyModule_Create2"]}, exports={"PyInit__p": None}).build()
    found = of(inspect(tmp_path, {"pkg/_p.pyd": module}, tag), "WC402")
    assert bool(found) != good
    assert all(f.severity is Severity.ERROR and dll in f.message for f in found)


def test_a_library_that_nothing_loads_only_warns(tmp_path: Path) -> None:
    files = {
        "pkg/_p.pyd": extension("_p"),
        "pkg/plugin.dll": library(imports={"python311.dll": ["f"]}),
    }
    [finding] = of(inspect(tmp_path, files), "WC402")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("machine", "platform", "words"),
    [
        (X86_64, "win_amd64", "ARM64EC: only x64 processes on an ARM64 machine load it"),
        (X86_64, "win_arm64", "ARM64EC"),
        (ARM64, "win_amd64", "ARM64X: only processes on an ARM64 machine load it"),
        (ARM64, "win_arm64", None),
    ],
)
def test_images_that_mix_arm64_and_x64(
    tmp_path: Path, machine: int, platform: str, words: str | None
) -> None:
    module = Pe(machine=machine, chpe=True, imports={}, exports={"PyInit__p": None}).build()
    found = of(inspect(tmp_path, {"pkg/_p.pyd": module}, f"cp312-cp312-{platform}"), "WC401")
    assert bool(found) == (words is not None)
    for finding in found:
        assert finding.severity is Severity.ERROR
        assert words is not None
        assert words in finding.message
