"""The formats in which two wheels are compared: the one table of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.comparing.model import Difference
    from wheelcheck.report.look import Look

__all__ = ["DIFFERENCE_FORMATS", "DifferenceRenderer"]

DifferenceRenderer = Callable[["Difference", "Look"], str | Iterator[str]]


def _text(difference: "Difference", look: "Look") -> str:
    from wheelcheck.report.difference_text import render_difference

    return render_difference(difference, look)


def _json(difference: "Difference", _look: "Look") -> Iterator[str]:
    from wheelcheck.report.json import render_difference_json

    return render_difference_json(difference)


def _markdown(difference: "Difference", _look: "Look") -> str:
    from wheelcheck.report.difference_markdown import render_difference_markdown

    return render_difference_markdown(difference)


DIFFERENCE_FORMATS: Mapping[str, DifferenceRenderer] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
}
