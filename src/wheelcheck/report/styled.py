"""Lines of text with styles: wrapped, coloured, and free of what could steer a terminal.

Only attributes and the sixteen colours that a terminal's own theme defines are used, so that light
and dark backgrounds both work. Colour adds nothing to the text, which is the same without it.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from enum import StrEnum

from wheelcheck.expressions import expression
from wheelcheck.records import record
from wheelcheck.report.escapes import safe
from wheelcheck.report.look import Look

__all__ = ["BLANK", "Line", "Span", "Style", "line", "lines_text", "strong"]


class Style(StrEnum):
    """How a piece of text is set apart: the parameters of ``CSI m`` (ECMA-48, 8.3.117)."""

    PLAIN = ""
    ERROR = "1;31"
    WARNING = "1;35"
    NOTE = "1;36"
    GOOD = "32"
    STRONG = "1"
    FAINT = "2"
    LABEL = "36"


Span = str | tuple[str, Style]


@record
class Line:
    """A line that may be wrapped."""

    spans: tuple[tuple[str, Style], ...]
    lead: str = ""
    """What stands before the text: blanks and strokes, never broken."""
    hang: str = ""
    """What stands there in the lines that follow when it is wrapped."""


BLANK = Line(())

# A command in backticks is one word, as long as it fits.
_WORD = expression(r"`[^`]*`\S*|\S+")
_LEAST_ROOM = 20


def line(indent: int, *spans: Span, hang: int = 2) -> Line:
    """Return a line that is indented, and ``hang`` more where it is wrapped."""
    whole = tuple((s, Style.PLAIN) if isinstance(s, str) else s for s in spans)
    return Line(whole, " " * indent, " " * (indent + hang))


def strong(text: str) -> Span:
    """Return text that is set apart."""
    return text, Style.STRONG


def lines_text(lines: Iterable[Line], look: Look) -> str:
    """Return the lines, each with its end."""
    return "".join(f"{_shown(each, look)}\n" for each in lines)


def _shown(each: Line, look: Look) -> str:
    spans = [(safe(text), style) for text, style in each.spans]
    cuts: deque[tuple[int, int]] = deque()
    if look.width is not None:
        cuts.extend(_breaks("".join(text for text, _ in spans), each, look.width))
    paint = _paint if look.color else _plain
    newline = f"\n{paint(each.hang, Style.FAINT)}"
    parts = [paint(each.lead, Style.FAINT)]
    begin = 0
    for text, style in spans:
        at, end = begin, begin + len(text)
        while cuts and cuts[0][0] < end:
            start, stop = cuts[0]
            parts.append(paint(text[at - begin : max(start, at) - begin], style))
            if start >= begin:
                parts.append(newline)
            at = min(stop, end)
            if stop > end:  # the blanks go on in the next span
                break
            cuts.popleft()
        parts.append(paint(text[at - begin :], style))
        begin = end
    return "".join(parts)


def _plain(text: str, _style: Style) -> str:
    return text


def _paint(text: str, style: Style) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text.strip() else text


def _breaks(text: str, each: Line, width: int) -> Iterator[tuple[int, int]]:
    """Yield the blanks that become ends of lines; a word longer than a line is left whole."""
    room = max(width - _columns(each.hang), _LEAST_ROOM)
    column = _columns(each.lead)
    first = True
    end = 0
    for word in _words(text, room):
        size = _columns(word[0])
        gap = word[1] - end
        if not first and column + gap + size > max(width, _columns(each.hang) + _LEAST_ROOM):
            yield end, word[1]
            column = _columns(each.hang) + size
        else:
            column += gap + size
        first = False
        end = word[1] + len(word[0])


def _words(text: str, room: int) -> Iterator[tuple[str, int]]:
    """Yield the words and where they begin."""
    for match in _WORD.finditer(text):
        if _columns(match[0]) <= room:
            yield match[0], match.start()
        else:
            yield from ((m[0], match.start() + m.start()) for m in re.finditer(r"\S+", match[0]))


def _columns(text: str) -> int:
    """Return how wide text is on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else not combining(c) for c in text)
