"""Where a missing library usually comes from, for a person who wants to find it."""

from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from wheelcheck.expressions import expression
from wheelcheck.platforms.base import load_data

__all__ = ["origin", "origin_hint"]

_SOURCES = (
    ("msys2", "MSYS2 package mingw-w64-ucrt-x86_64-{}"),
    ("vcpkg", "vcpkg port {}"),
    ("conda", "conda-forge package {}"),
    ("debian", "Debian package {}"),
    ("alpine", "Alpine package {}"),
    ("alma", "AlmaLinux package {}"),
)
_WILDCARD = expression(r"[*?\[]")
_FILES = ("windows-origins.json", "linux-origins.json")


def origin(library: str) -> str | None:
    """Return what a DLL of this name is part of, such as ``HDF5``, None if that is not known."""
    entry = _entry(library)
    return None if entry is None else str(entry["what"])


def origin_hint(library: str) -> str | None:
    """Return one sentence on where a library of this name comes from, None if that is not known.

    The names of MSYS2 packages are those of its UCRT64 environment. A hint
    judges nothing: other builds may bear the same name.
    """
    entry = _entry(library)
    if entry is None:
        return None
    places = [words.format(entry[key]) for key, words in _SOURCES if key in entry]
    places += entry.get("more", [])
    return f"{library} comes with {entry['what']}{': ' if places else ''}{', '.join(places)}."


def _entry(library: str) -> dict[str, Any] | None:
    name = library.lower()
    # A pattern that starts otherwise is not worth compiling; there are hundreds.
    matching = (
        entry
        for start, pattern, entry in _entries()
        if name.startswith(start) and fnmatchcase(name, pattern)
    )
    return next(matching, None)


@cache
def _entries() -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Return each pattern with its first characters, up to a wildcard, and what it stands for."""
    return tuple(
        (_WILDCARD.split(pattern, maxsplit=1)[0], pattern, entry)
        for name in _FILES
        for entry in load_data(name)["entries"]
        for pattern in entry["match"]
    )
