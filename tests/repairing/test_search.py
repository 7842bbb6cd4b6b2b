"""Where libraries are looked for on the machine that repairs."""

import os
from pathlib import Path

import pytest

from tests.repairing.kit import libs
from wheelcheck.binary.model import Arch
from wheelcheck.repair_options import split_paths
from wheelcheck.repairing.search import SearchPath


def found(environ: dict[str, str], machine: Arch = Arch.X86_64) -> list[Path]:
    path = SearchPath.for_windows([], [], environ, machine)
    return [file for _, file in path.files(path.last, "A.DLL")]


@pytest.mark.parametrize(
    ("variable", "part"),
    [
        ("MSYSTEM_PREFIX", "bin"),
        ("MINGW_PREFIX", "bin"),
        ("CONDA_PREFIX", "Library/bin"),
        ("CONDA_PREFIX", "DLLs"),
        ("VCPKG_INSTALLED_DIR", "x64-windows/bin"),
        ("VCPKG_ROOT", "installed/x64-windows/bin"),
        ("VCPKG_INSTALLATION_ROOT", "installed/x64-mingw-dynamic/bin"),
    ],
)
def test_prefixes_that_the_environment_names(tmp_path: Path, variable: str, part: str) -> None:
    (tmp_path / part).mkdir(parents=True)
    libs(tmp_path / part, a=b"")
    assert found({variable: str(tmp_path)}) == [tmp_path / part / "a.dll"]
    assert found({variable: ""}) == []


def test_triplets_follow_the_machine(tmp_path: Path) -> None:
    for triplet in ("x86-windows", "arm64-windows"):
        (tmp_path / triplet / "bin").mkdir(parents=True)
        libs(tmp_path / triplet / "bin", a=b"")
    environ = {"VCPKG_INSTALLED_DIR": str(tmp_path)}
    assert found(environ, Arch.X86) == [tmp_path / "x86-windows" / "bin" / "a.dll"]
    assert found(environ, Arch.ARM64) == [tmp_path / "arm64-windows" / "bin" / "a.dll"]


@pytest.mark.parametrize(
    ("separator", "text", "expected"),
    [
        (":", "/a::/b:", ["/a", "/b"]),
        (";", 'C:\\a;;"C:\\b c";', ["C:\\a", "C:\\b c"]),
    ],
)
def test_lists_are_joined_as_on_the_host(
    monkeypatch: pytest.MonkeyPatch, separator: str, text: str, expected: list[str]
) -> None:
    monkeypatch.setattr(os, "pathsep", separator)
    assert split_paths([text, ""]) == tuple(map(Path, expected))


def test_folders_and_names_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "a.dll").mkdir()
    assert found({"PATH": str(tmp_path)}) == []
    assert found({"PATH": str(tmp_path / "absent")}) == []
