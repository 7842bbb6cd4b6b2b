"""CSV as the csv module reads it by default, but without its limit on fields.

That limit is one global setting, which a library must not change; and a
hostile row of millions of fields must not become millions of strings.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

__all__ = ["csv_rows"]

T = TypeVar("T")

_LINE_END = re.compile(r"\r\n|\r|\n")
_FIELD_END = re.compile(r"[,\r\n]")
# Quoted fields are read step by step, so their number must have an end.
_LONG = 1000
_MOST_QUOTES = 1_000_000


def csv_rows(
    text: str, most: int, blame: Callable[[str], None], plain: Callable[[str], T | None]
) -> Iterator[list[str] | T]:
    """Yield the rows of ``text``, each with its first ``most`` fields.

    A blank line gives a row with one empty field. ``blame`` is told what the
    csv module would not read, or would read otherwise than it was meant.
    ``plain`` is asked first what a line without quotes is, if it is no long one.
    """
    if "\0" in text:
        blame("it has a NUL character")
    if text.count('"') > _MOST_QUOTES:
        blame(f"it has more than {_MOST_QUOTES} quotes and was not read")
        return
    at, end = 0, len(text)
    while at < end:
        line_end = _LINE_END.search(text, at)
        stop, after = (end, end) if line_end is None else line_end.span()
        line = text[at:stop]
        if '"' in line:
            fields, at = _quoted_row(text, at, most, blame)
            yield fields
            continue
        at = after
        row = plain(line) if len(line) <= _LONG else None
        yield line.split(",", most)[:most] if row is None else row


def _quoted_row(
    text: str, at: int, most: int, blame: Callable[[str], None]
) -> tuple[list[str], int]:
    """Read a row field by field; return it and where the next one starts."""
    fields: list[str] = []
    while len(fields) < most:
        value = ""
        if text.startswith('"', at):
            value, at = _quoted_field(text, at + 1, blame)
        found = _FIELD_END.search(text, at)
        stop = len(text) if found is None else found.start()
        # What follows a closing quote belongs to the field, says the csv module.
        fields.append(value + text[at:stop])
        at = stop
        if not text.startswith(",", at):
            break
        at += 1
    # Too many fields: the rest of the line is of no use.
    line_end = _LINE_END.search(text, at)
    return fields, len(text) if line_end is None else line_end.end()


def _quoted_field(text: str, at: int, blame: Callable[[str], None]) -> tuple[str, int]:
    """Read up to the closing quote; return the value and what comes after the quote."""
    parts = []
    while True:
        stop = text.find('"', at)
        if stop < 0:
            blame("a quote is never closed")
            parts.append(text[at:])
            return "".join(parts), len(text)
        parts.append(text[at:stop])
        if not text.startswith('"', stop + 1):
            return "".join(parts), stop + 1
        parts.append('"')
        at = stop + 2
