"""CSV as the csv module reads it by default, but without its limit on fields.

That limit is one global setting, which a library must not change; and a
hostile row of millions of fields must not become millions of strings.
"""

import re
from collections.abc import Callable, Iterator

__all__ = ["csv_rows"]

_FIELD_END = re.compile(r"[,\r\n]")


def csv_rows(text: str, most: int, blame: Callable[[str], None]) -> Iterator[list[str]]:
    """Yield the rows of ``text``, each with its first ``most`` fields.

    A blank line gives a row with one empty field. ``blame`` is told what the
    csv module would not read, or would read otherwise than it was meant.
    """
    if "\0" in text:
        blame("it has a NUL character")
    at, end = 0, len(text)
    while at < end:
        stop = text.find("\n", at)
        stop = end if stop < 0 else stop
        line = text[at:stop].removesuffix("\r")
        if '"' in line or "\r" in line:
            fields, at = _quoted_row(text, at, most, blame)
        else:
            fields, at = line.split(",", most)[:most], stop + 1
        yield fields


def _quoted_row(
    text: str, at: int, most: int, blame: Callable[[str], None]
) -> tuple[list[str], int]:
    """Read a row field by field; return it and where the next one starts."""
    fields: list[str] = []
    while True:
        value = ""
        if text.startswith('"', at):
            value, at = _quoted_field(text, at + 1, blame)
        found = _FIELD_END.search(text, at)
        stop = len(text) if found is None else found.start()
        if len(fields) < most:
            # What follows a closing quote belongs to the field, says the csv module.
            fields.append(value + text[at:stop])
        if found is None or found.group() != ",":
            return fields, stop + (2 if text.startswith("\r\n", stop) else 1)
        at = stop + 1


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
