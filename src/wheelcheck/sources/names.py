"""The names that a module's own statements bind: a superset, found without running it."""

import re
from collections.abc import Iterable
from itertools import chain

from wheelcheck.records import record

__all__ = ["Names", "makes_names", "read_names"]

# A line that begins a statement at the top: not indented, no rest of a bracket.
_TOP = re.compile(rb"\n(?=[^\s#)\]}])")
_FIRST = re.compile(rb"(?:async[ \t]+)?([^\W\d]\w*)", re.ASCII)
_DEFINED = re.compile(rb"(?:async[ \t\f]+)?(?:def|class)[ \t\f]+(\w+)")
_COMPOUND = {
    b"if", b"elif", b"else", b"try", b"except", b"finally", b"with", b"for", b"while", b"match",
    b"case", b"async",
}  # fmt: skip
_IMPORTING = {b"import", b"from"}
_BRACKETS = {b"(", b"[", b"*", b"@"}
# Within an if or a try at the top: whatever is bound there in any way, functions' own
# variables included.
_BOUND_WITHIN = re.compile(
    rb"""(?:\bfor[ \t\f]++ ([^\n:]{1,200}?)[ \t\f]in\b
      | [:;][ \t]*+(?:from\b[^\n;]{0,200}?)?\bimport[ \t]++([^\n;]{1,200}))
      | ((?:\w++[ \t\f]*+,[ \t\f]*+)++\w++)[ \t\f]*+(?:=(?!=)|in\b)
      | \b(?:def|class|as|type|case)[ \t\f]++ (\w++)
      | \b(\w++)[ \t\f]*+(?::?=(?!=)|:(?=[^\n=]{0,200}=))
    """,
    re.VERBOSE,
)
_WORD = re.compile(rb"(?:[^\W\d]|[\x80-\xff])[\w\x80-\xff]*+")
_ANNOTATED = re.compile(rb"(\w++)[ \t\f]*+:")
_GLOBAL = re.compile(rb"\n[ \t]+global[ \t]+([\w, \t]+)")
_MAKING = (
    b"globals(", b"sys.modules", b"setattr(", b"exec(", b"__dict__", b"vars(", b"locals(",
    b"__getattr__", b"lazy_",
)  # fmt: skip
_LONGEST_HEAD = 2_000
_MOST_BYTES = 200_000
_MOST_CHUNKS = 30_000


@record
class Names:
    """The names of a module, kept as one text: there are a hundred thousand in a large wheel."""

    text: bytes
    """Each between line ends."""
    complete: bool
    """There are not too many of them; of too many none is kept."""

    def __contains__(self, name: str) -> bool:
        """Tell whether a statement of the module binds this name."""
        return b"\n%s\n" % name.encode("utf-8", "replace") in self.text


def read_names(code: bytes) -> tuple[Names, int]:
    """Return the names of a blanked source, and how many statements were weighed."""
    found: set[bytes] = set()
    chunks = _TOP.split(code, _MOST_CHUNKS)
    for chunk in chunks[:_MOST_CHUNKS]:
        found.update(_bound(chunk))
    if b"global" in code:
        for names in _GLOBAL.findall(code):
            found.update(_WORD.findall(names))
    text = b"\n%s\n" % b"\n".join(sorted(found - {b""}))
    complete = len(chunks) <= _MOST_CHUNKS and len(text) <= _MOST_BYTES
    return Names(text if complete else b"", complete), len(chunks)


def makes_names(code: bytes) -> bool:
    """Tell whether more may come into being while a module runs."""
    return any(word in code for word in _MAKING)


def _bound(chunk: bytes) -> Iterable[bytes]:
    """Return the names that one statement at the top binds, with some that it only uses."""
    first = _FIRST.match(chunk)
    head = chunk[:_LONGEST_HEAD]
    if first is None:
        return _WORD.findall(head) if chunk[:1] in _BRACKETS or not chunk.isascii() else ()
    if (defined := _DEFINED.match(chunk)) is not None:
        return (defined[1],)
    word = first[1]
    if word in _COMPOUND:
        found = _BOUND_WITHIN.findall(chunk)
        several = (_WORD.findall(b" ".join(names)) for *names, _, _ in found if any(names))
        return chain((one or two for *_, one, two in found), *several)
    if word in _IMPORTING:
        return ()
    # a = b = (c := 1), type X = ..., and x: int
    last = head.rfind(b"=")
    if last > 0:
        return _WORD.findall(head[: last + 1])
    annotated = _ANNOTATED.match(head)
    return () if annotated is None else (annotated[1],)
