"""The lines for cibuildwheel: the same on three systems, one wheel in, one wheel out."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tests.integration.pages import cibuildwheel_options
from tests.linux.inputs import PLAIN, leaf, mid
from tests.macho_builder import dylib, extension
from tests.repairing.mac_kit import libs, wheel
from tests.wheels import WheelBuilder
from wheelcheck.cli import main


def for_windows(_folder: Path) -> tuple[Path, Path]:
    path = ROOT / "testdata/wheels/demo-1.0-cp39-abi3-win_amd64.whl"
    return path, ROOT / "testdata/libs-win_amd64"


def for_linux(folder: Path) -> tuple[Path, Path]:
    (folder / "lib").mkdir()
    (folder / "lib/libleaf.so.1").write_bytes(leaf())
    path = WheelBuilder(tag=PLAIN, files={"demo/libmid.so.2": mid()}).write(folder)
    return path, folder / "lib"


def for_macos(folder: Path) -> tuple[Path, Path]:
    lib = libs(folder / "lib", liba=dylib("@rpath/liba.dylib"))
    return wheel(folder / "in", {"pkg/_p.so": extension("_p", "@rpath/liba.dylib")}), lib


def call(command: str, **places: object) -> int:
    program, *arguments = (word.format(**places) for word in shlex.split(command))
    assert program == "wheelcheck"
    return main(arguments)


@pytest.mark.parametrize("make", [for_windows, for_linux, for_macos])
def test_one_line_repairs_on_each_system(
    make: Callable[[Path], tuple[Path, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path, lib = make(tmp_path)
    (tmp_path / "wheelcheck.toml").write_text(f"[repair]\nadd-paths = ['{lib}']\n", "utf-8")
    options = cibuildwheel_options()
    place = tmp_path / "dest"
    assert call(options["repair-wheel-command"], dest_dir=place, wheel=path) == 0
    [repaired] = place.glob("*.whl")
    assert call(options["audit-command"], wheel=repaired) == 0
    assert call(options["audit-command"], wheel=path) == 1


def test_a_complete_wheel_is_delivered(tmp_path: Path) -> None:
    """cibuildwheel stops where a repair leaves no wheel in its folder."""
    path = ROOT / "testdata/wheels/demo_beside-1.0-cp39-abi3-win_amd64.whl"
    options = cibuildwheel_options()
    assert call(options["repair-wheel-command"], dest_dir=tmp_path, wheel=path) == 0
    [found] = tmp_path.iterdir()
    assert found.read_bytes() == path.read_bytes()
