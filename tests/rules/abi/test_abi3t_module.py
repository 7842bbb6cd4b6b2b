from pathlib import Path

import pytest

from tests.elf_builder import Elf
from tests.native import inspect, of
from tests.pe_builder import Pe
from wheelcheck.platforms.stable_abi import load_stable_abi

BOTH = "cp315-abi3.abi3t-manylinux_2_28_x86_64"


def module(export: str, *uses: str) -> bytes:
    return Elf(uses=uses, defines=(f"{export}__x",)).build()


@pytest.mark.parametrize(
    ("member", "data", "tag"),
    [
        ("demo/_x.abi3t.so", module("PyModExport", "PyModule_FromSlotsAndSpec"), BOTH),
        ("demo/_x.abi3t.so", module("PyInit", "PyModule_New"), BOTH),
        # The file for builds with the GIL, beside one for the others.
        ("demo/_x.abi3.so", module("PyInit", "PyModuleDef_Init"), BOTH),
        (
            "demo/_x.abi3.so",
            module("PyInit", "PyModuleDef_Init"),
            "cp315-abi3-manylinux_2_28_x86_64",
        ),
    ],
)
def test_fine(tmp_path: Path, member: str, data: bytes, tag: str) -> None:
    assert of(inspect(tmp_path, {member: data}, tag), "WC503") == []


@pytest.mark.parametrize("name", ["PyModuleDef_Init", "PyModule_Create2"])
@pytest.mark.parametrize("tag", [BOTH, "cp315-abi3t-manylinux_2_28_x86_64"])
def test_a_module_defined_for_abi3_only(tmp_path: Path, name: str, tag: str) -> None:
    files = {"demo/_x.abi3t.so": module("PyInit", name, "PyLong_FromLong")}
    [finding] = of(inspect(tmp_path, files, tag), "WC503")
    assert finding.evidence["symbols"] == (name,)
    assert finding.evidence["exports"] == ("PyInit__x",)
    assert finding.evidence["floor"] == ("3.15",)


def test_windows_has_one_suffix_for_both(tmp_path: Path) -> None:
    pe = Pe(imports={"python3t.dll": ["PyModuleDef_Init"]}, exports={"PyInit__x": None}).build()
    report = inspect(tmp_path, {"demo/_x.pyd": pe}, "cp315-abi3.abi3t-win_amd64")
    assert len(of(report, "WC503")) == 1
    assert of(report, "WC402") == []


def test_names_newer_than_abi3t(tmp_path: Path) -> None:
    [newer, *_] = [n for n, since in load_stable_abi().functions.items() if since > (3, 15)]
    report = inspect(tmp_path, {"demo/_x.abi3t.so": module("PyModExport", newer)}, BOTH)
    assert [f.evidence["floor"] for f in of(report, "WC502")] == [("3.15",)]
