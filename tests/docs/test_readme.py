"""What the README shows is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest

from wheelcheck.cli import main

ROOT = Path(__file__).parents[2]


def shown() -> list[tuple[str, str]]:
    """Return each command of the console block with what follows it."""
    text = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    assert block is not None
    runs = re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]
    return [
        (command, output.strip("\n")) for command, _, output in (r.partition("\n") for r in runs)
    ]


def test_the_console_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    # What the host's PATH holds does not matter here.
    monkeypatch.setenv("PATH", "")
    (tmp_path / "testdata").symlink_to(ROOT / "testdata")
    assert len(shown()) == 3
    for command, output in shown():
        program, *arguments = shlex.split(command)
        assert program == "wheelcheck"
        main(arguments)
        assert capsys.readouterr().out.strip("\n") == output
