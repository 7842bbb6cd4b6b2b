"""``wheelcheck test``: what is printed, and the exit status."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.native import extension
from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.cli import main

HERE = ["--isolated", "--python", sys.executable, "--installer", "pip"]


@pytest.mark.skipif(find_spec("pip") is None, reason="pip is not installed")
def test_good_and_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"one.py": b"", "two.py": b"import absent\n"}
    wheel = WheelBuilder(tag="py3-none-any", files=files).write(tmp_path)
    assert main(["test", str(wheel), *HERE]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines()[0] == (
        "wheelcheck: this installs the wheels and runs their code on this host"
    )
    lines = said.out.splitlines()
    assert lines[0] == f"{wheel.name}: BROKEN"
    assert lines[1].endswith(f"({sys.executable}): 1 of 2 imports failed")
    assert lines[2:] == [
        "    two",
        "      ModuleNotFoundError: No module named 'absent'",
        "      at two.py:1",
    ]
    assert main(["test", str(wheel), *HERE, "--import", "one", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check(document, "test")
    assert document["wheels"][0]["good"] is True
    assert [m["status"] for m in document["wheels"][0]["pythons"][0]["modules"]] == ["imported"]


@pytest.mark.skipif(sys.platform == "win32", reason="the wheel is for Windows")
def test_what_is_not_tried_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = WheelBuilder(files={"demo/_demo.pyd": extension("_demo")}).write(tmp_path)
    assert main(["test", str(foreign), *HERE]) == 2
    text = capsys.readouterr().out
    assert text.startswith(f"{foreign.name}: not tried, it is for no Python of this host\n")
    assert "platform: the wheel is for win_amd64" in text
    damaged = tmp_path / "damaged-1.0-py3-none-any.whl"
    damaged.write_bytes(b"PK\x03\x04 and no more")
    assert main(["test", str(damaged), *HERE, "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    check(document, "test")
    assert [entry["path"] for entry in document["unreadable"]] == [str(damaged)]


@pytest.mark.skipif(sys.platform == "win32", reason="the wheel is for Windows")
def test_looks_and_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = WheelBuilder(files={"demo/_demo.pyd": extension("_demo")}).write(tmp_path)
    assert main(["test", str(foreign), *HERE, "-qq"]) == 2
    assert capsys.readouterr() == ("", "")
    assert main(["test", str(foreign), *HERE, "-q", "--color", "always"]) == 2
    said = capsys.readouterr()
    assert said.out.startswith(f"\x1b[1m{foreign.name}\x1b[0m: ")
    assert said.err == ""
    out = tmp_path / "out.txt"
    assert main(["test", str(foreign), *HERE, "-o", str(out)]) == 2
    assert capsys.readouterr().out == ""
    assert out.read_text("utf-8").startswith(f"{foreign.name}: not tried")


def test_the_help_says_that_code_runs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["test", "--help"])
    assert "RUNS THE WHEEL'S CODE" in " ".join(capsys.readouterr().out.split())
