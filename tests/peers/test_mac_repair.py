"""Repairs of macOS wheels beside those of repairwheel, and read by LLVM's tools."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import wheelcheck
from tests import macho_verifier as verifier
from tests.macho_builder import dylib, extension, universal
from tests.macho_images import built
from tests.repairing.mac_kit import libs, members, natives, needs, repair, wheel
from tests.rules.mac import BOTH

pytestmark = pytest.mark.peers


def run(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def edges(path: Path) -> dict[str, list[list[str]]]:
    """Return what each slice of each image loads, by file name."""
    return {
        name.rpartition("/")[2]: [needs(piece) for piece in slices]
        for name, slices in natives(path).items()
    }


@pytest.fixture
def lacking(tmp_path: Path) -> tuple[Path, Path]:
    """Return a universal2 wheel, and the folder of what it lacks."""
    folder = libs(
        tmp_path / "l",
        liba=universal(dylib, "@rpath/liba.dylib", "@rpath/libb.dylib"),
        libb=universal(dylib, "@rpath/libb.dylib"),
    )
    files = {"pkg/sub/_p.so": universal(extension, "_p", "@rpath/liba.dylib")}
    return wheel(tmp_path / "in", files, BOTH), folder


def test_same_edges_as_repairwheel(lacking: tuple[Path, Path], tmp_path: Path) -> None:
    path, folder = lacking
    run("repairwheel", "-o", str(tmp_path / "theirs"), "-l", str(folder), str(path))
    [theirs] = (tmp_path / "theirs").glob("*.whl")
    ours = repair(path, tmp_path / "ours", folder).output
    assert ours is not None
    assert ours.name == theirs.name
    assert edges(ours) == edges(theirs)
    assert natives(ours).keys() == natives(theirs).keys()
    identity = {n: [s.install_name for s in v] for n, v in natives(ours).items()}
    assert identity == {n: [s.install_name for s in v] for n, v in natives(theirs).items()}


def test_their_results_are_good(lacking: tuple[Path, Path], tmp_path: Path) -> None:
    path, folder = lacking
    run("repairwheel", "-o", str(tmp_path / "theirs"), "-l", str(folder), str(path))
    [theirs] = (tmp_path / "theirs").glob("*.whl")
    assert wheelcheck.inspect(theirs).at_least(wheelcheck.Severity.ERROR) == ()
    assert repair(theirs, tmp_path / "out").action == "unchanged"


@pytest.mark.parametrize("name", ["liba.dylib", "libb.dylib", "_p.so"])
def test_llvm_reads_the_result(lacking: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    path, folder = lacking
    done = repair(path, tmp_path / "out", folder)
    assert done.output is not None
    [member] = [m for m in natives(done.output) if m.endswith(f"/{name}")]
    file = tmp_path / name
    file.write_bytes(members(done.output)[member])
    text = run("llvm-objdump-19", "--macho", "--arch=all", "--dylibs-used", str(file))
    wanted = [library for piece in natives(done.output)[member] for library in needs(piece)]
    for library in wanted:
        assert library in text
    assert "@rpath" not in text
    assert run("llvm-lipo-19", "-archs", str(file)).split() == ["x86_64", "arm64"]


def test_compiled_images(tmp_path: Path) -> None:
    """Images of a real linker, without room: moved, signed, and read by others."""
    leaf, mid = built("libleaf.1.dylib"), built("libmid.dylib")
    folder = libs(tmp_path / "l", **{"libleaf.1": leaf, "libmid": mid})
    files = {"pkg/demo.cpython-312-darwin.so": built("demo.cpython-312-darwin.so")}
    path = wheel(tmp_path / "in", files, "cp312-cp312-macosx_11_0_arm64")
    done = repair(path, tmp_path / "out", folder)
    assert done.output is not None
    for index, (name, data) in enumerate(members(done.output).items()):
        if name not in natives(done.output):
            continue
        verifier.check(data)
        file = tmp_path / f"{index}"
        file.write_bytes(data)
        run("llvm-objdump-19", "--macho", "--arch=all", "--all-headers", str(file))
        run("llvm-nm-19", "--arch=all", str(file))


def test_delocate_accepts_the_result(lacking: tuple[Path, Path], tmp_path: Path) -> None:
    path, folder = lacking
    done = repair(path, tmp_path / "out", folder)
    assert done.output is not None
    run("delocate-addplat", "-p", "macosx_12_0_universal2", "-w", str(tmp_path), str(done.output))
    with zipfile.ZipFile(done.output) as archive:
        assert archive.testzip() is None
