"""Where the result of a call goes: stdout, or a file that is written whole or not at all."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator

from wheelcheck.errors import UsageError

__all__ = ["add_format", "add_output", "deliver"]


def add_format(parser: argparse.ArgumentParser, names: Iterable[str]) -> None:
    """Add the option that chooses one of these forms, of which ``text`` is one."""
    parser.add_argument(
        "--format",
        choices=tuple(names),
        default="text",
        help="the form of what is printed (default: %(default)s)",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the option that :func:`deliver` understands."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=_file,
        help="write to this file, whole or not at all, instead of stdout",
    )


def _file(name: str) -> str:
    """Refuse at once what would be refused when all the work is done."""
    folder = os.path.dirname(name)  # noqa: PTH120 (a name with a NUL is no path)
    if folder and not os.path.isdir(folder):  # noqa: PTH112 (see above)
        raise argparse.ArgumentTypeError(f"there is no folder {folder}")
    if os.path.isdir(name):  # noqa: PTH112 (see above)
        raise argparse.ArgumentTypeError(f"{name} is a folder")
    return name


def deliver(arguments: argparse.Namespace, text: str | Iterator[str]) -> None:
    """Put the result, or its pieces, where the call says.

    Raises:
        UsageError: the file cannot be written.
    """
    pieces = (text,) if isinstance(text, str) else text
    if arguments.output is None:
        sys.stdout.writelines(pieces)
        return
    from wheelcheck.whole_file import write_whole

    try:
        write_whole(
            arguments.output, (piece.encode("utf-8", "backslashreplace") for piece in pieces)
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {arguments.output}: {reason}") from None
