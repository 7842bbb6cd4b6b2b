"""The command line: arguments to library to renderer to exit status. A module for each command."""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence

from wheelcheck._version import __version__
from wheelcheck.cli.completion import add_completion
from wheelcheck.cli.diff import add_diff
from wheelcheck.cli.fuse import add_fuse
from wheelcheck.cli.inspect import add_inspect
from wheelcheck.cli.parsing import Parser
from wheelcheck.cli.repair import add_repair
from wheelcheck.cli.rules import add_rules
from wheelcheck.cli.schema import add_schema
from wheelcheck.cli.test import add_test
from wheelcheck.cli.tree import add_tree
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.errors import WheelcheckError

__all__ = ["main", "make_parser"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _tolerate_encodings()
    arguments = make_parser().parse_args(argv)
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


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = Parser(
        prog="wheelcheck",
        description="Audit built wheels and repair them.",
        epilog=EXIT_STATUS,
    )
    parser.add_argument("--version", action="version", version=f"wheelcheck {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (
        add_inspect,
        add_tree,
        add_diff,
        add_repair,
        add_fuse,
        add_test,
        add_rules,
        add_schema,
        add_completion,
    ):
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
