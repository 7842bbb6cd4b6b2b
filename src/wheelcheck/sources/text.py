"""A source without the strings that span lines: their text must not be mistaken for code."""

import re
from collections.abc import Iterator

__all__ = ["LINE_END", "blanked"]

_BOM = b"\xef\xbb\xbf"
LINE_END = b"\x0c"
"""Stands where a line of the source ends within a statement; blank to every expression."""
# Everything up to the next such string, in one match: comments and short strings are stepped
# over, for they may hold quotes. Possessive throughout, so hostile text costs no more.
_STRING = re.compile(
    rb"""
    (?: [^"'\#]++
      | \#[^\n]*+
      | "(?!"") (?:[^"\\\n]++|\\.)*+ "?
      | '(?!'') (?:[^'\\\n]++|\\.)*+ '?
    )*+
    ( "{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3}|\Z)
    | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3}|\Z)
    | \Z
    )
    """,
    re.VERBOSE | re.DOTALL,
)
# The search for a single byte is many times faster than that for one of several, or for a string.
_DOUBLE = re.compile(rb'"(?="")""')
_SINGLE = re.compile(rb"'(?='')''")
_CONTINUED = re.compile(rb"\\(?=\n)\n")
# What may stand on a line before a string: no comment, and no short string that is not closed.
_BEFORE = re.compile(rb"""(?:[^"'\#]++|"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+')*+""")
_BACKSLASH = ord("\\")


def blanked(source: bytes) -> tuple[bytes, int]:
    """Return the source with triple-quoted strings emptied and continued lines joined.

    A line end comes before it and ends each line, whatever the source uses. Those within
    strings and statements become :data:`LINE_END`, so lines can still be counted. Beside
    it: how many such strings there were.
    """
    source = source.removeprefix(_BOM)
    if LINE_END in source:
        source = source.replace(LINE_END, b"")
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    spans = _plain_strings(source)
    if spans is None:
        spans = list(_strings(source))
    parts = [b"\n"]
    at = 0
    for start, end in spans:
        parts += [source[at:start], b'""', LINE_END * source.count(b"\n", start, end)]
        at = end
    parts += [source[at:], b"\n"]
    return _CONTINUED.sub(LINE_END, b"".join(parts)), len(spans)


def _strings(source: bytes) -> Iterator[tuple[int, int]]:
    """Yield where triple-quoted strings begin and end."""
    for match in _STRING.finditer(source):
        start, end = match.span(1)
        if start == end:
            break
        yield start, end


def _plain_strings(source: bytes) -> list[tuple[int, int]] | None:
    """Return the same in a tenth of the time, from the quotes alone; None if that is not sure.

    It is if each line on which one begins starts as code (no backslash ends the
    line above), if what stands before it there is closed, and no backslash
    stands before its end.
    """
    quotes = [found.start() for found in _DOUBLE.finditer(source)]
    if single := [found.start() for found in _SINGLE.finditer(source)]:
        quotes = sorted(quotes + single)
    spans: list[tuple[int, int]] = []
    start, end = -1, 0
    for at in quotes:
        if start < 0:
            line = source.rfind(b"\n", end, at)
            if line > end and source[line - 1] == _BACKSLASH:
                return None
            if not _BEFORE.fullmatch(source, max(line, end), at):
                return None
            start = at
        elif source[at] == source[start]:
            if source[at - 1] == _BACKSLASH:
                return None
            end = at + 3
            spans.append((start, end))
            start = -1
    return spans if start < 0 else None
