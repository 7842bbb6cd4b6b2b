"""All facts of one source, gathered in one go."""

import re

from wheelcheck.records import record
from wheelcheck.sources.imports import Import, read_imports
from wheelcheck.sources.names import Names, read_names
from wheelcheck.sources.text import blanked

__all__ = ["Import", "SourceFacts", "VersionLiteral", "read_source"]

_VERSION = re.compile(
    rb"""^__version__[ \t]*(?::[^=\n]{1,80})?=[ \t]*(?:\w+[ \t]*=[ \t]*)*
         [uU]?(["'])(?P<text>[^"'\\\n]{1,100})\1[ \t]*(?:\#[^\n]*)?\r?$""",
    re.VERBOSE | re.MULTILINE,
)
_BINDS_VERSION = re.compile(
    rb"\b__version__[ \t]*(?::[^=\n]{1,80})?=(?!=)|\b(?:as|import)[ \t]+__version__"
)
_FINDS_WORDS = (b"sys.modules", b"__path__", b"extend_path", b"declare_namespace", b"meta_path")
# A module that replaces itself is still found where it lies.
_FINDS = re.compile(
    rb"""\bsys\.modules[ \t]*(?:\[(?![ \t]*__name__[ \t]*\])[^\n]{1,200}?\][ \t]*=(?!=)
                            |\.(?:update|setdefault)\b)
      | \b__path__[ \t]*(?:\+?=(?!=)|\.(?:append|insert|extend)\b|\[)
      | \w[ \t]*=[ \t]*__path__[ \t\r]*$
      | \bextend_path\b | \bdeclare_namespace\b | \bmeta_path\b
    """,
    re.VERBOSE | re.MULTILINE,
)


@record
class VersionLiteral:
    """``__version__ = "1.0"`` at the top of a module."""

    text: str
    line: int


@record
class SourceFacts:
    """What one source says."""

    imports: tuple[Import, ...]
    names: Names
    """Those that imports leave are not among them."""
    version: VersionLiteral | None
    finds_modules: bool
    """It changes where modules are looked for: ``__path__``, ``sys.meta_path``, ``sys.modules``."""
    work: int
    """How many pieces were looked at, for bounds over many sources; one takes some microseconds."""


def read_source(source: bytes) -> SourceFacts:
    """Return what a source says; the same for the same bytes, and never an error."""
    code = blanked(source)
    imports, lines = read_imports(code)
    names, statements = read_names(code)
    strings = source.count(b'"""') + source.count(b"'''")
    return SourceFacts(
        imports=imports,
        names=names,
        version=_version(source, code),
        finds_modules=any(w in code for w in _FINDS_WORDS) and _FINDS.search(code) is not None,
        work=lines + statements + strings,
    )


def _version(source: bytes, code: bytes) -> VersionLiteral | None:
    if b"__version__" not in code:
        return None
    found = _VERSION.search(source)
    # Bound in several ways, the literal is only what is used where all else fails.
    if found is None or len(_BINDS_VERSION.findall(code)) > 1:
        return None
    line = source.count(b"\n", 0, found.start()) + 1
    return VersionLiteral(found["text"].decode("utf-8", "replace"), line)
