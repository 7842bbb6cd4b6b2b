"""The imports of a source, and when they run.

A statement's place is told by the lines above it that open blocks and are
indented less. Conditions are not weighed: whatever stands under an ``if`` or in
a ``try`` may be meant to fail, so it is not *sure*. Nor is what follows in a
function that may have returned by then.
"""

import re
from typing import NamedTuple

from wheelcheck.records import record
from wheelcheck.sources.text import LINE_END

__all__ = ["Import", "read_imports"]

_MOST_EVENTS = 100_000
_MOST_NAMES = 5_000
_NAMES_A_LINE = 8
"""So many names on it cost as much as the line itself."""
_MOST_ON_A_LINE = 100
_DEEPEST = 200
_LONGEST = 500
"""Bytes of a dotted name."""

# Every import has this word, and few other lines: they are found by it, then looked at.
_WORD = re.compile(rb"import\b")
_STATEMENT = re.compile(
    rb"""
    \n (?P<indent>[ \t]*+) (?:
        from[ \t\f]++ (?P<dots>[. \t\f]*+) (?P<module>(?:(?!import\b)[\w.\x80-\xff]++)?+)
        [ \t\f]*+ import\b[ \t\f]*+
        (?: \( (?P<group>(?:[^()\#]++|\#[^\n]*+)*+) \) | (?P<names>[^\n;(\#]*+) )
      | import[ \t\f]++ (?P<modules>[\w.,\x80-\xff \t\f]++)
    )""",
    re.VERBOSE,
)
_BLOCKS = rb"(?:def|class|if|elif|else|try|except|finally|with|for|while|async|match|case)\b"
_TOP_BLOCK = re.compile(rb"\n" + _BLOCKS)
_BLOCK = re.compile(rb"\n(?P<indent>[ \t]*+)(?P<block>" + _BLOCKS + rb")")
_END = re.compile(rb"\n(?:raise\b|(?:sys[.])?exit[ \t]*\()")
_HEAD = 80
_RETURN = re.compile(rb"\breturn\b")
# import a; import b
_SECOND = re.compile(rb";[ \t\f]*+import[ \t\f]++([\w.,\x80-\xff \t\f]++)")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")
_COMMENT = re.compile(rb"#[^\n]*+")


class Import(NamedTuple):
    """One module that an import statement names; a tuple, as there are thousands."""

    line: int
    """Counted from one."""
    module: str
    """As written, without leading dots; empty for ``from . import x``."""
    level: int
    """How many dots lead."""
    names: tuple[str, ...]
    """What ``from`` takes from it, ``*`` included; empty for a plain ``import``."""
    bound: tuple[str, ...]
    """The names it leaves in the importing module."""
    later: bool
    """It stands in a function, so it does not run when its module is imported."""
    sure: bool
    """Neither a condition nor a ``try`` stands around it, and no ``return`` may come before."""


@record(frozen=False)
class _Function:
    """A function, and how far it was searched for a ``return``, those of inner ones included."""

    searched: int
    returns: bool = False

    def may_have_returned(self, code: bytes, here: int) -> bool:
        """Tell whether a ``return`` stands before a place in it."""
        if not self.returns and self.searched < here:
            self.returns = _RETURN.search(code, self.searched, here) is not None
            self.searched = here
        return self.returns


class _Block(NamedTuple):
    """What is true within it, the blocks around it included."""

    indent: int
    later: bool
    sure: bool
    function: "_Function | None" = None


class _Blocks:
    """The blocks around a place that moves on through a source."""

    def __init__(self, code: bytes) -> None:
        self.work = 0
        """How many blocks were entered."""
        self._code = code
        self._open: list[_Block] = []
        self._ended = False
        self._at = 0

    def around(self, here: int, indent: int) -> _Block:
        """Return what is true of a line that begins here, so far behind the margin."""
        code, at, blocks = self._code, self._at, self._open
        self._ended = self._ended or _END.search(code, at, here) is not None
        self._at = here
        if not indent:
            blocks.clear()
        else:
            # What stands before the last block at the margin is over.
            for top in _TOP_BLOCK.finditer(code, at, here):
                at = top.start()
            for event in _BLOCK.finditer(code, at, here):
                self._enter(event)
            self._leave(indent)
        return blocks[-1] if blocks else _Block(-1, later=False, sure=not self._ended)

    def _leave(self, indent: int) -> None:
        while self._open and self._open[-1].indent >= indent:
            self._open.pop()

    def _enter(self, event: re.Match[bytes]) -> None:
        self.work += 1
        indent = _width(event)
        self._leave(indent)
        if len(self._open) < _DEEPEST:
            outer = self._open[-1] if self._open else _Block(-1, later=False, sure=not self._ended)
            self._open.append(_entered(event, self._code, indent, outer))


