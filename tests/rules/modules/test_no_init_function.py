from pathlib import Path

import pytest

from tests.native import SYSTEM, inspect, of
from tests.pe_builder import Pe


def exporting(*names: str) -> bytes:
    return Pe(imports=SYSTEM, exports=dict.fromkeys(names)).build()


@pytest.mark.parametrize(
    ("member", "export"),
    [
        ("pkg/_core.pyd", "PyInit__core"),
        ("pkg/_core.pyd", "PyModExport__core"),
        ("pkg/_core.cp312-win_amd64.pyd", "PyInit__core"),
        ("pkg/__init__.cp312-win_amd64.pyd", "PyInit_pkg"),
        ("pkg/café.pyd", "PyInitU_caf_dma"),
        ("pkg-data/_core.pyd", "anything"),
        ("pkg/library.dll", "anything"),
        ("demo-1.0.data/scripts/_core.pyd", "anything"),
    ],
)
def test_fine(tmp_path: Path, member: str, export: str) -> None:
    report = inspect(tmp_path, {member: exporting(export)}, "cp312-cp312-win_amd64")
    assert of(report, "WC601") == []


def test_a_renamed_module(tmp_path: Path) -> None:
    [finding] = of(inspect(tmp_path, {"pkg/_core.pyd": exporting("PyInit__pkg", "f")}), "WC601")
    assert finding.member == "pkg/_core.pyd"
    assert "PyInit__core" in finding.message
    assert finding.evidence["exported"] == ("PyInit__pkg",)
