"""A parser of arguments that guesses what was meant."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NoReturn

from wheelcheck.cli.words import say
from wheelcheck.expressions import expression

__all__ = ["Parser", "nearest"]

_CHOICE = expression(r"(?s)(.*invalid choice: (['\"])(.*?)\2) \(choose from (.*)\)\Z")
_UNKNOWN = "unrecognized arguments: "
_LONGEST = 200
"""Characters of a mistake that is worth comparing."""
_COLUMNS = 80
"""Of a terminal that does not tell."""


class Parser(argparse.ArgumentParser):
    """Options are spelled out, so that a new one changes no script."""

    def __init__(self, **keywords: Any) -> None:  # noqa: ANN401 (those of the base)
        super().__init__(allow_abbrev=False, formatter_class=_Help, **keywords)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 (see above)
        """Refuse what is unknown here, where the command knows its options."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"{_UNKNOWN}{' '.join(unknown)}{_asked(self._guesses(unknown))}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and what was probably meant."""
        if match := _CHOICE.match(message):
            said, _, word, listed = match.groups()
            choices = [choice.strip("'\"") for choice in listed.split(", ")]
            guess = nearest(word, choices)
            if guess is None and "inspect" in choices and word.endswith(".whl"):
                guess = f"{self.prog} inspect {word}"
            message = f"{said}{_asked([guess] if guess else [])} (choose from {', '.join(choices)})"
        say(f"error: {message} (`{self.prog} --help` tells more)")
        self.exit(2)

    def _guesses(self, unknown: Iterable[str]) -> Iterator[str]:
        for word in unknown:
            option = word.partition("=")[0]
            if option.startswith("-") and (guess := nearest(option, self._option_string_actions)):
                yield guess


class _Help(argparse.HelpFormatter):
    """Text whose lines stay apart, each wrapped by itself."""

    def __init__(self, prog: str, **keywords: Any) -> None:  # noqa: ANN401 (those of the base)
        # A formatter is made for each option that is defined; left to itself, each asks shutil.
        super().__init__(prog, **{"width": _columns() - 2, **keywords})

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        import textwrap

        return "\n".join(
            textwrap.fill(
                line,
                width,
                initial_indent=indent,
                subsequent_indent=indent + " " * (len(line) - len(line.lstrip())),
            )
            for line in text.split("\n")
        )


def _columns() -> int:
    """Return the width of the terminal, as :func:`shutil.get_terminal_size` finds it."""
    with suppress(ValueError):
        said = int(os.environ.get("COLUMNS", "0"))
        if said > 0:
            return said
    if sys.__stdout__ is not None:
        with suppress(OSError, ValueError):
            return os.get_terminal_size(sys.__stdout__.fileno()).columns or _COLUMNS
    return _COLUMNS


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return what a word was probably meant to be."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word[:_LONGEST], known, n=1)), None)


def _asked(guesses: Iterable[str]) -> str:
    texts = list(dict.fromkeys(guesses))
    return f"; did you mean {', '.join(texts)}?" if texts else ""
