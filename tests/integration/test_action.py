"""action.yml, as a runner would carry it out: its own steps in bash, in a made-up environment."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.blocks import ROOT
from tests.integration.pages import PAGE, snippet

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INSTALL, INSPECT = ACTION["runs"]["steps"]
BAD = "testdata/wheels/demo-1.0-cp39-abi3-win_amd64.whl"
GOOD = "testdata/wheels/demo_beside-1.0-cp39-abi3-win_amd64.whl"
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")

needs_bash = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("bash"), reason="needs bash as runners have it"
)


@dataclass(frozen=True)
class Run:
    status: int
    log: str
    errors: str
    outputs: dict[str, str]
    summary: str


def run(step: Mapping[str, Any], folder: Path, context: Mapping[str, str]) -> Run:
    """Carry out a step as GitHub's runner does: ``env`` filled in, the script given to bash."""
    files = {"GITHUB_OUTPUT": folder / "output", "GITHUB_STEP_SUMMARY": folder / "summary"}
    for path in files.values():
        path.write_text("", "utf-8")
    env = {
        name: _EXPRESSION.sub(lambda m: context[m[1]], text) for name, text in step["env"].items()
    }
    script = folder / "step.sh"
    script.write_text(step["run"], "utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=ROOT,
        env={**os.environ, **env, **{name: str(path) for name, path in files.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = (line.partition("=") for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    outputs = {name: value for name, _, value in pairs}
    summary = files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
    return Run(done.returncode, done.stdout, done.stderr, outputs, summary)


def inspect(folder: Path, **inputs: str) -> Run:
    program = folder / "wheelcheck"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wheelcheck "$@"\n', "utf-8")
    program.chmod(0o755)
    values = {name: str(about["default"]) for name, about in ACTION["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    context = {f"inputs.{name}": value for name, value in values.items()}
    return run(INSPECT, folder, {**context, "steps.install.outputs.program": str(program)})


@needs_bash
def test_a_good_wheel(tmp_path: Path) -> None:
    done = inspect(tmp_path, paths=GOOD)
    assert (done.status, done.outputs) == (0, {"status": "0"})
    assert "1 wheel: 0 errors" in done.log
    assert "demo\\_beside-1.0" in done.summary


@needs_bash
def test_a_bad_wheel_is_annotated_and_summed_up(tmp_path: Path) -> None:
    sarif = tmp_path / "out.sarif"
    done = inspect(tmp_path, paths=f"\n  {GOOD}\n{BAD}\n", sarif=str(sarif))
    assert (done.status, done.outputs) == (1, {"status": "1"})
    assert f"::error file={BAD},title=WC701 missing-library::" in done.log
    assert "WILL BREAK" in done.summary
    results = json.loads(sarif.read_text("utf-8"))["runs"][0]["results"]
    assert "WC701" in {result["ruleId"] for result in results}


@needs_bash
def test_inputs_reach_the_command(tmp_path: Path) -> None:
    done = inspect(
        tmp_path,
        paths="testdata/wheels/demo-*.whl",
        args="--ignore WC701\n--isolated",
        annotations="false",
        summary="false",
    )
    assert done.status == 0
    assert done.log.startswith("demo-1.0-cp39-abi3-win_amd64.whl: ok")
    assert done.summary == ""
    noted = inspect(
        tmp_path, paths="testdata/real/q_kangaroo-*win*", args="--select WC802", fail_on="note"
    )
    assert noted.status == 1


@needs_bash
def test_mistakes_are_told(tmp_path: Path) -> None:
    done = inspect(tmp_path, paths="nothing", sarif=str(tmp_path / "x.sarif"))
    assert (done.status, done.outputs["status"]) == (2, "2")
    assert (
        done.errors.count("there is no file nothing") == 1
    )  # once, though it runs for each format
    assert inspect(tmp_path, paths="").status == 2
    assert inspect(tmp_path, paths=GOOD, args="--slect WC7").status == 2


@needs_bash
def test_an_input_is_never_code(tmp_path: Path) -> None:
    done = inspect(tmp_path, paths=f"$(touch {tmp_path}/a)", args=f"; touch {tmp_path}/b")
    assert done.status == 2
    assert not {"a", "b"} & {path.name for path in tmp_path.iterdir()}
    # Nor could it be: expressions stand in values only.
    assert not any(_EXPRESSION.search(step["run"]) for step in (INSTALL, INSPECT))


@needs_bash
def test_an_old_python_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "bin"
    old.mkdir()
    for name in ("python", "python3"):
        (old / name).write_text("#!/bin/sh\nexit 1\n", "utf-8")
        (old / name).chmod(0o755)
    context = {"github.action_path": ".", "inputs.extras": "", "inputs.python": ""}
    step = {**INSTALL, "run": f'PATH="{old}:$PATH"\n{INSTALL["run"]}'}
    done = run(step, tmp_path, {**context, "runner.temp": str(tmp_path)})
    assert done.status == 2
    assert "::error title=wheelcheck::needs Python 3.11" in done.log


@needs_bash
@pytest.mark.tools
def test_it_installs_itself(tmp_path: Path) -> None:
    context = {"github.action_path": str(ROOT), "inputs.extras": "fast", "inputs.python": ""}
    context |= {"runner.temp": str(tmp_path), "inputs.python": sys.executable}
    done = run(INSTALL, tmp_path, context)
    assert done.status == 0, done.errors
    version = subprocess.run(
        [done.outputs["program"], "--version"], capture_output=True, check=True
    )
    assert version.stdout.startswith(b"wheelcheck ")


def test_each_input_and_output_is_told_and_used() -> None:
    text = (ROOT / PAGE).read_text("utf-8")
    told = re.findall(r"^\| `([a-z-]+)` \| (?:`(.*?)`)? ?\|", text, re.MULTILINE)
    assert dict(told) == {name: about["default"] for name, about in ACTION["inputs"].items()}
    assert all(f"`{name}`" in text for name in ACTION["outputs"])
    used = {
        m
        for step in (INSTALL, INSPECT)
        for v in step["env"].values()
        for m in _EXPRESSION.findall(v)
    }
    assert {f"inputs.{name}" for name in ACTION["inputs"]} <= used
    # A checkout is all that it needs: no other action is trusted.
    assert not any("uses" in step for step in ACTION["runs"]["steps"])


def test_the_workflow_gives_what_the_action_takes() -> None:
    workflow = yaml.safe_load(snippet("yaml", "upload-sarif"))
    audit = workflow["jobs"]["audit"]
    [step] = [s for s in audit["steps"] if "OWNER/wheelcheck" in s["uses"]]
    assert set(step["with"]) <= set(ACTION["inputs"])
    [upload] = [s for s in audit["steps"] if "upload-sarif" in s["uses"]]
    assert upload["with"]["sarif_file"] == step["with"]["sarif"]
    assert audit["permissions"]["security-events"] == "write"
