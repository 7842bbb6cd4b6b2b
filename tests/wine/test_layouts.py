"""Wheels repaired in every layout import and compute on a real CPython for Windows."""

import zipfile
from pathlib import Path

import pytest

import wheelcheck

from .inputs import LIBRARIES, TESTDATA, install, write_wheel
from .windows import Finished, Wine, windows_path

pytestmark = pytest.mark.wine

WHEELS = TESTDATA / "wheels"
ODD = WHEELS / "demo_odd-1.0-cp39-abi3-win_amd64.whl"
DEMO = WHEELS / "demo-1.0-cp39-abi3-win_amd64.whl"


def dist_info(wheel: Path, *replaced: tuple[str, str]) -> dict[str, bytes]:
    """Return a wheel's dist-info files without RECORD, with other words in names and text."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if ".dist-info/" in name and not name.endswith("RECORD"):
                data = archive.read(name)
                for old, new in replaced:
                    data = data.replace(old.encode(), new.encode())
                found[_replaced(name, replaced)] = data
    return found


def _replaced(name: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        name = name.replace(old, new)
    return name


def repaired(wheel: Path, folder: Path, **options: object) -> tuple[Path, wheelcheck.Plan]:
    """Repair a wheel and install the result; return site-packages."""
    done = wheelcheck.repair(
        wheel,
        folder / "wheelhouse",
        add_paths=[LIBRARIES],
        environ={},
        **options,  # type: ignore[arg-type]
    )
    assert done.output is not None
    return install(done.output, folder / "site"), done.plan


def run(wine: Wine, python: Path, site: Path, script: str) -> Finished:
    prelude = f"import sys; sys.path.insert(0, {windows_path(site)!r})\n"
    return wine.run([str(python), "-c", prelude + script])


@pytest.mark.parametrize("layout", ["beside", "libs"])
@pytest.mark.parametrize("module", ["_ordinal", "_forward", "_ping", "_delay"])
def test_each_module_computes_in_each_layout(
    wine: Wine, windows_python: Path, tmp_path: Path, layout: str, module: str
) -> None:
    """_delay calls into a library that is delay-loaded, which no search would find."""
    site, plan = repaired(ODD, tmp_path, layout=layout)
    assert {b.member.partition("/")[0] for b in plan.bundles} == {
        "demo_odd" if layout == "beside" else "demo_odd.libs"
    }
    script = f"from demo_odd import {module} as m; print(m.answer())"
    assert run(wine, windows_python, site, script) == Finished(0, "42\n")


@pytest.mark.parametrize("layout", ["beside", "libs"])
def test_a_delay_import_that_no_header_shows_needs_to_be_included(
    wine: Wine, windows_python: Path, tmp_path: Path, layout: str
) -> None:
    script = "from demo_odd import _gnudelay as m; print(m.answer())"
    site, _ = repaired(ODD, tmp_path / "without", layout=layout)
    assert "42" not in run(wine, windows_python, site, script).output

    site, plan = repaired(ODD, tmp_path / "with", layout=layout, include=["libleaf-1.dll"])
    assert any(bundle.member.endswith("/libleaf-1.dll") for bundle in plan.bundles)
    assert run(wine, windows_python, site, script) == Finished(0, "42\n")


def test_an_included_library_is_opened_by_its_bare_name(
    wine: Wine, windows_python: Path, tmp_path: Path
) -> None:
    site, _ = repaired(DEMO, tmp_path, include=["libordinal-1.dll"])
    script = "import demo, ctypes; print(ctypes.CDLL('libordinal-1.dll').ordinal_answer())"
    assert run(wine, windows_python, site, script) == Finished(0, "42\n")


def test_extensions_in_several_folders(wine: Wine, windows_python: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(DEMO) as archive:
        pyd = archive.read("demo/_demo.pyd")
    members = {
        "one/__init__.py": b'"""One."""\nfrom one.deep._demo import answer\n',
        "one/deep/_demo.pyd": pyd,
        "space/two/__init__.py": b"from space.two._demo import answer\n",
        "space/two/_demo.pyd": pyd,
        "space/_demo.pyd": pyd,
        "_demo.pyd": pyd,
        **dist_info(DEMO),
    }
    site, plan = repaired(write_wheel(tmp_path / "in" / DEMO.name, members), tmp_path)
    assert {p.member for p in plan.patches} == {"one/__init__.py", "space/two/__init__.py"}
    for name in ("one", "space.two", "space._demo", "_demo"):
        script = f"import {name} as m; print(m.answer())"
        assert run(wine, windows_python, site, script) == Finished(0, "42\n"), name
    # space stays a namespace: no __init__.py, and another part of it elsewhere is found.
    part = tmp_path / "elsewhere" / "space"
    part.mkdir(parents=True)
    (part / "more.py").write_text("value = 7\n")
    script = (
        f"sys.path.append({windows_path(part.parent)!r})\n"
        "import space.two, space.more; print(space.__file__, space.more.value, len(space.__path__))"
    )
    assert run(wine, windows_python, site, script) == Finished(0, "None 7 2\n")
    script = "import one; print(one.__doc__, [n for n in vars(one) if 'wheelcheck' in n])"
    assert run(wine, windows_python, site, script) == Finished(0, "One. []\n")


def test_a_dll_that_ctypes_opens(wine: Wine, windows_python: Path, tmp_path: Path) -> None:
    """No extension at all: what the DLL needs lies beside it."""
    members = {
        "tool/__init__.py": (
            b"import ctypes, os\n"
            b"lib = ctypes.CDLL(os.path.join(os.path.dirname(__file__), 'bin', 'libdemo-2.dll'))\n"
        ),
        "tool/bin/libdemo-2.dll": (LIBRARIES / "libdemo-2.dll").read_bytes(),
        **dist_info(DEMO, ("demo-", "tool-"), ("cp39-abi3", "py3-none")),
    }
    wheel = write_wheel(tmp_path / "in" / "tool-1.0-py3-none-win_amd64.whl", members)
    site, plan = repaired(wheel, tmp_path)
    assert {b.member.rpartition("/")[0] for b in plan.bundles} == {"tool/bin"}
    script = "import tool; print(tool.lib.demo_answer())"
    assert run(wine, windows_python, site, script) == Finished(0, "42\n")


def test_stripped_libraries_compute(wine: Wine, windows_python: Path, tmp_path: Path) -> None:
    site, plan = repaired(DEMO, tmp_path, strip=True)
    [bundle] = [b for b in plan.bundles if b.library == "libdemo-2.dll"]
    assert (site / bundle.member).stat().st_size < (LIBRARIES / "libdemo-2.dll").stat().st_size
    assert run(wine, windows_python, site, "import demo; print(demo.answer())") == Finished(
        0, "42\n"
    )


def test_the_package_imports_without_its_folder_of_libraries(
    wine: Wine, windows_python: Path, tmp_path: Path
) -> None:
    site, _ = repaired(ODD, tmp_path, layout="libs")
    for file in (site / "demo_odd.libs").iterdir():
        file.unlink()
    (site / "demo_odd.libs").rmdir()
    assert run(wine, windows_python, site, "import demo_odd; print(1)") == Finished(0, "1\n")
