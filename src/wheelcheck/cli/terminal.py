"""What the terminal of the call can show, and what the person at it wants to see."""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from wheelcheck.findings import Severity
    from wheelcheck.report.look import Look

__all__ = [
    "add_color",
    "add_levels",
    "add_looks",
    "error_look",
    "is_live",
    "look_of",
    "paint_of",
    "wants_color",
]

_LEAST_WIDTH = 40
_MOST_WIDTH = 120


def add_looks(parser: argparse.ArgumentParser) -> None:
    """Add the options that :func:`look_of` understands, for text with lines drawn in it."""
    add_levels(parser)
    add_color(parser)
    parser.add_argument(
        "--ascii", action="store_true", help="draw with plain characters, not with lines"
    )


def add_levels(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how much is shown."""
    parser.add_argument(
        "-q",
        "--quiet",
        action="count",
        default=0,
        help="only what decides the exit status; -qq says nothing at all (text and concise)",
    )
    parser.add_argument(
        "-v", "--verbose", action="count", default=0, help="all there is, nothing cut (text)"
    )


def add_color(parser: argparse.ArgumentParser) -> None:
    """Add the option that says whether it is coloured."""
    parser.add_argument(
        "--color",
        "--colour",
        choices=("auto", "always", "never"),
        default="auto",
        help="whether text is coloured (default: %(default)s: on a terminal, unless NO_COLOR or "
        "TERM=dumb is set)",
    )


def look_of(arguments: argparse.Namespace, *, least: "Severity | None" = None) -> "Look":
    """Return how text shall look that goes where the call says.

    ``least`` is the severity that decides the exit status, if findings do.
    """
    from wheelcheck.findings import Severity
    from wheelcheck.records import replace
    from wheelcheck.report.look import Level

    level = Level(min(max(arguments.verbose - arguments.quiet, Level.SILENT), Level.VERBOSE))
    return replace(paint_of(arguments), level=level, least=least or Severity.NOTE)


def paint_of(arguments: argparse.Namespace) -> "Look":
    """Return the same of a command without levels."""
    from wheelcheck.report.look import Look

    unicode = not getattr(arguments, "ascii", False)
    if getattr(arguments, "output", None) is not None:
        return Look(unicode=unicode, color=arguments.color == "always")
    return Look(
        unicode=unicode and _speaks_unicode(sys.stdout),
        color=_is_colored(arguments.color, sys.stdout),
        width=_width(sys.stdout),
    )


def error_look(color: str) -> "Look":
    """Return how text shall look that goes to stderr; ``color`` is the choice of the call."""
    from wheelcheck.report.look import Look

    return Look(color=_is_colored(color, sys.stderr), width=_width(sys.stderr))


def _is_colored(choice: str, stream: TextIO) -> bool:
    wanted = choice == "always" or (choice == "auto" and wants_color(stream, os.environ))
    return wanted and _paints(stream)


def wants_color(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Tell whether colour is welcome, as no-color.org and force-color.org have it."""
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0" and is_live(stream)


def is_live(stream: TextIO) -> bool:
    """Tell whether a person looks at it."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # closed, or something that stands in for a stream
        return False


def _width(stream: TextIO) -> int | None:
    """Return the columns of a terminal; None for what is none, where lines stay whole."""
    if not is_live(stream):
        return None
    try:
        columns = (
            int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(stream.fileno()).columns
        )
    except (OSError, ValueError):
        columns = 0
    # Wider than this is hard to read; a terminal that does not tell gives 0.
    return max(_LEAST_WIDTH, min(columns or 80, _MOST_WIDTH))


def _speaks_unicode(stream: TextIO) -> bool:
    """Tell whether it can show box characters."""
    return (stream.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf8sig")


def _paints(stream: TextIO) -> bool:
    """Make the console of Windows understand colours; tell whether it does."""
    if sys.platform == "win32" and is_live(stream):
        import ctypes
        import msvcrt

        kernel = ctypes.WinDLL("kernel32")
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno()))
        mode = ctypes.c_ulong()
        processed, virtual_terminal = 1, 4
        return bool(
            kernel.GetConsoleMode(handle, ctypes.byref(mode))
            and kernel.SetConsoleMode(handle, mode.value | processed | virtual_terminal)
        )
    return True
