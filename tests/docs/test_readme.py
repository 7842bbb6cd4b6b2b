"""What README and docs show is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest

from wheelcheck.cli import main

ROOT = Path(__file__).parents[2]


def shown(page: str) -> list[tuple[str, str]]:
    """Return each command of a page's console blocks with what follows it."""
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    runs = re.split(r"^\$ ", "".join(blocks), flags=re.MULTILINE)[1:]
    return [
        (command, output.strip("\n")) for command, _, output in (r.partition("\n") for r in runs)
    ]


@pytest.mark.parametrize(("page", "number"), [("README.md", 3), ("docs/output.md", 3)])
def test_the_console_blocks(
    page: str,
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    # What the host's PATH holds does not matter here.
    monkeypatch.setenv("PATH", "")
    (tmp_path / "testdata").symlink_to(ROOT / "testdata")
    assert len(shown(page)) == number
    for command, output in shown(page):
        program, *arguments = shlex.split(command)
        assert program == "wheelcheck"
        main(arguments)
        assert settled(capsys.readouterr().out.strip("\n")) == settled(output)


def settled(text: str) -> str:
    """Return text without the size of archives, which depends on the host's zlib."""
    return re.sub(r"^  file .*", "  file ...", text, flags=re.MULTILINE)
