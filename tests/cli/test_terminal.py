"""Colour, width and progress, as a terminal and a log see them."""

import io
import os
import re
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck.cli import main
from wheelcheck.cli.terminal import wants_color

pty = pytest.importorskip("pty")

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
Capture = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_where_colour_is_welcome(environ: Mapping[str, str], terminal: bool, pipe: bool) -> None:
    assert wants_color(Terminal(), environ) is terminal
    assert wants_color(io.StringIO(), environ) is pipe


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a wheel with one error in the working folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    files = {"b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"]})}
    return WheelBuilder(name="bad", files=files).write(tmp_path).name


def test_colour_in_pipes_and_files(
    bad: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(*options: str) -> str:
        main(["inspect", bad, *options])
        return capsys.readouterr().out

    plain = shown()
    assert "\x1b" not in plain
    assert ESCAPE.sub("", shown("--color", "always")) == plain != shown("--color", "always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror\x1b[0m" in shown()
    assert shown("--color", "never") == plain
    shown("-o", "out.txt")
    assert Path("out.txt").read_text("utf-8") == plain
    shown("-o", "out.txt", "--color", "always")
    assert "\x1b" in Path("out.txt").read_text("utf-8")


def test_levels(bad: str, capsys: Capture) -> None:
    assert main(["inspect", bad, "-qq"]) == 1
    assert capsys.readouterr().out == ""
    assert main(["inspect", bad, "-q"]) == 1
    text = capsys.readouterr().out
    assert "WC701" in text
    assert "tags" not in text
    assert main(["inspect", bad, "-qqv"]) == 1
    assert capsys.readouterr().out == text
    assert main(["inspect", bad, "--format", "concise", "-qq"]) == 1
    assert capsys.readouterr().out == ""
    assert main(["inspect", bad, "--ascii"]) == 1
    assert "`- python: python3.dll" in capsys.readouterr().out


def on_a_terminal(*words: str, **environ: str) -> tuple[str, str]:
    """Run the command with stdout and stderr on terminals; return what each showed."""
    pairs = [pty.openpty() for _ in range(2)]
    for _, slave in pairs:
        _set_width(slave, 60)
    env = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environ}
    child = subprocess.Popen(
        [sys.executable, "-m", "wheelcheck", *words],
        stdin=subprocess.DEVNULL,
        stdout=pairs[0][1],
        stderr=pairs[1][1],
        env=env,
    )
    for _, slave in pairs:
        os.close(slave)
    shown = {master: b"" for master, _ in pairs}
    open_ones = set(shown)
    while open_ones:
        for master in select.select(list(open_ones), [], [])[0]:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux says so at the end
                data = b""
            shown[master] += data
            if not data:
                open_ones.discard(master)
                os.close(master)
    child.wait()
    out, err = (shown[master].decode().replace("\r\n", "\n") for master, _ in pairs)
    return out, err


def _set_width(terminal: int, columns: int) -> None:
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def test_a_terminal_gets_colour_width_and_progress(bad: str, tmp_path: Path) -> None:
    WheelBuilder(name="good", tag="py3-none-any").write(tmp_path)
    good = "good-1.0-py3-none-any.whl"
    out, err = on_a_terminal("inspect", "--isolated", bad, good)
    assert "\x1b[1;31merror\x1b[0m" in out
    assert max(len(ESCAPE.sub("", line)) for line in out.split("\n")) <= 60
    assert err.startswith(f"\r\x1b[K[{'.' * 20}] 0/2 {bad}"[:66])
    assert err.endswith("\r\x1b[K")
    out, err = on_a_terminal("inspect", "--isolated", "-q", bad, good, NO_COLOR="1")
    assert "\x1b" not in out
    assert err == ""
    _, err = on_a_terminal("inspect", "--isolated", bad, good, TERM="dumb")
    assert err == ""
    _, err = on_a_terminal("inspect", "--isolated", bad)
    assert err == ""


def test_a_log_has_no_progress(bad: str, capsys: Capture) -> None:
    main(["inspect", "--isolated", bad, bad])
    assert capsys.readouterr().err == ""
