"""The command line: arguments to library to renderer to exit status. A module for each command."""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from wheelcheck._version import __version__
from wheelcheck.cli.parsing import Parser
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.errors import WheelcheckError

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["main", "make_parser"]

_COMMANDS = {
    "inspect": "inspect",
    "tree": "tree",
    "diff": "diff",
    "repair": "repair",
    "fuse": "fuse",
    "test": "test",
    "rules": "rules",
    "rule": "rules",
    "schema": "schema",
    "completion": "completion",
}
"""The module of each command; its function ``add_...`` adds them."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _tolerate_encodings()
    words = sys.argv[1:] if argv is None else list(argv)
    # The options of other commands are not worth their time.
    chosen = _COMMANDS.get(words[0]) if words else None
    arguments = make_parser(chosen).parse_args(words)
    color = getattr(arguments, "color", "auto")
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except WheelcheckError as error:
        say(f"error: {error}", color=color)
        return 2
    except OSError as error:
        # Files of the call raise errors of ours, so this is the output.
        _forget_output()
        if not isinstance(error, BrokenPipeError):  # the reader went away (`| head`): no news
            say(f"error: cannot write the output: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    return status


def make_parser(module: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands, or of those of one module."""
    parser = Parser(
        prog="wheelcheck",
        description="Audit built wheels and repair them.",
        epilog=EXIT_STATUS,
    )
    parser.add_argument("--version", action="version", version=f"wheelcheck {__version__}")
    commands = parser.add_subparsers(
        title="commands", required=True, metavar="COMMAND", prog=parser.prog
    )
    for name in dict.fromkeys(_COMMANDS.values()) if module is None else (module,):
        home = import_module(f"wheelcheck.cli.{name}")
        add: Callable[[Commands], None] = getattr(home, f"add_{name}")
        add(commands)
    return parser


def _forget_output() -> None:
    """Point stdout elsewhere, so that the interpreter's own flush at exit stays quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tolerate_encodings() -> None:
    """Let names that the terminal cannot show come out as escapes, not as an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
