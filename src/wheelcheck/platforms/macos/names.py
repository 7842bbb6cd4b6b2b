"""Where dyld looks for a library of a given name, and whose library it is.

Only names are judged: on macOS 11 and later the libraries of the system have no
files of their own. Paths of images are install paths, relative to
site-packages. Source: dyld(1), and ``Loader::forEachPath`` of dyld for the
order of rpaths: those of the image that asks, then of the one that loaded it,
and so on.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from wheelcheck.expressions import expression
from wheelcheck.installation import folder_of
from wheelcheck.records import record

__all__ = [
    "UNIQUE",
    "Candidate",
    "Place",
    "Via",
    "candidates",
    "is_builders",
    "is_python",
    "is_system",
    "iter_candidates",
]

UNIQUE = "/DLC"
"""Where delocate says that bundled libraries are, so that their names are unique; nobody has it."""


_SYSTEM = ("/usr/lib/", "/System/")
_NOT_SYSTEM = ("/System/Volumes/Data/",)
"""Where the user's own files lie, seen from the read-only system volume."""

_PYTHON = expression(
    r"(?:^|/)(?:Python[3T]?\.framework/|libpython\d|libpypy\d|\.Python$)", re.ASCII
)

_LOADER, _EXECUTABLE, _RPATH = "@loader_path", "@executable_path", "@rpath"


class Via(NamedTuple):
    """An image that is being loaded."""

    install: str
    """Its install path."""
    rpaths: tuple[str, ...]


class Place(StrEnum):
    """What a path that dyld tries is relative to."""

    WHEEL = "wheel"
    """The path is an install path, like those of :class:`Via`."""
    ABSOLUTE = "absolute"
    """The path is one of the user's machine."""
    PROGRAM = "program"
    """The path starts at the folder of the Python that runs, which no wheel knows."""
    WORKING = "working folder"
    """The path starts at wherever the user happens to be."""


@record
class Candidate:
    """One path that dyld tries."""

    place: Place
    path: str
    """Without ``.`` and ``..`` as far as they can be resolved by name."""
    rpath: str | None = None
    """The rpath that led here, as it stands in the file."""
    owner: str | None = None
    """Install path of the image that holds this rpath."""


def candidates(library: str, chain: Sequence[Via]) -> tuple[Candidate, ...]:
    """Return the paths that dyld tries for a library, in its order.

    :param library: the name as it stands in the load command.
    :param chain: the images being loaded, from the one that Python opens to the
        one that asks; never empty.
    """
    return tuple(iter_candidates(library, chain))


def iter_candidates(library: str, chain: Sequence[Via]) -> Iterator[Candidate]:
    """Yield the same one by one."""
    if not _starts(library, _RPATH):
        yield _expanded(library, chain[-1].install)
        return
    rest = library.removeprefix(_RPATH).lstrip("/")
    for via, rpath in _rpaths(chain):
        found = _expanded(f"{rpath.rstrip('/')}/{rest}", via.install)
        yield Candidate(found.place, found.path, rpath, via.install)


def _rpaths(chain: Sequence[Via]) -> Iterator[tuple[Via, str]]:
    for via in reversed(chain):
        for rpath in via.rpaths:
            yield via, rpath


def _expanded(path: str, install: str) -> Candidate:
    """Resolve a path that stands in the image at ``install``."""
    if _starts(path, _LOADER):
        rest = path.removeprefix(_LOADER).lstrip("/")
        return Candidate(Place.WHEEL, _normal(posixpath.join(folder_of(install), rest)))
    if _starts(path, _EXECUTABLE):
        rest = path.removeprefix(_EXECUTABLE).lstrip("/")
        return Candidate(Place.PROGRAM, _normal(rest))
    if path.startswith("/"):
        return Candidate(Place.ABSOLUTE, _normal(path))
    return Candidate(Place.WORKING, _normal(path))


def _starts(path: str, variable: str) -> bool:
    """Tell whether a path starts with a variable, which ends at a slash or with the path."""
    return path == variable or path.startswith(variable + "/")


def _normal(path: str) -> str:
    normal = posixpath.normpath(path)
    # POSIX lets two slashes at the start mean something else; macOS does not.
    return "/" + normal.lstrip("/") if path.startswith("/") else normal.removeprefix("./")


def is_system(library: str) -> bool:
    """Tell whether macOS itself supplies the library of this absolute name."""
    path = _normal(library)
    return path.startswith(_SYSTEM) and not path.startswith(_NOT_SYSTEM)


def is_builders(path: str) -> bool:
    """Tell whether an rpath or install name is a path of the machine that built the image."""
    own = path == UNIQUE or path.startswith(UNIQUE + "/")
    return path.startswith("/") and not is_system(f"{path}/x") and not own


def is_python(library: str) -> bool:
    """Tell whether this is the library of an interpreter, which a wheel must not load.

    Extension modules find Python's symbols in the process that loads them; a
    second interpreter, or one in another place, would break them.
    """
    return _PYTHON.search(library) is not None
