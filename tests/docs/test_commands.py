"""The page on commands and options is what the parser says."""

import importlib.util
import re

import pytest

from tests.docs.blocks import ROOT
from wheelcheck.cli import main

DOCS = ROOT / "docs"
COMMANDS = (
    *("inspect", "tree", "diff", "repair", "fuse", "test"),
    *("rules", "rule", "schema", "completion"),
)


def test_the_page_is_current() -> None:
    path = DOCS / "generate_commands.py"
    spec = importlib.util.spec_from_file_location("generate_commands", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = (DOCS / "commands.md").read_text("utf-8")
    assert found == module.page(), "run: python docs/generate_commands.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_of_the_help_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    options = set(re.findall(r"^  .*?(--[a-z][a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    page = (DOCS / "commands.md").read_text("utf-8")
    [section] = re.findall(rf"^## {command}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert {o for o in options if f"{o}" not in section} == {"--help"}
    # What a table says of each is not empty.
    assert "|  |" not in section
