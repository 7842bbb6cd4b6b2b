"""Where the result of a call goes: stdout, or a file that is written whole or not at all."""

import argparse
import sys
from collections.abc import Callable

from wheelcheck.cli.words import speaks_unicode
from wheelcheck.errors import UsageError
from wheelcheck.report.formats import Look

__all__ = ["add_output", "deliver"]


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the option that :func:`deliver` understands."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write to this file, whole or not at all, instead of stdout",
    )


def deliver(arguments: argparse.Namespace, render: Callable[[Look], str]) -> None:
    """Make the result for the place it goes to, and put it there.

    Raises:
        UsageError: the file cannot be written.
    """
    if arguments.output is None:
        sys.stdout.write(render(Look(unicode=speaks_unicode())))
        return
    from wheelcheck.whole_file import write_whole

    data = render(Look()).encode("utf-8", "backslashreplace")
    try:
        write_whole(arguments.output, data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {arguments.output}: {reason}") from None
