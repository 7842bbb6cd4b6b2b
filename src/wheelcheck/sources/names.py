"""The names that a module has once it is imported: a superset, found without running it."""

import re

__all__ = ["Names", "read_names"]

from dataclasses import dataclass

# A line that begins a statement at the top: not indented, no rest of a bracket.
_TOP = re.compile(rb"\n(?=[^\s#)\]}])")
_FIRST = re.compile(rb"(?:async[ \t]+)?([^\W\d]\w*)", re.ASCII)
_DEFINED = re.compile(rb"(?:async[ \t\f]+)?(?:def|class)[ \t\f]+(\w+)")
_COMPOUND = {
    b"if", b"elif", b"else", b"try", b"except", b"finally", b"with", b"for", b"while", b"match",
    b"case", b"async",
}  # fmt: skip
# Within an if or a try at the top: whatever is bound there in any way, functions' own
# variables included.
_BOUND_WITHIN = re.compile(
    rb"""(?:\b(?:def|class|as|type|global|case)[ \t\f]+ | \bfor[ \t\f]+) (\w+)
      | \b(\w+)[ \t\f]*(?::?=(?!=)|:(?=[^\n=]{0,200}=))
      | ((?:\w+[ \t\f]*,[ \t\f]*)+\w+)[ \t\f]*(?:=(?!=)|\bin\b)
    """,
    re.VERBOSE,
)
_WORD = re.compile(rb"[^\W\d]\w*")
_GLOBAL = re.compile(rb"\n[ \t]+global[ \t]+([\w, \t]+)")
_OPEN = (
    b"globals(", b"sys.modules", b"setattr(", b"exec(", b"__dict__", b"vars(", b"locals(",
    b"__getattr__", b"lazy_",
)  # fmt: skip
_LONGEST_HEAD = 2_000
_MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a module, kept as one text: there are a hundred thousand in a large wheel."""

    text: bytes
    """Each between line ends."""
    open: bool
    """More may come into being while it runs: ``__getattr__``, ``globals()``, ``exec`` ..."""

    def __contains__(self, name: str) -> bool:
        """Tell whether a statement of the module binds this name."""
        return b"\n%s\n" % name.encode("utf-8", "replace") in self.text


def read_names(code: bytes, imported: set[str]) -> Names:
    """Return the names of a blanked source; ``imported`` are those that imports leave in it."""
    found: set[bytes] = {name.encode("utf-8", "replace") for name in imported}
    for chunk in _TOP.split(code):
        first = _FIRST.match(chunk)
        if first is None:
            if chunk[:1] in {b"(", b"[", b"*", b"@"} or not chunk.isascii():
                found.update(_WORD.findall(chunk[:_LONGEST_HEAD]))
            continue
        word = first[1]
        if (defined := _DEFINED.match(chunk)) is not None:
            found.add(defined[1])
        elif word in _COMPOUND:
            for one, two, several in _BOUND_WITHIN.findall(chunk):
                found.add(one or two)
                if several:
                    found.update(_WORD.findall(several))
        elif word not in {b"import", b"from"}:
            # a = b = (c := 1), and type X = ...
            head = chunk[:_LONGEST_HEAD]
            last = max(head.rfind(b"="), 0)
            if last:
                found.update(_WORD.findall(head[: last + 1]))
            else:
                found.update(_WORD.findall(head.partition(b":")[0]))
    if b"global" in code:
        for names in _GLOBAL.findall(code):
            found.update(_WORD.findall(names))
    text = b"\n%s\n" % b"\n".join(sorted(found - {b""}))
    is_open = len(text) > _MOST_BYTES or any(word in code for word in _OPEN)
    return Names(b"" if len(text) > _MOST_BYTES else text, is_open)
