"""``repair --engine`` with the tools themselves."""

import os
import shutil
import sys
from pathlib import Path

import pytest

import wheelcheck
from wheelcheck import Action, RepairError

pytestmark = pytest.mark.peers
TESTDATA = Path(__file__).parents[2] / "testdata"


def where() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.skipif(
    shutil.which("delvewheel", path=where()["PATH"]) is None, reason="delvewheel is not installed"
)
def test_delvewheel(tmp_path: Path) -> None:
    options = {"add_paths": [TESTDATA / "libs-win_amd64"], "environ": where()}
    done = wheelcheck.repair(named("demo"), tmp_path, engine="delvewheel", **options)  # type: ignore[arg-type]
    assert done.action is Action.REPAIRED
    assert done.report is not None
    assert done.report.repaired_by[0].startswith("delvewheel 1.")
    assert done.notes[0].startswith("made by delvewheel 1.")
    # Programs among the scripts do not find what it bundles.
    with pytest.raises(RepairError, match=r"scripts/demo-helper.exe needs libdemo-2.dll"):
        wheelcheck.repair(named("demo_script"), tmp_path, engine="delvewheel", **options)  # type: ignore[arg-type]


def named(name: str) -> Path:
    [wheel] = (TESTDATA / "wheels").glob(f"{name}-1.0-*-win_amd64.whl")
    return wheel
