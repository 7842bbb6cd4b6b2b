"""What delvewheel finds missing, wheelcheck finds; each difference is explained here."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck
from tests.native import SYSTEM, extension, library
from tests.pe_builder import Pe
from tests.wheels import WheelBuilder
from wheelcheck.findings import Outcome

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(find_spec("delvewheel") is None, reason="delvewheel is not installed"),
]
TESTDATA = Path(__file__).parents[2] / "testdata"
_MISSING = re.compile(r"^\s+(\S+) \(Error: Not Found\)", re.MULTILINE)


def by_delvewheel(wheel: Path, *options: str) -> set[str]:
    command = [sys.executable, "-m", "delvewheel", "show", *options, str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": ""})
    return {name.lower() for name in _MISSING.findall(done.stdout)}


def by_wheelcheck(wheel: Path) -> set[str]:
    report = wheelcheck.inspect(wheel)
    return {d.library.lower() for d in report.dependencies if d.outcome is Outcome.MISSING}


WHEELS = sorted([*(TESTDATA / "wheels").glob("*.whl"), *(TESTDATA / "real").glob("*win*.whl")])


@pytest.mark.parametrize("wheel", WHEELS, ids=lambda path: path.name)
def test_committed_wheels(wheel: Path) -> None:
    if "wrongmachine" in wheel.name:
        pytest.skip("delvewheel refuses a wheel whose machine is not that of its tag")
    # Without --ignore-existing delvewheel never looks for a DLL inside the wheel.
    assert by_wheelcheck(wheel) == by_delvewheel(wheel, "--ignore-existing")


SUPPLIED = {
    "pkg/_p.pyd": extension(
        "_p",
        {
            "api-ms-win-crt-heap-l1-1-0.dll": ["free"],
            "ADVAPI32.dll": ["RegOpenKeyW"],
            "ws2_32.dll": ["socket"],
            "VCRUNTIME140.dll": ["memcpy"],
            "VCRUNTIME140_1.dll": ["f"],
            "WINSPOOL.DRV": ["f"],
            "bcrypt.dll": ["f"],
            "MSVCP140.dll": ["f"],
            "libstdc++-6.dll": ["f"],
        },
    )
}


def test_names_of_many_kinds(tmp_path: Path) -> None:
    wheel = WheelBuilder(files=SUPPLIED).write(tmp_path)
    assert by_wheelcheck(wheel) == by_delvewheel(wheel) == {"msvcp140.dll", "libstdc++-6.dll"}


def test_drivers_differ(tmp_path: Path) -> None:
    """delvewheel would bundle the display driver's library; it works on no other machine."""
    wheel = WheelBuilder(files={"p/_p.pyd": extension("_p", {"nvcuda.dll": ["f"]})}).write(tmp_path)
    assert by_delvewheel(wheel) == {"nvcuda.dll"}
    assert by_wheelcheck(wheel) == set()


def test_forwarders_differ(tmp_path: Path) -> None:
    """delvewheel reads import tables only, so what a forwarder needs stays unseen."""
    files = {
        "p/_p.pyd": extension("_p", {"a.dll": ["f"]}),
        "p/a.dll": Pe(imports=SYSTEM, exports={"f": "other.g"}).build(),
    }
    wheel = WheelBuilder(files=files).write(tmp_path)
    assert by_delvewheel(wheel, "--ignore-existing") == set()
    assert by_wheelcheck(wheel) == {"other.dll"}


def test_a_library_in_a_folder_that_windows_does_not_search_differs(tmp_path: Path) -> None:
    """delvewheel takes any file of that name in the wheel for good enough."""
    files = {"p/_p.pyd": extension("_p", {"a.dll": ["f"]}), "elsewhere/a.dll": library("f")}
    wheel = WheelBuilder(files=files).write(tmp_path)
    assert by_delvewheel(wheel, "--ignore-existing") == set()
    assert by_wheelcheck(wheel) == {"a.dll"}


def test_what_wheelcheck_repairs_is_complete_for_delvewheel(tmp_path: Path) -> None:
    [wheel] = (TESTDATA / "wheels").glob("demo-1.0-*.whl")
    done = wheelcheck.repair(wheel, tmp_path, add_paths=[TESTDATA / "libs-win_amd64"], environ={})
    assert done.output is not None
    assert by_delvewheel(wheel) == {"libdemo-2.dll"}
    assert by_delvewheel(done.output, "--ignore-existing") == set()


@pytest.mark.parametrize("options", [(), ("--no-mangle-all",), ("--lib-sdir", ".dlls")])
def test_what_delvewheel_repaired_is_complete_and_left_alone(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    [wheel] = (TESTDATA / "wheels").glob("demo-1.0-*.whl")
    command = [sys.executable, "-m", "delvewheel", "repair", str(wheel), *options]
    command += ["--add-path", str(TESTDATA / "libs-win_amd64"), "-w", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    done = wheelcheck.repair(tmp_path / wheel.name, tmp_path / "again", environ={})
    assert done.action is wheelcheck.Action.UNCHANGED
    assert by_wheelcheck(tmp_path / wheel.name) == set()


def test_what_delvewheel_left_out_is_added_to_its_folder(tmp_path: Path) -> None:
    [wheel] = (TESTDATA / "wheels").glob("demo-1.0-*.whl")
    libraries = str(TESTDATA / "libs-win_amd64")
    command = [sys.executable, "-m", "delvewheel", "repair", str(wheel), "--exclude"]
    command += ["libleaf-1.dll", "--add-path", libraries, "-w", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    done = wheelcheck.repair(
        tmp_path / wheel.name, tmp_path / "again", add_paths=[libraries], environ={}
    )
    assert [b.member.rpartition("-1-")[0] for b in done.plan.bundles] == ["demo.libs/libleaf"]
    assert done.plan.patches == ()
    assert done.output is not None
    assert by_delvewheel(done.output, "--ignore-existing") == set()


def test_the_folder_of_libraries_is_complete_for_delvewheel(tmp_path: Path) -> None:
    [wheel] = (TESTDATA / "wheels").glob("demo-1.0-*.whl")
    done = wheelcheck.repair(
        wheel, tmp_path, layout="libs", add_paths=[TESTDATA / "libs-win_amd64"], environ={}
    )
    assert done.output is not None
    assert by_delvewheel(done.output, "--ignore-existing") == set()
