"""Repaired wheels, installed by pip in fresh environments and loaded by the real loader."""

import os
import platform
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck
from tests.elf_samples import sample
from tests.linux.inputs import PLAIN, edited, leaf, mid
from tests.linux.test_repair import put, repaired
from tests.wheels import WheelBuilder

pytestmark = [
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or platform.machine() != "x86_64",
        reason="needs Linux on x86_64",
    ),
    pytest.mark.skipif(find_spec("pip") is None, reason="pip is not installed"),
]
REAL = Path(__file__).parents[2] / "testdata" / "real"
MUSL = Path("/lib/ld-musl-x86_64.so.1")
GLIBC = platform.libc_ver()[0] == "glibc"
LIBGMP = Path("/usr/lib/x86_64-linux-gnu/libgmp.so.10")


def installed(folder: Path, wheel: Path) -> Path:
    """Install a wheel in a fresh environment and return the folder of its programs."""
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--isolated",
    ]
    command = [*pip, "--python", venv / "bin" / "python", "install", "--no-index", "--no-deps"]
    done = subprocess.run([*command, wheel], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return venv / "bin"


def run(*command: str | Path) -> str:
    """Run a program without anything in the environment that leads to libraries."""
    clean = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "TMPDIR"}}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not GLIBC, reason="needs glibc")
def test_a_program_of_the_scripts_runs(tmp_path: Path) -> None:
    lib = put(put(tmp_path / "lib", leaf()), mid(), "libmid.so.2")
    files = {"demo-1.0.data/scripts/tool": sample("x86_64-gnu/program")}
    done = repaired(tmp_path, files, tag=PLAIN, add_paths=[lib])
    assert done.output is not None
    programs = installed(tmp_path, done.output)
    (lib / "libleaf.so.1").unlink()
    assert run(programs / "tool") == "41"


@pytest.mark.skipif(not GLIBC, reason="needs glibc")
def test_two_libraries_of_one_soname_serve_their_own_importers(tmp_path: Path) -> None:
    """Opened in one process: by soname, the second would have got the first one's library."""
    one = put(tmp_path / "one", leaf())
    two = put(tmp_path / "two", leaf("x86_64-gnu-joined"))
    files = {
        "demo/__init__.py": b"",
        "demo/liba.so": mid(rpath=str(one), soname="liba.so"),
        "demo/libb.so": mid(rpath=str(two), soname="libb.so"),
    }
    done = repaired(tmp_path, files, tag=PLAIN, sysroot=None)
    assert done.output is not None
    code = (
        "import ctypes, demo; f = demo.__path__[0];"
        "libs = [ctypes.CDLL(f + '/' + n) for n in ('liba.so', 'libb.so')];"
        "print(*sorted({x.split()[-1] for x in open('/proc/self/maps') if 'leaf' in x}))"
    )
    mapped = run(installed(tmp_path, done.output) / "python", "-I", "-c", code).split()
    assert {Path(path).parent.name for path in mapped} == {"demo.libs"}
    assert len(mapped) == 2


@pytest.mark.skipif(not GLIBC, reason="needs glibc")
def test_stripped_and_cleared_libraries_load(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf("x86_64-gnu-joined"))
    files = {"demo/__init__.py": b"", "demo/libmid.so.2": mid()}
    done = repaired(tmp_path, files, tag=PLAIN, add_paths=[lib], strip=True, clear_execstack=True)
    assert done.output is not None
    code = "import ctypes, demo; ctypes.CDLL(demo.__path__[0] + '/libmid.so.2'); print('loaded')"
    assert run(installed(tmp_path, done.output) / "python", "-I", "-c", code) == "loaded"


@pytest.mark.skipif(
    not GLIBC or not LIBGMP.exists() or sys.version_info < (3, 9), reason="needs Debian's libgmp10"
)
def test_q_kangaroo_is_imported_without_the_machine_s_libgmp(tmp_path: Path) -> None:
    [wheel] = REAL.glob("*linux_x86_64.whl")
    far = tmp_path / "far"
    far.mkdir()
    (far / "libgmp.so.10").symlink_to(LIBGMP)
    done = wheelcheck.repair(wheel, tmp_path / "out", add_paths=[far], environ={})
    assert done.output is not None
    programs = installed(tmp_path, done.output)
    (far / "libgmp.so.10").unlink()
    code = (
        "import q_kangaroo; print(q_kangaroo.factorial);"
        "print(*sorted({x.split()[-1] for x in open('/proc/self/maps') if 'gmp' in x}))"
    )
    mapped = run(programs / "python", "-I", "-c", code).splitlines()[-1].split()
    assert [Path(path).parent.name for path in mapped] == ["q_kangaroo.libs"]


@pytest.mark.skipif(not MUSL.exists(), reason="needs Debian's musl")
def test_musl_loads_what_was_repaired(tmp_path: Path) -> None:
    lib = put(put(tmp_path / "lib", leaf("x86_64-musl")), mid("x86_64-musl"), "libmid.so.2")
    program = edited("x86_64-musl/program", rpath="")
    files = {"demo-1.0.data/scripts/tool": program}
    done = repaired(tmp_path, files, tag="py3-none-musllinux_1_2_x86_64", add_paths=[lib])
    assert done.output is not None
    site = tmp_path / "site"
    with zipfile.ZipFile(done.output) as archive:
        archive.extractall(site)
    (lib / "libleaf.so.1").unlink()
    assert run(MUSL, site / "demo.scripts" / "tool") == "41"


@pytest.mark.skipif(not GLIBC, reason="needs glibc")
def test_a_wheel_that_was_whole_still_loads(tmp_path: Path) -> None:
    wheel = WheelBuilder(tag=PLAIN, files={"demo/libleaf.so.1": leaf()}).write(tmp_path)
    done = wheelcheck.repair(wheel, tmp_path / "out", environ={})
    assert done.output is not None
    assert "manylinux_2_5" in done.output.name
    code = "import ctypes, demo; ctypes.CDLL(list(demo.__path__)[0] + '/libleaf.so.1'); print(1)"
    assert run(installed(tmp_path, done.output) / "python", "-I", "-c", code) == "1"
