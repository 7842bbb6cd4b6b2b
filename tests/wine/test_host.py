"""wheelcheck itself runs on Windows, and makes there what it makes here."""

import shutil
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck

from .inputs import LIBRARIES, TESTDATA
from .windows import Finished, Wine, windows_path

pytestmark = pytest.mark.wine

DEMO = TESTDATA / "wheels" / "demo-1.0-cp39-abi3-win_amd64.whl"
NEEDED = ("wheelcheck", "packaging", "trove_classifiers")


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheelcheck and what it needs, all of it plain Python."""
    folder = tmp_path_factory.mktemp("modules")
    for name in NEEDED:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        if origin.name == "__init__.py":
            shutil.copytree(
                origin.parent, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(origin, folder)
    return folder


def run(wine: Wine, python: Path, modules: Path, *arguments: str) -> Finished:
    script = (
        f"import sys; sys.path.insert(0, {windows_path(modules)!r})\n"
        f"from wheelcheck.cli import main; sys.exit(main({list(arguments)!r}))"
    )
    return wine.run([str(python), "-c", script])


def contents(wheel: Path) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(wheel) as archive:
        return [
            (info.filename, info.date_time, info.external_attr, archive.read(info))
            for info in archive.infolist()
        ]


@pytest.mark.parametrize("layout", ["beside", "libs"])
def test_the_same_wheel_comes_out(
    wine: Wine, windows_python: Path, modules: Path, tmp_path: Path, layout: str
) -> None:
    options = ["repair", "--windows", windows_path(DEMO), "--layout", layout]
    options += ["--add-path", f"Z:\\nowhere;{windows_path(LIBRARIES)}"]
    done = run(wine, windows_python, modules, *options, "-w", windows_path(tmp_path / "there"))
    assert done.status == 0, done.output
    here = wheelcheck.repair(
        DEMO, tmp_path / "here", layout=layout, add_paths=[LIBRARIES], environ={}
    )
    assert here.output is not None
    assert contents(tmp_path / "there" / DEMO.name) == contents(here.output)
    assert [path.name for path in (tmp_path / "there").iterdir()] == [DEMO.name]


def test_replacing_files(wine: Wine, windows_python: Path, modules: Path, tmp_path: Path) -> None:
    """Windows renames no file that is open, and replaces none."""
    wheel = Path(shutil.copy(DEMO, tmp_path))
    options = ["repair", windows_path(wheel), "--add-path", windows_path(LIBRARIES)]
    out = ["-w", windows_path(tmp_path / "out")]
    assert run(wine, windows_python, modules, *options, *out).status == 0
    again = run(wine, windows_python, modules, *options, *out)
    assert again.status == 0, again.output
    other = run(wine, windows_python, modules, *options, *out, "--layout", "libs")
    assert other.status == 1
    assert "--force" in other.output
    forced = run(wine, windows_python, modules, *options, *out, "--layout", "libs", "--force")
    assert forced.status == 0, forced.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == [DEMO.name]

    in_place = run(wine, windows_python, modules, *options, "--in-place")
    assert in_place.status == 0, in_place.output
    assert wheelcheck.inspect(wheel).at_least(wheelcheck.Severity.ERROR) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([DEMO.name, "out"])


def test_output_for_any_encoding(
    wine: Wine, windows_python: Path, modules: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "wh\u0142"
    folder.mkdir()
    wheel = Path(shutil.copy(DEMO, folder))
    done = run(wine, windows_python, modules, "inspect", windows_path(wheel))
    assert done.status == 1
    assert "WC701" in done.output
    assert "Traceback" not in done.output


def test_long_paths(wine: Wine, windows_python: Path, modules: Path, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["deep" * 10] * 6)
    options = ["repair", windows_path(DEMO), "--add-path", windows_path(LIBRARIES)]
    place = "\\\\?\\" + windows_path(deep)
    done = run(wine, windows_python, modules, *options, "-w", place)
    assert done.status == 0, done.output
    assert (deep / DEMO.name).is_file()
