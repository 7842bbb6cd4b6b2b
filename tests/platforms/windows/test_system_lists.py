"""The lists and rules of delvewheel against ours: every difference is explained."""

import re
import runpy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from wheelcheck.distinfo.tag_sets import expand
from wheelcheck.platforms.base import load_data
from wheelcheck.platforms.windows.supply import classify
from wheelcheck.platforms.windows.target import WindowsTarget

pytestmark = pytest.mark.peers

SCRIPT = Path(__file__).parents[3] / "docs" / "data" / "regenerate_windows.py"

TAGS = [
    "cp312-cp312-win_amd64",
    "cp312-cp312-win32",
    "cp311-cp311-win_arm64",
    "cp313-cp313t-win_amd64",
    "cp38-cp38-win_amd64",
    "cp37-cp37m-win32",
    "cp39-abi3-win_amd64",
    "cp39-abi3-win32",
    "cp38-abi3-win_amd64",
    "cp315-abi3.abi3t-win_amd64",
    "cp312-cp312d-win_amd64",
    "pp310-pypy310_pp73-win_amd64",
    "graalpy312-graalpy250_312_native-win_amd64",
    "py3-none-win_amd64",
]

# Where the two differ, and why.
OURS_ONLY = {
    # Windows 10 for arm64 has no arm64 file of that name, Windows 11 runs x64 from System32.
    "opengl32.dll": {"cp311-cp311-win_arm64"},
    # Part of every Windows that these tags admit, of which delvewheel's one list, made for
    # Windows 7, knows nothing: it would bundle Windows's own files.
    "ucrtbase.dll": {tag for tag in TAGS if not tag.endswith("arm64")},
    "d3d12.dll": {tag for tag in TAGS if not tag.endswith("arm64")},
    "gdiplus.dll": {tag for tag in TAGS if not tag.endswith("arm64")},
    # delvewheel has no rule for ext-ms-*: its issue 70.
    "ext-ms-win-ntuser-window-l1-1-0.dll": set(TAGS),
    # A driver's: delvewheel looks for it and bundles it where it finds it.
    "nvcuda.dll": set(TAGS),
    # A Python with the C ABI of tags "none" is still a Python: all have this one.
    "vcruntime140.dll": {"py3-none-win_amd64"},
}
THEIRS_ONLY = {
    # LibreSSL for Windows's own use, on discs for arm64.
    "libcrypto.dll": {"cp311-cp311-win_arm64"},
}
NAMES = [
    *OURS_ONLY,
    *THEIRS_ONLY,
    "vcruntime140_1.dll",
    "vcruntime140d.dll",
    "ucrtbased.dll",
    "msvcp140.dll",
    "msvcr100.dll",
    "kernel32.dll",
    "winspool.drv",
    "combase.dll",
    "api-ms-win-crt-heap-l1-1-0.dll",
    "python3.dll",
    "python3t.dll",
    "python312_d.dll",
    "libpypy3.10-c.dll",
    "python-native.dll",
    "libgmp-10.dll",
    "concrt140.dll",
]


@pytest.fixture(scope="module")
def discs() -> ModuleType:
    module: ModuleType = pytest.importorskip("delvewheel._dll_list")
    return module


def ignored(discs: ModuleType, name: str, tag: str) -> bool:
    """Tell whether delvewheel leaves a DLL of this name out, by its tables."""
    pythons, abis, platform = (part.split(".") for part in tag.split("-"))
    machine = discs.MachineType.platform_tag_to_type(platform[0])

    def all_have(table: dict[str, set[str]], parts: list[str]) -> bool:
        return all(
            any(name in names for key, names in table.items()
                if re.fullmatch(key, f"{part}-{platform[0]}"))
            for part in parts
        )  # fmt: skip

    return (
        name in discs.ignore_names[machine]
        or any(r.fullmatch(name) for r in discs.ignore_regexes)
        or all_have(discs.ignore_by_abi_platform, abis)
        or (set(abis) <= {"abi3", "abi3t"} and all_have(discs.ignore_abi3, pythons))
    )


@pytest.mark.parametrize("tag", TAGS)
def test_the_same_names_are_left_out(discs: ModuleType, tag: str) -> None:
    target = WindowsTarget.from_tags(expand(tag))
    assert target is not None
    ours = {name for name in NAMES if classify(name, target)}
    theirs = {name for name in NAMES if ignored(discs, name, tag)}
    assert ours - theirs == {n for n, tags in OURS_ONLY.items() if tag in tags}
    assert theirs - ours == {n for n, tags in THEIRS_ONLY.items() if tag in tags}


def test_all_that_its_discs_hold_is_ours_too(discs: ModuleType) -> None:
    for platform in ("win32", "win_amd64", "win_arm64"):
        target = WindowsTarget.from_tags(expand(f"cp311-cp311-{platform}"))
        assert target is not None
        names = discs.ignore_names[discs.MachineType.platform_tag_to_type(platform)]
        assert {n for n in names if classify(n, target) is None} <= {"libcrypto.dll"}


@pytest.mark.usefixtures("discs")
def test_the_data_file_is_what_the_script_writes() -> None:
    script: dict[str, Any] = runpy.run_path(str(SCRIPT))
    assert script["build"]() == load_data("windows-system.json")
