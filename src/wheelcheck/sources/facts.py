"""All facts of one source, each found when it is asked for."""

import re
from functools import cached_property
from typing import Self

from wheelcheck.expressions import expression
from wheelcheck.records import record
from wheelcheck.sources.imports import Import, read_imports
from wheelcheck.sources.names import Names, makes_names, read_names
from wheelcheck.sources.text import LINE_END, blanked

__all__ = ["Import", "SourceFacts", "VersionLiteral", "read_source"]

_VERSION = expression(
    rb"""^__version__[ \t]*(?::[^=\n]{1,80})?=[ \t]*(?:\w+[ \t]*=[ \t]*)*
         [uU]?(["'])(?P<text>[^"'\\\n]{1,100})\1[ \t]*(?:\#[^\n]*)?\r?$""",
    re.VERBOSE | re.MULTILINE,
)
_BINDS_VERSION = expression(
    rb"\b__version__[ \t]*(?::[^=\n]{1,80})?=(?!=)|\b(?:as|import)[ \t]+__version__"
)
_FINDS_WORDS = (b"sys.modules", b"__path__", b"extend_path", b"declare_namespace", b"meta_path")
# A module that replaces itself is still found where it lies.
_FINDS = expression(
    rb"""\bsys\.modules[ \t]*(?:\[(?![ \t]*__name__[ \t]*\])[^\n]{1,200}?\][ \t]*=(?!=)
                            |\.(?:update|setdefault)\b)
      | \b__path__[ \t]*(?:\+?=(?!=)|\.(?:append|insert|extend)\b|\[)
      | \w[ \t]*=[ \t]*__path__[ \t\r]*$
      | \bextend_path\b | \bdeclare_namespace\b | \bmeta_path\b
    """,
    re.VERBOSE | re.MULTILINE,
)


_PIECE = 400
"""Bytes of memory that what is found in one takes; rough."""


@record
class VersionLiteral:
    """``__version__ = "1.0"`` at the top of a module."""

    text: str
    line: int


class SourceFacts:
    """What one source says of modules; each thing is looked for when it is first asked for.

    Most never are: nobody takes a name from most modules, and what tests import
    matters only where something seems to be missing.
    """

    def __init__(self, source: bytes) -> None:
        """Keep a source, to be asked."""
        self._text = source
        self._strings: int | None = None
        self.work = 0
        """How many pieces were looked at so far; one takes some microseconds."""

    def __eq__(self, other: object) -> bool:
        """Compare what they say; the bytes may be gone."""
        if not isinstance(other, SourceFacts):
            return NotImplemented
        return self._said() == other._said()

    __hash__ = None  # type: ignore[assignment] # as of all that is compared by content

    @property
    def imports(self) -> tuple[Import, ...]:
        """Its imports, in its own order."""
        return self._imports[0]

    @property
    def imports_work(self) -> int:
        """How many pieces had to be looked at for them."""
        return self._imports[1]

    @property
    def names(self) -> Names:
        """What its statements bind; what imports leave is not among it."""
        return self._names[0]

    @property
    def names_work(self) -> int:
        """How many pieces had to be looked at for them."""
        return self._names[1]

    @cached_property
    def makes_names(self) -> bool:
        """More may come into being while it runs: ``__getattr__``, ``globals()``, ``exec`` ..."""
        return not self.names.complete or makes_names(self._code()[0])

    @cached_property
    def version(self) -> VersionLiteral | None:
        """Its ``__version__``."""
        return _version(self._code()[0]) if b"__version__" in self._text else None

    @cached_property
    def finds_modules(self) -> bool:
        """It changes where modules are looked for: ``__path__``, ``meta_path``, ``sys.modules``."""
        if not any(word in self._text for word in _FINDS_WORDS):
            return False
        return _FINDS.search(self._code()[0]) is not None

    def may_name(self, word: str) -> bool:
        """Tell whether a word may stand in it; what is settled is no longer looked at."""
        return not self._text or word.encode("utf-8", "replace") in self._text

    def settle(self) -> Self:
        """Look for all that it says of modules now, and let go of its bytes."""
        self._said()
        self._text = b""
        return self

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes, besides the source as it came."""
        return (0 if self._strings is None else len(self._text)) + _PIECE * self.work

    @cached_property
    def _imports(self) -> tuple[tuple[Import, ...], int]:
        code, strings = self._code()
        found, lines = read_imports(code)
        self.work += strings + lines
        return found, strings + lines

    @cached_property
    def _names(self) -> tuple[Names, int]:
        code, strings = self._code()
        found, statements = read_names(code)
        self.work += strings + statements
        return found, strings + statements

    def _code(self) -> tuple[bytes, int]:
        """Return it without the strings that span lines, and how many these were.

        From now on it is kept like that.
        """
        if self._strings is None:
            self._text, self._strings = blanked(self._text)
        return self._text, self._strings

    def _said(self) -> tuple[object, ...]:
        return self.imports, self.names, self.makes_names, self.version, self.finds_modules


def read_source(source: bytes) -> SourceFacts:
    """Return what a source says of modules; the same for the same bytes, and never an error."""
    return SourceFacts(source).settle()


def _version(code: bytes) -> VersionLiteral | None:
    found = _VERSION.search(code)
    # Bound in several ways, the literal is only what is used where all else fails.
    if found is None or len(_BINDS_VERSION.findall(code)) > 1:
        return None
    # The line end before the first line counts it.
    line = code.count(b"\n", 0, found.start()) + code.count(LINE_END, 0, found.start())
    return VersionLiteral(found["text"].decode("utf-8", "replace"), line)
