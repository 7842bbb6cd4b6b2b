"""Sources that differ in the text of plain strings only, as those that a build generates."""

import re

from wheelcheck.expressions import expression

__all__ = ["differ_in_strings_only"]

# Comments and all other strings are stepped over, for they may hold quotes.
_TOKEN = expression(
    rb"""
      (?P<plain>(?<![\w"'])(?:"[\w\ .,:;/+=@~()<>%*-]*+"|'[\w\ .,:;/+=@~()<>%*-]*+'))(?!["'])
    | (?P<raw>(?<![\w"'])[rR](?:"[\ !#-~]*+(?<!\\)"|'[\ -&(-~]*+(?<!\\)'))(?!["'])
    | \#[^\n]*+
    | "{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3})?
    | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3})?
    | "(?:[^"\\\n]++|\\.)*+"?
    | '(?:[^'\\\n]++|\\.)*+'?
    """,
    re.VERBOSE | re.DOTALL,
)


def differ_in_strings_only(one: bytes, two: bytes) -> bool:
    """Tell whether two sources are the same but for strings whose text no syntax depends on.

    They are without escapes, without fields, in ASCII. Only in a pattern the text of a
    string matters: two keys must differ.
    """
    return b"case" not in one and b"case" not in two and _emptied(one) == _emptied(two)


def _emptied(source: bytes) -> bytes:
    return _TOKEN.sub(_short, source)


def _short(token: re.Match[bytes]) -> bytes:
    if token["plain"] is not None:
        return b'""'
    return b'r""' if token["raw"] is not None else token[0]
