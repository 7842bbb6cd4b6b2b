"""Names of DLLs that Python sources hand to a loader at run time.

Nothing is parsed or run: one expression steps from string to comment to block
to call, so that a call within a docstring is none, and the ``try`` and ``if``
around a real one are known. Names that are computed are left alone, and so are
those without a suffix unless the call exists on Windows only.
"""

import re
from dataclasses import dataclass
from itertools import islice

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


@dataclass(frozen=True, slots=True)
class LoadedName:
    """A DLL that a source opens by a name that stands in it."""

    name: str
    """With ``.dll``, without folders."""
    line: int
    """Counted from one."""
    expected_to_fail: bool
    """It is opened under a condition, or where a failure is caught."""


@dataclass(frozen=True, slots=True)
class _Block:
    indent: int
    lenient: bool
    elsewhere: bool
    """It runs on other systems than Windows."""


def loaded_names(source: bytes) -> tuple[LoadedName, ...]:
    """Return the DLLs that a source opens by name on Windows, in its own order."""
    if _ANY.search(source) is None:
        return ()
    found: dict[tuple[str, bool], LoadedName] = {}
    blocks: list[_Block] = []
    line, counted = 1, 0
    for event in islice(_EVENT.finditer(source), _MOST_EVENTS):
        if event["block"]:
            indent = len(event["indent"])
            _leave(blocks, indent)
            blocks.append(_block(source, event, indent))
            continue
        name = _name(source, event)
        if name is None:
            continue
        line += source.count(b"\n", counted, event.start())
        counted = event.start()
        around = _around(source, event.start(), blocks)
        if not any(block.elsewhere for block in around):
            lenient = any(block.lenient for block in around)
            found.setdefault((name.lower(), lenient), LoadedName(name, line, lenient))
        if len(found) == _MOST_NAMES:
            break
    return tuple(found.values())


def _leave(blocks: list[_Block], indent: int) -> None:
    while blocks and blocks[-1].indent >= indent:
        blocks.pop()


def _block(source: bytes, event: re.Match[bytes], indent: int) -> _Block:
    kind = event["block"]
    head = source[event.end() : event.end() + _LONGEST_ARGUMENT].partition(b"\n")[0]
    if kind in {b"if", b"elif"}:
        elsewhere = _ELSEWHERE.search(head) is not None
        on_windows = _ON_WINDOWS.search(head) is not None
        return _Block(indent, lenient=not on_windows, elsewhere=elsewhere and not on_windows)
    lenient = kind in {b"try", b"except", b"else", b"while", b"match", b"case"}
    return _Block(indent, lenient or (kind == b"with" and b"suppress" in head), elsewhere=False)


def _around(source: bytes, position: int, blocks: list[_Block]) -> list[_Block]:
    """Return the blocks that the line of this position stands in, or that begin on it."""
    earliest = max(position - _LONGEST_LINE, 0)
    start = source.rfind(b"\n", earliest, position) + 1 or earliest
    line = source[start:position]
    indent = len(line) - len(line.lstrip(b" \t"))
    begins = _BLOCK_LINE.match(line) is not None
    return [b for b in blocks if b.indent < indent + begins]


def _name(source: bytes, event: re.Match[bytes]) -> str | None:
    """Return the DLL that a call names; None if it names none, or the event is no call."""
    if event["attribute"]:
        return event["attribute"].decode("ascii", "replace") + ".dll"
    if not event["call"] and not event["windows"]:
        return None
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
        if token["computed"]:
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
