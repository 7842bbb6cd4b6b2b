r"""The head of a Python module: what must stay before any code that is put into it.

Source: "Full grammar specification" and "Lexical analysis" in the Python
reference, "Future statements" (PEP 236). Only the head is read, by the few
rules that every Python since 2.6 shares, so that the rest of the file may be
written for a newer Python than the one that runs wheelcheck.

Every pattern is possessive: a hostile file costs time in proportion to its size.
"""

import re
import unicodedata

from wheelcheck.errors import PatchError
from wheelcheck.patch.python_text import NEWLINE

__all__ = ["insertion_point", "skip_blank_lines"]

# What opens a patch belongs to its code: a second one must not be put inside it.
_PATCH_BEGINS = rf" start (?:wheelcheck|delvewheel) patch[ \t]*+{NEWLINE}def _"
_COMMENT = rf"#(?!{_PATCH_BEGINS})[^\r\n]*+"
_GAP_TEXT = rf"(?:[ \t\f]|\\(?:{NEWLINE}|\Z))*+"
_GAP = re.compile(_GAP_TEXT)  # between two tokens of one logical line
_WITHIN = rf"[ \t\f\r\n]|\\{NEWLINE}|{_COMMENT}"  # between two tokens within parentheses
_BLANK_LINES = re.compile(rf"(?:{_GAP_TEXT}(?:{_COMMENT})?+{NEWLINE})*+")
_LAST_LINE = re.compile(rf"[ \t\f]*+(?:{_COMMENT})?+\Z")
_LINE_END = re.compile(rf"(?:{_COMMENT})?+(?:{NEWLINE}|\Z)")
_STATEMENT_END = re.compile(r"[;#\r\n]|\Z")

_OPEN = re.compile(rf"\((?:{_WITHIN})*+")
_CLOSE = re.compile(rf"(?:{_WITHIN})*+\)")
_BETWEEN = {False: _GAP, True: re.compile(rf"(?:{_WITHIN})*+")}
_DEEPEST = 200  # parentheses; CPython refuses more

# Bytes and formatted strings are no docstrings. Python 2 knew ur"".
_STRING_START = re.compile(r"(?:[uU]?[rR]?)(?=['\"])")
_STRING = re.compile(
    r"(?:[uU]?[rR]?)(?:"
    r'"""[^"\\]*+(?:(?:\\[\s\S]|"(?!""))[^"\\]*+)*+"""'
    r"|'''[^'\\]*+(?:(?:\\[\s\S]|'(?!''))[^'\\]*+)*+'''"
    r'|"(?!"")(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*+"'
    r"|'(?!'')(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*+'"
    r")"
)

_IMPORT_FROM = re.compile(
    rf"from(?!\w){_GAP_TEXT}(?P<module>\w++){_GAP_TEXT}import(?!\w){_GAP_TEXT}"
)
_NAMES = re.compile(rf"\((?:[\w,]|{_WITHIN})*+\)|\w(?:[\w, \t\f]|\\{NEWLINE})*+")


def insertion_point(text: str) -> int:
    """Where the first code may be put: behind the docstring and the future imports.

    Without any of them it is the start of the line with the first statement,
    so that comments at the top, which ``help()`` shows, stay what they are.
    A patch that is already there stays behind the point.

    Raises :class:`PatchError` where the head is no Python.
    """
    position = point = skip_blank_lines(text, 0)
    statement = _line_start(text, position)
    end = _docstring_end(text, statement)
    if end is None:
        end = _future_import_end(text, statement)
    while end is not None:
        point, same_line = _after_statement(text, end)
        statement = point
        if not same_line:
            statement = _line_start(text, skip_blank_lines(text, point))
        end = _future_import_end(text, statement)
    return point


def skip_blank_lines(text: str, position: int) -> int:
    """From the start of a line to that of the next line with code, or to the end."""
    lines = _BLANK_LINES.match(text, position)
    assert lines is not None
    last = _LAST_LINE.match(text, lines.end())
    return lines.end() if last is None else last.end()


def _gap_end(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    assert gap is not None
    return gap.end()


def _line_start(text: str, position: int) -> int:
    """The first token of a line that holds a statement. A form feed starts its columns anew."""
    token = _gap_end(text, position)
    indent = text[position:token].partition("\\")[0].rpartition("\f")[2]
    if indent and token < len(text) and not text.startswith("#", token):
        raise PatchError(
            "the first lines of the Python source are indented where nothing asks for it: "
            "Python refuses to run it; correct the indentation"
        )
    return token


def _docstring_end(text: str, position: int) -> int | None:
    """The end of the string that is the statement at ``position``; None for any other statement."""
    depth = 0
    while depth < _DEEPEST and (opening := _OPEN.match(text, position)):
        position = opening.end()
        depth += 1
    between = _BETWEEN[depth > 0]
    found = False
    while _STRING_START.match(text, position):
        string = _STRING.match(text, position)
        if string is None:
            raise PatchError(
                "a string at the top of the Python source does not end: "
                "Python refuses to run it; close its quotes"
            )
        found = True
        end = string.end()
        gap = between.match(text, end)
        assert gap is not None
        position = gap.end()
    if not found:
        return None
    for _ in range(depth):
        closing = _CLOSE.match(text, end)
        if closing is None:
            return None
        end = closing.end()
    return end if _STATEMENT_END.match(text, _gap_end(text, end)) else None


def _future_import_end(text: str, position: int) -> int | None:
    """The end of the future import at ``position``; None for any other statement."""
    start = _IMPORT_FROM.match(text, position)
    # Python compares identifiers in this normal form.
    if start is None or unicodedata.normalize("NFKC", start["module"]) != "__future__":
        return None
    names = _NAMES.match(text, start.end())
    if names is None or not _STATEMENT_END.match(text, _gap_end(text, names.end())):
        raise PatchError(
            "a 'from __future__ import' of the Python source cannot be understood; "
            "write it as one plain statement on a line of its own"
        )
    return names.end()


def _after_statement(text: str, end: int) -> tuple[int, bool]:
    """Where what follows a statement begins, and whether that is on the same line."""
    position = _gap_end(text, end)
    if text.startswith(";", position):
        position = _gap_end(text, position + 1)
    line_end = _LINE_END.match(text, position)
    return (position, True) if line_end is None else (line_end.end(), False)
