"""docs/migrate.md leaves out no option, command or check of the tools that users come from."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers
PAGE = (Path(__file__).resolve().parents[2] / "docs/migrate.md").read_text("utf-8")
CALLS = {
    "delvewheel": ["delvewheel", "delvewheel show", "delvewheel repair", "delvewheel needed"],
    "auditwheel": ["auditwheel", "auditwheel show", "auditwheel repair", "auditwheel lddtree"],
    "delocate": ["delocate-wheel", "delocate-listdeps"],
    "repairwheel": ["repairwheel"],
    "abi3audit": ["abi3audit"],
    "check-wheel-contents": ["check-wheel-contents"],
    "pydistcheck": ["pydistcheck"],
    "twine check": ["twine check"],
}
EVERYWHERE = {"--help", "--version"}


def told(tool: str) -> set[str]:
    """Return what the left column of a tool's table names."""
    [section] = re.findall(rf"^## {tool}$(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| (.*?) \| ", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(.*?)`", row)}


def output(call: str) -> str:
    program, *arguments = call.split()
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [program, *arguments, "--help"], capture_output=True, text=True, check=True
    )
    return done.stdout


def long_options(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if match := re.match(r" {2,6}(-\w\b.*?, )?(--[a-z][a-z0-9-]+.*)", line):
            yield from re.findall(r"--[a-z][a-z0-9-]+", re.split(r"  ", match[2].strip())[0])


@pytest.mark.parametrize("tool", CALLS)
def test_each_option_is_told(tool: str) -> None:
    found = {option for call in CALLS[tool] for option in long_options(output(call))}
    assert found - EVERYWHERE - told(tool) == set()
    # And nothing is told that is no option of theirs.
    assert {name for name in told(tool) if name.startswith("--")} <= found


def test_each_command_is_told() -> None:
    for tool, pattern in (("delvewheel", r"\{(.*?)\}"), ("auditwheel", r"^    (\w+)  ")):
        names = re.findall(pattern, output(tool), re.MULTILINE)
        assert {word for name in names for word in name.split(",")} <= told(tool)
    program = shutil.which("delocate-wheel")
    assert program is not None
    commands = {path.stem for path in Path(program).parent.glob("delocate-*")}
    assert commands == {name for name in told("delocate") if name.startswith("delocate-")}


def test_each_check_is_told() -> None:
    import check_wheel_contents.checks
    import pydistcheck._checks

    ours = {check.name for check in check_wheel_contents.checks.Check}
    assert ours == {name for name in told("check-wheel-contents") if name.startswith("W")}
    source = Path(pydistcheck._checks.__file__).read_text("utf-8")
    names = set(re.findall(r'check_name = "(.*?)"', source))
    assert names == {name for name in told("pydistcheck") if not name.startswith("-")}
