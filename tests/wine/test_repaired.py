"""Wheels that load nowhere are repaired, and then Windows loads them and they compute."""

import math
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .inputs import LIBRARIES, TESTDATA, Case, install, take_out_libraries, undo_delvewheel
from .windows import Finished, Wine, windows_path

pytestmark = pytest.mark.wine

NAMES = ("demo", "demo_odd", "q_kangaroo", "gmpy2")


@pytest.fixture(scope="module")
def cases(gmpy2_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    published = take_out_libraries(gmpy2_wheel, tmp_path_factory.mktemp("published"))
    only_gmp = tmp_path_factory.mktemp("gmp")
    shutil.copy(published / "libgmp-10.dll", only_gmp)
    wheels = TESTDATA / "wheels"
    return {
        "demo": Case(
            wheel=wheels / "demo-1.0-cp39-abi3-win_amd64.whl",
            libraries=LIBRARIES,
            extensions=("demo/_demo.pyd",),
            script="import demo; print(demo.answer())",
            prints="42",
            bundled=3,
        ),
        # Without its delay imports, which need more than a place beside the extension.
        "demo_odd": Case(
            wheel=wheels / "demo_odd-1.0-cp39-abi3-win_amd64.whl",
            libraries=LIBRARIES,
            extensions=tuple(f"demo_odd/_{name}.pyd" for name in ("ordinal", "forward", "ping")),
            script=(
                "from demo_odd import _ordinal, _forward, _ping\n"
                "print(_ordinal.answer(), _forward.answer(), _ping.answer())"
            ),
            prints="42 42 42",
            bundled=9,
        ),
        "q_kangaroo": Case(
            wheel=TESTDATA / "real" / "q_kangaroo-1.0.0-cp39-abi3-win_amd64.whl",
            libraries=only_gmp,
            extensions=("q_kangaroo/_q_kangaroo.pyd",),
            script="import q_kangaroo; print(q_kangaroo.factorial(30))",
            prints=str(math.factorial(30)),
            bundled=1,
        ),
        "gmpy2": Case(
            wheel=undo_delvewheel(gmpy2_wheel, tmp_path_factory.mktemp("apart")),
            libraries=published,
            extensions=("gmpy2/gmpy2.cp312-win_amd64.pyd",),
            # GMP, MPFR and MPC, each computing.
            script=(
                "import gmpy2\n"
                "print(gmpy2.mpz(2) ** 1000)\n"
                "print(gmpy2.sqrt(gmpy2.mpfr(2)))\n"
                "print(gmpy2.mpc(1, 2) * gmpy2.mpc(3, 4))"
            ),
            prints=f"{2**1000}\n1.4142135623730951\n-5.0+10.0j",
            bundled=5,
        ),
    }


@pytest.fixture(scope="module", params=NAMES)
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    return cases[request.param]


@pytest.fixture(scope="module")
def broken(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(case.wheel, tmp_path_factory.mktemp("broken"))


@pytest.fixture(scope="module")
def repaired_wheel(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("wheelhouse")
    command = [sys.executable, "-m", "wheelcheck", "repair", "--windows", str(case.wheel)]
    command += ["--add-path", str(case.libraries), "-w", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = output.iterdir()
    return wheel


@pytest.fixture(scope="module")
def repaired(repaired_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(repaired_wheel, tmp_path_factory.mktemp("repaired"))


@pytest.fixture(scope="module")
def python_loader(
    loader: Path, windows_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The C loader beside CPython's own DLLs, which it finds there as python.exe does."""
    folder = tmp_path_factory.mktemp("loader")
    for dll in windows_python.parent.glob("*.dll"):
        shutil.copy(dll, folder)
    return Path(shutil.copy(loader, folder))


def run_python(wine: Wine, python: Path, case: Case, site: Path) -> Finished:
    # The embeddable Python ignores PYTHONPATH.
    prelude = f"import sys; sys.path.insert(0, {windows_path(site)!r})\n"
    return wine.run([str(python), "-c", prelude + case.script])


def test_the_unrepaired_wheel_does_not_load(
    wine: Wine, python_loader: Path, case: Case, broken: Path
) -> None:
    for extension in case.extensions:
        done = wine.run([str(python_loader), windows_path(broken / extension)])
        assert done == Finished(1, "error 126\n"), extension


def test_the_unrepaired_wheel_is_not_imported(
    wine: Wine, windows_python: Path, case: Case, broken: Path
) -> None:
    done = run_python(wine, windows_python, case, broken)
    assert done.status == 1
    assert "ImportError: DLL load failed" in done.output


def test_exactly_what_was_missing_is_bundled(case: Case, repaired_wheel: Path) -> None:
    with zipfile.ZipFile(case.wheel) as before, zipfile.ZipFile(repaired_wheel) as after:
        added = set(after.namelist()) - set(before.namelist())
    assert len([name for name in added if name.endswith(".dll")]) == case.bundled


def test_the_repaired_wheel_loads(
    wine: Wine, python_loader: Path, case: Case, repaired: Path
) -> None:
    for extension in case.extensions:
        done = wine.run([str(python_loader), windows_path(repaired / extension)])
        assert done == Finished(0, "loaded\n"), extension


def test_the_repaired_wheel_computes(
    wine: Wine, windows_python: Path, case: Case, repaired: Path
) -> None:
    done = run_python(wine, windows_python, case, repaired)
    assert done == Finished(0, f"{case.prints}\n")
