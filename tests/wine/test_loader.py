"""The C loader tells good from bad, before any repair is judged by it."""

import shutil
from pathlib import Path

import pytest

from .inputs import LIBRARIES, TESTDATA, install
from .windows import Wine, windows_path

pytestmark = pytest.mark.wine


def load(wine: Wine, loader: Path, wheel: str, module: str, folder: Path, *added: Path) -> str:
    [path] = (TESTDATA / "wheels").glob(f"{wheel}-*.whl")
    extension = install(path, folder) / module
    command = [str(loader), windows_path(extension), "--call", "plain_answer"]
    return wine.run([*command, *map(windows_path, added)]).output


def test_a_missing_library_is_error_126(wine: Wine, loader: Path, tmp_path: Path) -> None:
    assert load(wine, loader, "demo", "demo/_demo.pyd", tmp_path) == "error 126\n"


def test_libraries_beside_the_extension_are_found_in_turn(
    wine: Wine, loader: Path, tmp_path: Path
) -> None:
    output = load(wine, loader, "demo_beside", "demo_beside/_demo.pyd", tmp_path)
    assert output == "loaded\nplain_answer = 42\n"


def test_added_folders_are_searched(wine: Wine, loader: Path, tmp_path: Path) -> None:
    output = load(wine, loader, "demo", "demo/_demo.pyd", tmp_path, LIBRARIES)
    assert output == "loaded\nplain_answer = 42\n"


def test_another_machine_is_error_193(wine: Wine, loader: Path, tmp_path: Path) -> None:
    module = "demo_wrongmachine/_demo.pyd"
    assert load(wine, loader, "demo_wrongmachine", module, tmp_path) == "error 193\n"


@pytest.mark.parametrize("library", ["ordinal", "forward", "ping"])
def test_odd_libraries_work(wine: Wine, loader: Path, tmp_path: Path, library: str) -> None:
    module = f"demo_odd/_{library}.pyd"
    output = load(wine, loader, "demo_odd", module, tmp_path, LIBRARIES)
    assert output == "loaded\nplain_answer = 42\n"


@pytest.mark.parametrize("library", ["delay", "gnudelay"])
def test_delay_loaded_libraries_are_found_beside_the_program(
    wine: Wine, loader: Path, tmp_path: Path, library: str
) -> None:
    # The delay helper calls LoadLibrary with a bare name: no added folder counts for it.
    program = tmp_path / "program"
    program.mkdir()
    for file in (loader, loader.parent / "python3.dll", LIBRARIES / "libleaf-1.dll"):
        shutil.copy(file, program)
    module = f"demo_odd/_{library}.pyd"
    output = load(wine, program / loader.name, "demo_odd", module, tmp_path, LIBRARIES)
    assert output == "loaded\nplain_answer = 42\n"
