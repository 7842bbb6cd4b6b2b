"""How Python sources make DLLs known to the loader of Windows.

A byte search finds the few that may (a superset), and only those are looked at
closer.
"""

import re
from itertools import islice
from typing import TYPE_CHECKING

from wheelcheck.expressions import expression
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.patch.python_source import Patch
    from wheelcheck.sources.loaded_names import LoadedName

__all__ = ["LARGEST_SOURCE", "DllLoading", "dll_loading", "names_repairer", "patches_in"]

LARGEST_SOURCE = 16 * 1024 * 1024
"""No larger file is looked into: nobody writes such a source, and Python takes minutes for it."""

_LOADS = expression(
    rb"\b(add_dll_directory|WinDLL|CDLL|PyDLL|OleDLL|windll|cdll|LoadLibrary(?:Ex)?[AW]?|dlopen)\b"
)
# Most files end here: a byte is found several times as fast as a word, and what follows it is
# looked at in place.
_MAY_LOAD = (expression(rb"D(?=LL)"), expression(rb"d(?=l[lo])"), expression(rb"L(?=oadLib)"))
_NAMES_PATH = expression(rb"P(?=ATH)")
_NAMES_WHEEL = expression(rb"w(?=heel)")
_ON_PATH = expression(
    rb"""\benviron\s*+(?:\[\s*+["']PATH["']\s*+\]\s*+\+?=(?!=)|\.update\s*+\(\s*+\{?["']?PATH\b)
      | \bputenv\s*+\(\s*+["']PATH["']""",
    re.VERBOSE,
)
# Possessive, so that a hostile literal of millions of escapes costs no memory.
_LITERAL = expression(rb"""(?<![\w])[rRuU]?(["'])([^"'\\\n]*+(?:\\.[^"'\\\n]*+)*+)\1""")
_ADDS_FOLDER = expression(rb"\badd_dll_directory\b")
_MOST_LITERALS = 2_000
_LONGEST_LITERAL = 4_096


@record
class DllLoading:
    """A source file that adds folders to the DLL search, or to PATH, or loads libraries itself."""

    opens: bool
    """It adds folders or loads libraries by itself, outside of patches."""
    adds_folder: bool
    """It calls ``os.add_dll_directory``."""
    changes_path: bool
    """It sets the environment variable PATH of its own process."""
    uses_own_folder: bool
    """It mentions ``__file__`` or ``__path__``, so its own folder may be meant."""
    literals: tuple[str, ...]
    """The string literals in it, with ``\\`` turned into ``/``."""
    loads: "tuple[LoadedName, ...] | None"
    """The DLLs it opens by names that stand in it; None if they were not looked for."""
    patches: "tuple[Patch, ...]"
    """What earlier repairs put into it; the other fields are about the rest."""


def dll_loading(
    source: bytes, *, names: bool = True, patches: "tuple[Patch, ...] | None" = None
) -> DllLoading | None:
    """Return how a source file makes DLLs known, or None if it does not.

    Args:
        source: The source.
        names: Whether to look for the DLLs that it opens, the dearest part.
        patches: What :func:`patches_in` says, if that is known.
    """
    # What a patch opens is known exactly; the rest of the file is judged without it.
    patches = patches_in(source) if patches is None else patches
    if patches:
        starts = (0, *(patch.end for patch in patches))
        ends = (*(patch.start for patch in patches), len(source))
        source = b"".join(source[i:k] for i, k in zip(starts, ends, strict=True))
    opens = any(e.search(source) for e in _MAY_LOAD) and _LOADS.search(source) is not None
    changes_path = bool(_NAMES_PATH.search(source)) and _ON_PATH.search(source) is not None
    if not opens and not changes_path and not patches:
        return None
    literals: list[str] = []
    for found in islice(_LITERAL.finditer(source), _MOST_LITERALS):
        raw = found[2][:_LONGEST_LITERAL]
        if raw:
            text = raw.decode("utf-8", "replace").replace("\\\\", "/").replace("\\", "/")
            literals.append(text)
    return DllLoading(
        opens=opens,
        changes_path=changes_path,
        adds_folder=_ADDS_FOLDER.search(source) is not None,
        uses_own_folder=b"__file__" in source or b"__path__" in source,
        literals=tuple(dict.fromkeys(literals)),
        loads=() if not opens else _loaded(source) if names else None,
        patches=patches,
    )


def _loaded(source: bytes) -> "tuple[LoadedName, ...]":
    # Few sources need its expressions.
    from wheelcheck.sources.loaded_names import loaded_names

    return loaded_names(source)


def names_repairer(source: bytes) -> bool:
    """Tell whether a source names a tool that patches sources, as it must to hold or want one."""
    if _NAMES_WHEEL.search(source) is None:
        return False
    return b"wheelcheck" in source or b"delvewheel" in source


def patches_in(source: bytes) -> "tuple[Patch, ...]":
    """Return what earlier repairs put into a source."""
    # Spares those who have none the import.
    if not names_repairer(source):
        return ()
    from wheelcheck.patch.python_source import find_patches

    return find_patches(source)
