"""Comments by which a project says where the code of a repair goes.

``# wheelcheck: patch``, or ``# delvewheel: patch`` as that tool's option
``--custom-patch`` knows it: unindented, alone on its line, between two
statements of the module, not before its docstring or future imports. The same
words within a string are no mark.
"""

import io
import re
import tokenize
from collections.abc import Iterator

from wheelcheck.errors import PatchError
from wheelcheck.patch.python_head import insertion_point, skip_blank_lines
from wheelcheck.patch.python_text import NEWLINE, read_source

__all__ = ["has_marks", "mark_positions"]

_LARGEST_MARKED = 1024**2  # characters: tokenize is slow and a mark stands in a small file
_MOST_MARKS = 100

_MARK = re.compile(r"# *+(?:wheelcheck|delvewheel) *+: *+patch *+")
_MARK_LINE = re.compile(rf"(?<![^\r\n]){_MARK.pattern}(?=[\r\n]|\Z)")
_LINE = re.compile(rf"[^\r\n]*+(?:{NEWLINE}|\Z)")
_CLAUSES = {"elif", "else", "except", "finally"}
_NO_TOKENS = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def has_marks(source: bytes) -> bool:
    """Whether a source has a mark. Raises :class:`PatchError` if one is in a place for none."""
    if b"wheelcheck" not in source and b"delvewheel" not in source:
        return False
    return bool(mark_positions(read_source(source).text))


def mark_positions(text: str) -> tuple[int, ...]:
    """The start of the line behind each mark, in characters.

    Raises :class:`PatchError` if a mark stands where no statement can begin,
    or the text is no Python as far as the running interpreter can tell.
    """
    if not _MARK_LINE.search(text):
        return ()
    if len(text) > _LARGEST_MARKED:
        raise PatchError("a Python source of this size cannot be patched at its marks")
    lines = [line.end() for line in _LINE.finditer(text)]
    try:
        rows = list(_marked_rows(text))
    except (tokenize.TokenError, SyntaxError) as error:
        raise PatchError(
            f"whether the Python source asks for a patch in a comment cannot be told: {error}"
        ) from None
    if len(rows) > _MOST_MARKS:
        raise PatchError(f"the Python source asks for a patch in {len(rows)} places")
    positions = tuple(lines[row - 1] for row in rows)
    if positions and skip_blank_lines(text, positions[0]) < insertion_point(text):
        raise _misplaced(rows[0], "it stands before the docstring or a future import")
    return positions


def _marked_rows(text: str) -> Iterator[int]:
    """The lines, counted from one, that are marks and stand between two statements."""
    # The three line ends become one; the numbers of the lines do not change.
    readline = io.StringIO(text, newline=None).readline
    depth = 0
    marks: list[int] = []
    first_of_statement = ""
    statement_begins = True
    for token in tokenize.generate_tokens(readline):
        if token.type == tokenize.COMMENT and token.start[1] == 0 and _MARK.fullmatch(token.string):
            if depth:
                raise _misplaced(token.start[0], "it stands within parentheses")
            marks.append(token.start[0])
        if token.type == tokenize.NEWLINE:
            statement_begins = True
        if token.type in _NO_TOKENS:
            continue
        if marks:
            if token.start[1] or token.string in _CLAUSES or first_of_statement == "@":
                raise _misplaced(marks[0], "it stands within a statement")
            yield from marks
            marks.clear()
        if statement_begins:
            first_of_statement, statement_begins = token.string, False
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")


def _misplaced(row: int, reason: str) -> PatchError:
    return PatchError(
        f"line {row} of the Python source asks for a patch where none can be: {reason}; "
        f"move the comment between two statements of the module"
    )