def read_imports(code: bytes) -> tuple[tuple[Import, ...], int]:
    """Return the imports of a blanked source, in its own order, and what that took in lines."""
    found: list[Import] = []
    blocks = _Blocks(code)
    # The line end before the first line counts it.
    line, counted, names_left, looked, work = 0, 0, _MOST_NAMES, 0, 0
    for word in _WORD.finditer(code):
        start = code.rfind(b"\n", looked, word.start())
        looked = max(looked, word.end())
        event = None if start < 0 else _STATEMENT.match(code, start)
        if event is None:
            continue
        work += 1
        if work + blocks.work > _MOST_EVENTS:
            break
        looked = event.end()
        around = blocks.around(start, _width(event))
        line += code.count(b"\n", counted, start + 1) + code.count(LINE_END, counted, start)
        counted = start + 1
        sure = around.sure and not (
            around.function is not None and around.function.may_have_returned(code, start)
        )
        for module, level, names, bound in _statements(event, code):
            names_left -= 1 + len(names)
            if names_left < 0:
                return tuple(found), work + blocks.work + _MOST_NAMES // _NAMES_A_LINE
            found.append(Import(line, module, level, names, bound, around.later, sure))
    return tuple(found), work + blocks.work + (_MOST_NAMES - names_left) // _NAMES_A_LINE


def _width(event: re.Match[bytes]) -> int:
    return len(event["indent"].expandtabs(8))


def _entered(event: re.Match[bytes], code: bytes, indent: int, around: _Block) -> _Block:
    kind = event["block"]
    head = code[event.end() : event.end() + _HEAD].partition(b"\n")[0]
    function = kind == b"def" or (kind == b"async" and head.lstrip().startswith(b"def"))
    plain = function or kind == b"class" or (kind == b"with" and b"suppress" not in head)
    inside = _Function(event.end()) if function else around.function
    return _Block(indent, around.later or function, around.sure and plain, inside)


def _statements(
    event: re.Match[bytes], code: bytes
) -> list[tuple[str, int, tuple[str, ...], tuple[str, ...]]]:
    if event["modules"] is not None:
        texts = [event["modules"]]
        at = event.end()
        while (second := _SECOND.match(code, at)) is not None and len(texts) < _MOST_ON_A_LINE:
            texts.append(second[1])
            at = second.end()
        return [
            (module, 0, (), (bound or module.partition(".")[0],))
            for text in texts
            for module, bound in _pairs(text)
            if len(module) <= _LONGEST
        ]
    group = event["group"]
    pairs = _pairs(event["names"] if group is None else _COMMENT.sub(b"", group))
    module = event["module"].decode("utf-8", "replace")
    level = event["dots"].count(b".")
    if not pairs or len(module) > _LONGEST or not (_DOTTED.match(module) or (level and not module)):
        return []
    names = tuple(name for name, _ in pairs)
    return [(module, level, names, tuple(bound or name for name, bound in pairs if name != "*"))]


def _pairs(text: bytes) -> list[tuple[str, str | None]]:
    """Split ``a, b as c`` into names, each with that behind ``as``; nothing if it is no list."""
    found: list[tuple[str, str | None]] = []
    for part in text.decode("utf-8", "replace").split(","):
        words = part.split()
        if not words:
            continue
        renamed = len(words) == 3 and words[1] == "as"  # noqa: PLR2004 - name, as, name
        if (len(words) != 1 and not renamed) or (words[0] != "*" and not _DOTTED.match(words[0])):
            return []
        found.append((words[0], words[2] if renamed else None))
    return found
