"""What Python sources in a wheel say, found without parsing or running them.

A full parse of every source costs several times everything else together and
depends on the Python that runs it, so a byte search finds the few files that
matter (a superset), and only those are looked at closer.
"""

import re
from dataclasses import dataclass

__all__ = ["DllLoading", "dll_loading"]

_LOADS = re.compile(
    rb"\b(add_dll_directory|WinDLL|CDLL|PyDLL|OleDLL|windll|cdll|LoadLibrary(?:Ex)?[AW]?|dlopen)\b"
)
_WORDS = (b"dll", b"DLL", b"LoadLibrary", b"dlopen")
_LITERAL = re.compile(rb"""(?<![\w])[rRuU]?(["'])([^"'\\\n]*(?:\\.[^"'\\\n]*)*)\1""")
_MOST_LITERALS = 2_000


@dataclass(frozen=True, slots=True)
class DllLoading:
    """A source file that adds folders to the DLL search or loads libraries itself."""

    adds_folder: bool
    """It calls ``os.add_dll_directory``."""
    uses_own_folder: bool
    """It mentions ``__file__`` or ``__path__``, so its own folder may be meant."""
    literals: tuple[str, ...]
    """The string literals in it, with ``\\`` turned into ``/``."""


def dll_loading(source: bytes) -> DllLoading | None:
    """Return how a source file makes DLLs known, or None if it does not."""
    # Finding plain bytes is many times faster than the expression, and most files have none.
    if not any(word in source for word in _WORDS):
        return None
    calls = set(_LOADS.findall(source))
    if not calls:
        return None
    literals: list[str] = []
    for found in _LITERAL.finditer(source):
        text = found[2].decode("utf-8", "replace").replace("\\\\", "/").replace("\\", "/")
        if text:
            literals.append(text)
        if len(literals) >= _MOST_LITERALS:
            break
    return DllLoading(
        adds_folder=b"add_dll_directory" in calls,
        uses_own_folder=b"__file__" in source or b"__path__" in source,
        literals=tuple(dict.fromkeys(literals)),
    )
