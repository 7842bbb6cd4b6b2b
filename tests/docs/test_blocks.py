"""What README and docs show works: commands print what they are said to print, settings are read,
options exist, code compiles."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.console import CONSOLE, gmp_stand_in, run_page
from wheelcheck import Config, read_config
from wheelcheck.cli import main, make_parser

LANGUAGES = {"", "console", "json", "mermaid", "python", "sh", "text", "toml", "yaml"}


def test_each_language_is_tested_or_prose() -> None:
    assert {block.language for block in blocks(*LANGUAGES, "bash", "shell", "ini")} <= LANGUAGES
    unrun = [str(b) for b in blocks(*LANGUAGES) if b.mark.startswith("not run")]
    assert len(unrun) <= 3, unrun


@pytest.mark.parametrize("page", CONSOLE)
def test_commands_print_what_is_shown(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    if any(block.mark == "GMP" for block in CONSOLE[page]):
        (tmp_path / "gmp").mkdir()
        (tmp_path / "gmp/libgmp-10.dll").write_bytes(gmp_stand_in())
    run_page(page, monkeypatch, capsys, exact=False)


def commands(text: str) -> Iterator[list[str]]:
    """Return the arguments of each call of wheelcheck in lines of a shell."""
    for line in text.replace("\\\n", " ").splitlines():
        match = re.search(r"(?:^|[\s/(])wheelcheck (?=[-a-z])", line.partition("  #")[0])
        if match and not re.search(r"install.* wheelcheck$|pip", line[: match.end()].rstrip()):
            rest = re.split(r"\)|\s(?:\||&&|;|>>?)\s", line.partition("  #")[0][match.end() :])[0]
            yield shlex.split(rest.rstrip('"'), posix="\\" not in rest)


SHELL = [(b, words) for b in blocks("sh", "yaml") for words in commands(b.text)]


@pytest.mark.parametrize(("block", "words"), SHELL, ids=lambda value: str(value)[:60])
def test_commands_parse(block: Block, words: list[str]) -> None:
    try:
        make_parser().parse_args(words)
    except SystemExit:
        pytest.fail(f"{block}: {shlex.join(words)}")


def test_commands_are_found() -> None:
    assert len(SHELL) > 20  # or the pattern has become blind
    assert [*commands("uvx wheelcheck repair a.whl | cat")] == [["repair", "a.whl"]]
    assert [*commands("pipx install wheelcheck")] == []


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_compiles(block: Block) -> None:
    compile(block.text, str(block), "exec")


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_settings_are_read(block: Block, tmp_path: Path) -> None:
    data: dict[str, Any] = tomllib.loads(block.text)
    if "wheelcheck" in data.get("tool", {}):
        path = tmp_path / "pyproject.toml"
    elif "# wheelcheck.toml" in block.text:
        path = tmp_path / "wheelcheck.toml"
    else:
        return
    path.write_text(block.text, "utf-8")
    assert read_config(path) != Config()


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_yaml_is_valid(block: Block) -> None:
    assert yaml.safe_load(block.text)


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_is_valid(block: Block) -> None:
    assert json.loads(block.text)


MIGRATION = (ROOT / "docs/migrate.md").read_text("utf-8")


@pytest.mark.parametrize("line", re.findall(r"`wheelcheck (.*?)`", MIGRATION))
def test_what_to_call_instead_parses(line: str) -> None:
    make_parser().parse_args(line.replace("ARCHS", "arm64").split())


def test_options_to_use_instead_exist(capsys: pytest.CaptureFixture[str]) -> None:
    known = ""
    for command in ("inspect", "repair", "tree", "fuse"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        known += capsys.readouterr().out
    cells = re.findall(r"^\| .*? \| (.*?) \|$", MIGRATION, re.MULTILINE)
    options = {o for cell in cells for o in re.findall(r"`[a-z ]*(--[a-z][a-z-]+)", cell)}
    assert len(options) > 20
    assert options <= set(re.findall(r"--[a-z][a-z-]+", known))
