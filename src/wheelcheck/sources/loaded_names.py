"""Names of DLLs that Python sources hand to a loader at run time.

Nothing is parsed or run: one expression steps from string to comment to block
to call, so that a call within a docstring is none, and the ``try`` and ``if``
around a real one are known. Names that are computed are left alone, and so are
those without a suffix unless the call exists on Windows only.
"""

import re
from itertools import islice

from wheelcheck.records import record

__all__ = ["LoadedName", "loaded_names"]

_CALLS = rb"(?:CDLL|WinDLL|OleDLL|PyDLL|LoadLibrary(?:Ex)?[AW]?|dlopen|find_library)"
_WINDOWS_CALLS = {b"WinDLL", b"OleDLL"}
# Most sources end here.
_ANY = re.compile(rb"\b(?:" + _CALLS + rb"\s*+\(|(?:win|ole)dll\s*+[.\[])")
_EVENT = re.compile(
    rb"""
        \#[^\r\n]*+
      | "{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3})?
      | '{3}(?:[^'\\]++|\\.|'(?!''))*+(?:'{3})?
      | "(?:[^"\\\r\n]++|\\.)*+"?
      | '(?:[^'\\\r\n]++|\\.)*+'?
      | ^(?P<indent>[\ \t]*+)(?:async[\ \t]++)?
         (?P<block>if|elif|else|try|except|finally|with|for|while|def|class|match|case)\b
      | \b(?:win|ole)dll\s*+(?:
            (?P<windows>\[|\.\s*+LoadLibrary\s*+\() | \.\s*+(?P<attribute>(?!LoadL)[A-Za-z_]\w*+)
        )
      | (?<!def\ )(?<!class\ )\b(?P<call>"""
    + _CALLS
    + rb""")\s*+\(
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_MOST_EVENTS = 50_000
_MOST_NAMES = 500
_FEWEST_CALLS, _BYTES_A_CALL = 100, 64
"""No real source has more calls for its size."""

_ARGUMENT = re.compile(
    rb"""
        \#[^\r\n]*+
      | (?P<prefix>\b[A-Za-z]{1,2})?(?P<quote>["'])(?P<text>(?:[^"'\\\r\n]++|\\.)*+)(?P=quote)
      | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<comma>,)
      | (?P<added>\+\s*+(?=["'][\\/])) | (?P<computed>[%+]|\b(?:if|or|format|environ|getenv)\b)
    """,
    re.VERBOSE | re.DOTALL,
)
_LONGEST_ARGUMENT = 1_000
_DEEPEST_ARGUMENT = 8
"""Brackets; more would let nested calls be read again and again."""
_LONGEST_LINE = 4_000
_DLL = re.compile(rb"[\w.+ -]*\w\.dll\Z", re.IGNORECASE)
_BARE = re.compile(rb"[A-Za-z_][\w+-]*\Z")

_BLOCK_LINE = re.compile(rb"[ \t]*+(?:if|elif|else|try|except|with|while|match|case)\b")
_ON_WINDOWS = re.compile(
    rb"""(?:==|\bin|\()\s*[(\[{]?\s*["'](?:win32|nt|windows|win)["']
      | (?<!not\ )(?<!["'])\b_?(?:is|on)?_?win(?:dows|32)""",
    re.IGNORECASE | re.VERBOSE,
)
_ELSEWHERE = re.compile(
    rb"""!=\s*["'](?:win32|nt|windows)["']
      | \bnot\s+_?(?:is|on)?_?win | \b(?:linux|darwin|posix|macos|mac)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@record
class LoadedName:
    """A DLL that a source opens by a name that stands in it."""

    name: str
    """With ``.dll``, without folders."""
    line: int
    """Counted from one."""
    expected_to_fail: bool
    """It is opened under a condition, or where a failure is caught."""


@record
class _Block:
    """What is true within it, the blocks around it included."""

    indent: int
    lenient: bool = False
    elsewhere: bool = False
    """It runs on other systems than Windows."""


def loaded_names(source: bytes) -> tuple[LoadedName, ...]:
    """Return the DLLs that a source opens by name on Windows, in its own order."""
    if _ANY.search(source) is None:
        return ()
    found: dict[tuple[str, bool], LoadedName] = {}
    blocks: list[_Block] = []
    line, counted = 1, 0
    calls = _FEWEST_CALLS + len(source) // _BYTES_A_CALL
    for event in islice(_EVENT.finditer(source), _MOST_EVENTS):
        if event["block"]:
            indent = len(event["indent"])
            blocks.append(_block(source, event, _enclosing(blocks, indent)))
            continue
        if event.lastgroup is None:
            continue
        calls -= 1
        name = _name(source, event) if calls > 0 else None
        if name is None:
            continue
        line += source.count(b"\n", counted, event.start())
        counted = event.start()
        around = _enclosing(blocks, _indent(source, event.start()))
        if not around.elsewhere:
            key = name.lower(), around.lenient
            found.setdefault(key, LoadedName(name, line, around.lenient))
        if len(found) == _MOST_NAMES:
            break
    return tuple(found.values())


def _enclosing(blocks: list[_Block], indent: int) -> _Block:
    """Leave the blocks that a line of this indentation ends, and return the innermost one left."""
    while blocks and blocks[-1].indent >= indent:
        blocks.pop()
    return blocks[-1] if blocks else _Block(-1)


def _block(source: bytes, event: re.Match[bytes], around: _Block) -> _Block:
    kind = event["block"]
    head = source[event.end() : event.end() + _LONGEST_ARGUMENT].partition(b"\n")[0]
    lenient = kind in {b"try", b"except", b"else", b"while", b"match", b"case"}
    elsewhere = False
    if kind in {b"if", b"elif"}:
        lenient = _ON_WINDOWS.search(head) is None
        elsewhere = lenient and _ELSEWHERE.search(head) is not None
    elif kind == b"with":
        lenient = b"suppress" in head
    return _Block(len(event["indent"]), around.lenient or lenient, around.elsewhere or elsewhere)


def _indent(source: bytes, position: int) -> int:
    """Return the indentation of a position's line; one more if a block begins on it."""
    earliest = max(position - _LONGEST_LINE, 0)
    start = source.rfind(b"\n", earliest, position) + 1 or earliest
    line = source[start:position]
    return len(line) - len(line.lstrip(b" \t")) + (_BLOCK_LINE.match(line) is not None)


def _name(source: bytes, event: re.Match[bytes]) -> str | None:
    """Return the DLL that a call names; None if it names none."""
    if event["attribute"]:
        return event["attribute"].decode("ascii", "replace") + ".dll"
    text, alone = _argument(source, event.end())
    if text is None:
        return None
    only_windows = event["windows"] is not None or event["call"] in _WINDOWS_CALLS
    if alone and only_windows and _BARE.match(text):
        return text.decode("ascii", "replace") + ".dll"
    path = text.replace(b"\\\\", b"/").replace(b"\\", b"/")
    folder, _, name = path.rpartition(b"/")
    outside = alone and (b":" in folder or path.startswith(b"/"))
    return name.decode("utf-8", "replace") if _DLL.match(name) and not outside else None


def _argument(source: bytes, start: int) -> tuple[bytes | None, bool]:
    """Return the last string of a call's first argument, and whether it is all there is.

    None instead if the argument is computed, or does not end nearby.
    """
    last: re.Match[bytes] | None = None
    depth = 1
    for token in _ARGUMENT.finditer(source, start, start + _LONGEST_ARGUMENT):
        if token["computed"] or depth > _DEEPEST_ARGUMENT:
            break
        if token["quote"]:
            if (token["prefix"] or b"").lower() not in {b"", b"r", b"u"}:
                break
            last = token
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth == 0 or (depth == 1 and token["comma"]):
            if last is None:
                break
            rest = source[start : last.start()] + source[last.end() : token.start()]
            return last["text"], not rest.strip()
    return None, False
