from pathlib import Path

import pytest

from tests import macho_builder
from tests.elf_builder import Elf
from tests.native import SYSTEM, inspect, of
from tests.pe_builder import Pe
from wheelcheck import Severity
from wheelcheck.patch.macho_fat import fuse


def exporting(*names: str) -> bytes:
    return Pe(imports=SYSTEM, exports=dict.fromkeys(names)).build()


@pytest.mark.parametrize(
    ("member", "export"),
    [
        ("pkg/_core.pyd", "PyInit__core"),
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


@pytest.mark.parametrize(
    ("tag", "member", "fine"),
    [
        ("cp315-cp315-win_amd64", "pkg/_core.pyd", True),
        ("cp315-abi3.abi3t-win_amd64", "pkg/_core.pyd", True),
        ("cp312-cp312-win_amd64", "pkg/_core.pyd", False),
        ("cp39-abi3-win_amd64", "pkg/_core.pyd", False),
        ("cp314.cp315-abi3-win_amd64", "pkg/_core.pyd", False),
        # CPython 3.14 does not look at this file at all.
        ("cp314.cp315-cp314.cp315-win_amd64", "pkg/_core.cp315-win_amd64.pyd", True),
    ],
)
def test_export_hooks_exist_since_3_15(tmp_path: Path, tag: str, member: str, fine: bool) -> None:
    findings = of(inspect(tmp_path, {member: exporting("PyModExport__core")}, tag), "WC601")
    assert [f.severity for f in findings] == ([] if fine else [Severity.ERROR])
    assert all("before 3.15" in f.message for f in findings)


def test_both_ways_serve_all(tmp_path: Path) -> None:
    files = {"pkg/_core.pyd": exporting("PyModExport__core", "PyInit__core")}
    assert of(inspect(tmp_path, files, "cp39-abi3-win_amd64"), "WC601") == []


@pytest.mark.parametrize("suffix", [".cpython-312-darwin.so", ".so"])
def test_a_slice_without_it(tmp_path: Path, suffix: str) -> None:
    intel = macho_builder.extension("_core", arch="x86_64")
    arm = macho_builder.extension("_other", arch="arm64")
    files = {f"pkg/_core{suffix}": fuse(intel, arm)}
    [finding] = of(inspect(tmp_path, files, "cp312-cp312-macosx_11_0_universal2"), "WC601")
    assert finding.evidence["arch"] == ("arm64",)
    assert "(arm64)" in finding.message
    # Nobody is promised the other half.
    assert of(inspect(tmp_path, files, "cp312-cp312-macosx_11_0_x86_64"), "WC601") == []


def test_several_modules_in_one_file(tmp_path: Path) -> None:
    own = {"pkg/_core.pyd": exporting("PyInit__core", "PyInit__a", "PyInit__b")}
    assert of(inspect(tmp_path, own), "WC601") == []
    others = {"pkg/_core.pyd": exporting("PyInit__a", "PyInit__b")}
    [finding] = of(inspect(tmp_path, others), "WC601")
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize("suffix", [".abi3.so", ".cpython-312-x86_64-linux-gnu.so"])
def test_a_library_for_cffi_under_a_modules_suffix(tmp_path: Path, suffix: str) -> None:
    tag = f"cp312-{'abi3' if 'abi3' in suffix else 'cp312'}-manylinux_2_28_x86_64"
    files = {f"pkg/_aes{suffix}": Elf(uses=("malloc",), defines=("aes_start",)).build()}
    assert of(inspect(tmp_path, files, tag), "WC601") == []
    files = {f"pkg/_aes{suffix}": Elf(uses=("PyLong_AsLong",), defines=("aes_start",)).build()}
    assert len(of(inspect(tmp_path, files, tag), "WC601")) == 1


def test_a_plain_library_is_no_module(tmp_path: Path) -> None:
    files = {"pkg/_core.so": Elf(defines=("anything",)).build()}
    assert of(inspect(tmp_path, files, "cp312-cp312-manylinux_2_28_x86_64"), "WC601") == []


def test_a_renamed_module(tmp_path: Path) -> None:
    [finding] = of(inspect(tmp_path, {"pkg/_core.pyd": exporting("PyInit__pkg", "f")}), "WC601")
    assert finding.member == "pkg/_core.pyd"
    assert "PyInit__core" in finding.message
    assert finding.evidence["exported"] == ("PyInit__pkg",)
