"""A source without the strings that span lines: their text must not be mistaken for code."""

import re

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


def blanked(source: bytes) -> bytes:
    """Return the source with triple-quoted strings emptied and continued lines joined.

    A line end comes before it and ends each line, whatever the source uses. Those within
    strings and statements become :data:`LINE_END`, so lines can still be counted.
    """
    source = source.removeprefix(_BOM)
    if LINE_END in source:
        source = source.replace(LINE_END, b"")
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    parts = [b"\n"]
    at = 0
    for match in _STRING.finditer(source):
        start, end = match.span(1)
        if start == end:
            break
        parts += [source[at:start], b'""', LINE_END * source.count(b"\n", start, end)]
        at = end
    parts += [source[at:], b"\n"]
    return b"".join(parts).replace(b"\\\n", LINE_END)
