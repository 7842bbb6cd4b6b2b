"""``wheelcheck completion``, in real shells where they are installed."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from wheelcheck.cli import main, make_parser
from wheelcheck.cli.completion.grammar import Value, ValueKind, read_grammar
from wheelcheck.report.formats import FORMATS

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]

CASES = [
    (["in"], ["inspect"]),
    (["--v"], ["--version"]),
    (["inspect", "--for"], ["--format"]),
    (["inspect", "--format", "j"], ["json", "jsonl", "junit"]),
    (["repair", "x.whl", "--layout", "b"], ["beside"]),
    (["rule", "WC702"], ["WC702"]),
    (["completion", "p"], ["powershell"]),
]


def script(shell: str, folder: Path, capsys: Capture) -> Path:
    assert main(["completion", shell]) == 0
    path = folder / f"completion.{shell}"
    path.write_text(capsys.readouterr().out, "utf-8")
    return path


def needs(shell: str) -> str:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"needs {shell}")
    return path


def run(*command: str | Path, cwd: Path) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd)
    assert done.stderr == ""
    return done.stdout.splitlines()


def in_bash(path: Path, words: Sequence[str], folder: Path) -> list[str]:
    code = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wheelcheck; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return run(needs("bash"), "--norc", "-c", code, "bash", path, "wheelcheck", *words, cwd=folder)


@pytest.mark.parametrize(("words", "offered"), CASES)
def test_bash(words: list[str], offered: list[str], tmp_path: Path, capsys: Capture) -> None:
    assert in_bash(script("bash", tmp_path, capsys), words, tmp_path) == offered


def test_bash_completes_wheels_folders_and_values_after_an_equals_sign(
    tmp_path: Path, capsys: Capture
) -> None:
    path = script("bash", tmp_path, capsys)
    (tmp_path / "a b.whl").touch()
    (tmp_path / "a.txt").touch()
    (tmp_path / "a dir").mkdir()
    assert in_bash(path, ["inspect", "-v", "a"], tmp_path) == ["a b.whl", "a dir"]
    assert in_bash(path, ["repair", "-w", "a"], tmp_path) == ["a dir"]
    assert in_bash(path, ["inspect", "--format", "=", "js"], tmp_path) == ["json", "jsonl"]
    assert in_bash(path, ["inspect", "--format", "="], tmp_path) == list(FORMATS)


@pytest.mark.parametrize(("words", "offered"), CASES)
def test_fish(words: list[str], offered: list[str], tmp_path: Path, capsys: Capture) -> None:
    path = script("fish", tmp_path, capsys)
    line = " ".join(["wheelcheck", *words])
    code = f"source '{path}'; complete -C '{line}'"
    lines = run(needs("fish"), "--no-config", "-c", code, cwd=tmp_path)
    assert [each.split("\t")[0] for each in lines] == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_is_sound(shell: str, tmp_path: Path, capsys: Capture) -> None:
    path = script(shell, tmp_path, capsys)
    assert run(needs(shell), "-n", path, cwd=tmp_path) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_script_knows_each_command_and_option(
    shell: str, tmp_path: Path, capsys: Capture
) -> None:
    text = script(shell, tmp_path, capsys).read_text("utf-8")
    for command in read_grammar(make_parser(), ()).commands:
        assert re.search(rf"\b{command.name}\b", text)
        for option in command.options:
            for name in option.names:
                spelled = f"-l {name[2:]} " if shell == "fish" and name.startswith("--") else name
                if shell != "fish" or name.startswith("--"):
                    assert spelled in text
    assert text.count("{") == text.count("}")
    assert "WC701" in text


def test_values_are_known_by_what_stands_for_them() -> None:
    grammar = read_grammar(make_parser(), ("WC101",))
    commands = {command.name: command for command in grammar.commands}
    inspect = {name: o for o in commands["inspect"].options for name in o.names}
    assert commands["inspect"].operands == Value(ValueKind.WHEEL)
    assert commands["diff"].operands == Value(ValueKind.WHEEL)
    assert commands["rules"].operands is None
    assert inspect["-o"].value == Value(ValueKind.FILE)
    assert inspect["--quiet"].value is None
    assert inspect["--select"].value == Value(ValueKind.WORDS, ("WC101",))
    assert inspect["--format"].value == Value(ValueKind.WORDS, tuple(FORMATS))
    assert inspect["--fail-on"].help == "the least severity that makes the exit status 1"
