"""What README and docs show works: commands print what they are said to print, settings are read,
options exist, code compiles."""

import json
import re
import shlex
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.blocks import ROOT, Block, blocks
from wheelcheck import Config, read_config
from wheelcheck.cli import main, make_parser

CONSOLE: dict[str, list[Block]] = defaultdict(list)
for found in blocks("console"):
    CONSOLE[found.page].append(found)
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
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    # What the host's PATH holds does not matter here.
    monkeypatch.setenv("PATH", "")
    (tmp_path / "testdata").symlink_to(ROOT / "testdata")
    status = 0
    for block in CONSOLE[page]:
        if block.mark.startswith("not run"):
            continue
        for command, output in runs(block):
            if command == "echo $?":
                assert output == str(status), block
                continue
            program, *arguments = shlex.split(command)
            assert program == "wheelcheck", block
            status = main(arguments)
            captured = capsys.readouterr()
            assert like(captured.out + captured.err, output), (
                f"{block}: {command}\n{captured.out}{captured.err}"
            )


def runs(block: Block) -> Iterator[tuple[str, str]]:
    """Return each command of a block with what follows it."""
    for run in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = run.replace("\\\n", "").partition("\n")
        yield command, output.strip("\n")


def like(printed: str, shown: str) -> bool:
    """Tell whether a text is that shown; ``...`` stands for any lines, ``…`` for any text.

    The size of archives, which depends on the host's zlib, does not matter.
    """
    lines = (re.escape(re.sub(r"^  file .*", "  file", line)) for line in shown.split("\n"))
    pattern = "\n".join(lines).replace("…", ".*").replace(r"\.\.\.", "(?s:.*)")
    printed = re.sub(r"^  file .*", "  file", printed.strip("\n"), flags=re.MULTILINE)
    return re.fullmatch(pattern, printed) is not None


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
