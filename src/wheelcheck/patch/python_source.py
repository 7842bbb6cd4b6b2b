"""A block of code put into a Python source, found again, and taken out without a trace.

A patch is only ever inserted: no byte of the module is changed or lost, and
what lies between the two markers, the markers included, can be cut out by
anybody. Re-bundlers do so with delvewheel's, as the freezer of panda3d.
"""

import re

from wheelcheck.errors import PatchError
from wheelcheck.patch.dll_folder import opened_folders
from wheelcheck.patch.python_head import insertion_point
from wheelcheck.patch.python_marks import mark_positions
from wheelcheck.patch.python_text import NEWLINE, SourceText, declared_encoding, read_source
from wheelcheck.records import record

__all__ = ["Patch", "find_patches", "insert_patch", "insert_patch_at_marks", "remove_patch"]

# The space before it keeps the first line from being a header comment:
# inspect.getcomments() and help() take only what begins in the first column.
# delvewheel puts an empty string there instead, which is then the docstring.
_START = " # start wheelcheck patch"
_END = "# end wheelcheck patch"

_MARKER = re.compile(
    rb'(?:(?<![^\r\n])"""""" *+(?=# start d)| )?'
    rb"# start (?P<opened>wheelcheck|delvewheel) patch[ \t]*+(?=[\r\n]|\Z)"
    rb"|# end (?P<closed>wheelcheck|delvewheel) patch[ \t]*+(?:\r\n|\r|\n|\Z)"
)
_DEFINITION = re.compile(rb"(?<![^\r\n])def _(?:wheelcheck|delvewheel)(?:_init)?_patch\w*\(\):")

_NEWLINE = re.compile(NEWLINE)


@record
class Patch:
    """A patch that a repair put into a module."""

    tool: str
    """``wheelcheck`` or ``delvewheel``."""
    folders: tuple[str, ...]
    """The folders of libraries it opens, from the module's own folder, such as ``../demo.libs``."""
    start: int
    """Where the patch begins in the source, in bytes."""
    end: int
    """Where the module's own code goes on, in bytes."""


def insert_patch(source: bytes, body: str) -> bytes:
    """Put ``body``, complete ASCII lines of code, before the first code of a module.

    That is behind its docstring and future imports, so that ``__doc__`` and
    the meaning of the rest stay as they are. The lines end as those of the
    module do. Raises :class:`PatchError` where Python could not run the module
    as it is, or its encoding cannot be written.
    """
    text = read_source(source)
    return _insert(text, (insertion_point(text.text),), body)


def insert_patch_at_marks(source: bytes, body: str) -> bytes:
    """Put ``body`` behind each line that asks for it, instead of before the first code.

    Such a line is the comment ``# wheelcheck: patch``, or ``# delvewheel: patch``
    as that tool's users write it. Raises :class:`PatchError` if there is none,
    if one stands where no statement can, and as :func:`insert_patch` does.
    """
    text = read_source(source)
    positions = mark_positions(text.text)
    if not positions:
        raise PatchError("the Python source holds no comment '# wheelcheck: patch' to put code at")
    return _insert(text, positions, body)


def find_patches(source: bytes) -> tuple[Patch, ...]:
    """The patches of wheelcheck and of any version of delvewheel, in the order of the source."""
    if b"wheelcheck" not in source and b"delvewheel" not in source:
        return ()
    patches: list[Patch] = []
    opening = None
    for marker in _MARKER.finditer(source):
        if marker["opened"]:
            opening = marker
        elif opening is not None and opening["opened"] == marker["closed"]:
            if _DEFINITION.search(source, opening.end(), marker.start()):
                after = patches[-1].end if patches else 0
                patches.append(_patch(source, opening, marker, after))
            opening = None
    return tuple(patches)


def remove_patch(source: bytes, patch: Patch) -> bytes:
    """Take a patch out. What :func:`insert_patch` made becomes the source it was made from.

    Raises :class:`PatchError` if the patch is not one of this source's.
    """
    if patch not in find_patches(source):
        raise PatchError("the patch to remove is not in this Python source")
    return source[: patch.start] + source[patch.end :]


def _insert(text: SourceText, positions: tuple[int, ...], body: str) -> bytes:
    if not body.isascii() or _MARKER.search(body.encode()):
        raise PatchError("a patch must be plain ASCII and hold no marker of a patch")
    pieces = []
    done = 0
    for position in positions:
        offset = text.byte_offset(position)
        block = _block(text.text, position, body).encode(text.encoding)
        pieces += [text.source[done:offset], block]
        done = offset
    patched = b"".join([*pieces, text.source[done:]])
    if declared_encoding(patched) != declared_encoding(text.source):
        raise PatchError(
            "the coding comment of the Python source stands behind the first code; "
            "make it the first line"
        )
    return patched


def _block(text: str, position: int, body: str) -> str:
    """The lines to insert, each with its end; see :func:`_patch` for the exception."""
    newline = _newline_at(text, position)
    block = newline.join([_START, *body.removesuffix("\n").split("\n"), _END])
    if position == len(text) and text and text[-1] not in "\r\n":
        return newline + block
    return block + newline


def _newline_at(text: str, position: int) -> str:
    """The line end that the source uses there: the one before, else the one behind."""
    last = max(text.rfind("\n", 0, position), text.rfind("\r", 0, position))
    found = _NEWLINE.search(text, max(last - text.startswith("\r\n", last - 1), 0))
    return "\n" if found is None else found[0]


def _patch(source: bytes, opening: re.Match[bytes], closing: re.Match[bytes], after: int) -> Patch:
    """The patch between two markers. What precedes ``after`` belongs to another one."""
    start, end = opening.start(), closing.end()
    if opening["opened"] == b"wheelcheck" and end == len(source) and source[-1:] not in b"\r\n":
        # The module's last line had no end: the one before the patch belongs to the patch.
        before = source[max(start - 2, after) : start]
        start -= 2 if before == b"\r\n" else before[-1:] in {b"\r", b"\n"}
    return Patch(
        tool=opening["opened"].decode(),
        # ASCII in wheelcheck's, UTF-8 in delvewheel's, whatever the module says of itself.
        folders=opened_folders(source[opening.end() : closing.start()].decode("utf-8", "replace")),
        start=start,
        end=end,
    )
