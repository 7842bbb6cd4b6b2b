"""The code that opens a folder of DLLs does so on a real CPython for Windows."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from wheelcheck.patch.dll_folder import dll_folder_patch
from wheelcheck.patch.python_source import insert_patch

from .inputs import LIBRARIES, TESTDATA, install
from .windows import Finished, Wine, windows_path

pytestmark = pytest.mark.wine


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """demo_odd as installed, with what it needs in a folder that nothing opens yet."""
    install(TESTDATA / "wheels" / "demo_odd-1.0-cp39-abi3-win_amd64.whl", tmp_path)
    (tmp_path / "demo_odd.libs").mkdir()
    for dll in LIBRARIES.glob("*.dll"):
        shutil.copy(dll, tmp_path / "demo_odd.libs")
    return tmp_path


def answer(wine: Wine, python: Path, site: Path, module: str) -> Finished:
    script = (
        f"import sys; sys.path.insert(0, {windows_path(site)!r})\n"
        f"import demo_odd.{module} as module; print(module.answer())"
    )
    return wine.run([str(python), "-c", script])


def patch(site: Path, preload: Sequence[str] = (), old_python: Sequence[str] = ()) -> None:
    init = site / "demo_odd" / "__init__.py"
    body = dll_folder_patch(1, "demo_odd.libs", preload=preload, old_python=old_python)
    init.write_bytes(insert_patch(init.read_bytes(), body))


@pytest.mark.parametrize("module", ["_forward", "_ping"])
def test_libraries_are_found_in_the_folder(
    wine: Wine, windows_python: Path, site: Path, module: str
) -> None:
    assert "DLL load failed" in answer(wine, windows_python, site, module).output

    patch(site)

    assert answer(wine, windows_python, site, module) == Finished(0, "42\n")


@pytest.mark.parametrize("module", ["_delay", "_gnudelay"])
def test_delay_loaded_libraries_need_to_be_loaded_by_path(
    wine: Wine, windows_python: Path, site: Path, module: str
) -> None:
    patch(site)
    without = answer(wine, windows_python, site, module)
    assert without.status != 0
    assert "42" not in without.output

    patch(site, preload=["libleaf-1.dll"], old_python=["libdemo-2.dll"])

    assert answer(wine, windows_python, site, module) == Finished(0, "42\n")


def test_library_that_does_not_load_leaves_the_package_importable(
    wine: Wine, windows_python: Path, site: Path
) -> None:
    (site / "demo_odd.libs" / "bad.dll").write_bytes(b"no DLL")
    patch(site, preload=["gone.dll", "bad.dll"])

    assert answer(wine, windows_python, site, "_ping") == Finished(0, "42\n")
