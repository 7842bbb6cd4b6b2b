"""Search paths of ELF objects, followed through the layout that installers make.

Installed files are given places under one prefix, as in a virtual environment,
so that ``$ORIGIN`` leads from programs and data files to site-packages and back.
"""

import posixpath
from collections.abc import Iterator

from wheelcheck.binary.model import Arch
from wheelcheck.expressions import expression
from wheelcheck.platforms.linux.policies import MACHINE_NAMES
from wheelcheck.records import record

__all__ = ["SITE", "PathEntry", "place", "read_path"]

_PREFIX = "/prefix"
SITE = f"{_PREFIX}/lib/python/site-packages"
_SCHEMES = {"scripts": f"{_PREFIX}/bin", "data": _PREFIX, "headers": f"{_PREFIX}/include"}
_SCHEME = expression(r"\{(\w+)\}/")
_VERSION = expression(r"/lib(?:64)?/python\d+\.\d+t?(?=/|\Z)")
_TOKEN = expression(r"\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM)\b)")
_LIB_FOLDERS = ("lib64", "lib")
_MOST_ENTRIES = 1000


@record
class PathEntry:
    """One folder of a search path."""

    text: str
    """As it stands in the file."""
    folders: tuple[str, ...]
    """Where it leads under the prefix; empty if it is not said as seen from the object."""

    @property
    def inside(self) -> bool:
        """Whether it stays where installers put files."""
        return any(folder == _PREFIX or folder.startswith(_PREFIX + "/") for folder in self.folders)


def place(install: str) -> str:
    """Return where an installed file lies under the prefix."""
    match = _SCHEME.match(install)
    if match is None:
        return f"{SITE}/{install}"
    return f"{_SCHEMES.get(match[1], _PREFIX + '/' + match[1])}/{install[match.end() :]}"


def read_path(text: str | None, install: str, machine: Arch) -> tuple[PathEntry, ...]:
    """Return the entries of a DT_RPATH or DT_RUNPATH of the object installed there.

    Source: ld.so(8), "Dynamic string tokens"; an empty entry is the working folder.
    """
    if text is None:
        return ()
    origin = posixpath.dirname(place(install))
    entries = dict.fromkeys(text.split(":", _MOST_ENTRIES)[:_MOST_ENTRIES])
    return tuple(
        PathEntry(entry, tuple(dict.fromkeys(_expand(entry, origin, machine)))) for entry in entries
    )


def _expand(entry: str, origin: str, machine: Arch) -> Iterator[str]:
    first = _TOKEN.match(entry)
    if first is None or "ORIGIN" not in first.groups():
        return
    for lib in _LIB_FOLDERS if "LIB" in entry else ("",):
        values = {"ORIGIN": origin, "LIB": lib, "PLATFORM": MACHINE_NAMES.get(machine, "")}
        path = _TOKEN.sub(lambda m: values[m[1] or m[2]], entry)  # noqa: B023 (used at once)
        yield _VERSION.sub("/lib/python", posixpath.normpath(path))
