"""How dyld finds a library for a wheel that pip has installed.

A name with ``@rpath`` is looked for in the rpaths of the image that asks, then
in those of the image that loaded it, and so on up to the extension. Where none
of them leads anywhere, dyld still looks for the file name in its fallback
folders, ``/usr/local/lib`` and ``/usr/lib``; only what macOS itself keeps there
counts. DYLD_* variables do not count either: they are the user's own affair.

Source: dyld(1), sections on dynamic library loading and on
DYLD_FALLBACK_LIBRARY_PATH.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Import
from wheelcheck.findings import Outcome, Role
from wheelcheck.installation import folder_of
from wheelcheck.platforms.loading import Found, Image
from wheelcheck.platforms.macos.names import (
    Candidate,
    Place,
    Via,
    candidates,
    is_python,
    is_system,
    iter_candidates,
)
from wheelcheck.records import record

__all__ = ["Context", "MacLoader"]

_SHARED_CACHE = frozenset(
    {
        "libSystem.B.dylib",
        "libc++.1.dylib",
        "libc++abi.dylib",
        "libobjc.A.dylib",
        "libiconv.2.dylib",
        "libz.1.dylib",
        "libbz2.1.0.dylib",
        "libsqlite3.dylib",
        "libresolv.9.dylib",
    }
)
"""What every macOS has in /usr/lib and people ask for by ``@rpath``, too."""
_ODD = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")
"""What is no name in a path: nothing, ``.`` and ``..``."""
_SYSTEM_RPATHS = ("/usr/lib/swift/libswift", "/System/")
_MOST_RPATHS = 24
"""Rpaths of one image, and of all above it, that are searched: the nearest."""
_MOST_TOLD = 12
"""Places named where a library is missing."""


@record
class Context:
    """What decides where a load looks, besides the image that asks."""

    program: str | None
    """The folder of the program that runs, where that lies in the wheel."""
    chain: tuple[Via, ...]
    """The images that led here and have rpaths, the first one first."""


class MacLoader:
    """Finds libraries among the installed files of one wheel."""

    def __init__(self, images: Iterable[tuple[str, frozenset[str]]]) -> None:
        """Take the install path of each Mach-O file, and the install names of its slices."""
        self._installs: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        self._last: tuple[tuple[Context, Via], list[tuple[Place, str]]] | None = None
        for install, names in sorted(images):
            # The file systems of Macs keep the case of names, and do not compare it.
            self._installs.setdefault(install.lower(), install)
            own = install.rpartition("/")[2]
            for name in sorted({own, *names}):
                self._by_name.setdefault(name, []).append(install)
        self._tops = {install.partition("/")[0] for install in self._installs}

    def start(self, root: Image) -> Context:
        """Return the context of a load that starts at this root."""
        return Context(folder_of(root.install) if root.role is Role.PROGRAM else None, ())

    def below(self, context: Context, image: Image) -> Context:
        """Return the context of what ``image`` loads: its rpaths come before those above it."""
        via = _via(image)
        if not via.rpaths:
            return context
        # Two rpaths that lead into one folder find the same, so the nearer one is enough.
        folders: dict[tuple[Place, str], Via] = {}
        for found in candidates("@rpath/", (*context.chain, via)):
            assert found.owner is not None
            assert found.rpath is not None
            folders.setdefault((found.place, found.path), Via(found.owner, (found.rpath,)))
        nearest = tuple(folders.values())[:_MOST_RPATHS]
        return Context(context.program, nearest[::-1])

    def resolve(self, context: Context, importer: Image, wanted: Import) -> Found:
        """Return where an import ends."""
        library = wanted.library
        install = self._first(library, context, importer)
        if install is not None:
            return Found(Outcome.WHEEL, install, f"found as {install}", (install,))
        tried = tuple(islice(self._tried(library, context, importer), _MOST_TOLD))
        searched = tuple(dict.fromkeys(map(_label, tried)))
        if is_python(library):
            reason = "the library of an interpreter, which the user's may not have"
            return Found(Outcome.PYTHON, None, reason, searched)
        if self._supplied(library, context, importer) or _by_fallback(library):
            return Found(Outcome.SYSTEM, None, "macOS has it", searched)
        elsewhere = self._elsewhere(library)
        return Found(Outcome.MISSING, None, _missing(tried, elsewhere), searched, elsewhere)

    def leads_out(self, importer: Image, library: str) -> bool:
        """Tell whether it is looked for in site-packages, but in no folder that the wheel has.

        That is how wheels find the libraries of other distributions.
        """
        paths = (
            _inside(found.path)
            for found in candidates(library, (_via(importer),))
            if found.place is Place.WHEEL
        )
        return any(
            not path.startswith("../") and path.partition("/")[0].lower() not in self._tops
            for path in paths
        )

    def _first(self, library: str, context: Context, importer: Image) -> str | None:
        """Return the first file of the wheel that dyld comes to."""
        via = _via(importer)
        if library.startswith("@rpath/"):
            rest = library.removeprefix("@rpath/")
            folders = self._folders(context, via)
        else:
            rest = ""
            [found] = candidates(library, (via,))
            folders = [(found.place, found.path)]
        for place, folder in folders:
            path = f"{folder}/{rest}" if rest else folder
            if place is Place.PROGRAM and context.program is not None:
                path = f"{context.program}/{path}"
            elif place is not Place.WHEEL:
                continue
            install = self._installs.get(_inside(path).lower())
            if install is not None:
                return install
        return None

    def _tried(self, library: str, context: Context, importer: Image) -> Iterator[Candidate]:
        return iter_candidates(library, (*context.chain, _via(importer)))

    def _supplied(self, library: str, context: Context, importer: Image) -> bool:
        """Tell whether one of the places is the system's, and has it."""
        if library.startswith("@rpath/"):
            folders = self._folders(context, _via(importer))
            if all(place is not Place.ABSOLUTE for place, _ in folders):
                return False
        return any(map(_supplied, self._tried(library, context, importer)))

    def _folders(self, context: Context, via: Via) -> Sequence[tuple[Place, str]]:
        """Return where ``@rpath`` leads; all imports of an image ask for the same in turn."""
        if self._last is None or self._last[0] != (context, via):
            found = candidates("@rpath/", (*context.chain, via))
            self._last = (context, via), [(c.place, c.path) for c in found]
        return self._last[1]

    def _elsewhere(self, library: str) -> tuple[str, ...]:
        """Return the files that bear this name as install name, or else as file name."""
        found = self._by_name.get(library) or self._by_name.get(library.rpartition("/")[2])
        return tuple(dict.fromkeys(found or ()))


def _via(image: Image) -> Via:
    assert isinstance(image.slice, MachoSlice)
    return Via(image.install, image.slice.rpaths[:_MOST_RPATHS])


def _inside(path: str) -> str:
    """Resolve ``.`` and ``..`` by name."""
    if not _ODD.search(path):
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _supplied(candidate: Candidate) -> bool:
    """Tell whether macOS has a file that may not exist on any disk, by its name."""
    if candidate.place is not Place.ABSOLUTE or not is_system(candidate.path):
        return False
    # A name that was made of an rpath is a guess until something is known to be there.
    return (
        candidate.rpath is None
        or candidate.path.startswith(_SYSTEM_RPATHS)
        or candidate.path.rpartition("/")[2] in _SHARED_CACHE
    )


def _by_fallback(library: str) -> bool:
    return not library.startswith("/") and library.rpartition("/")[2] in _SHARED_CACHE


def _label(candidate: Candidate) -> str:
    if candidate.place is Place.PROGRAM:
        path = f"{candidate.path} from the folder of the program that runs"
    elif candidate.place is Place.WORKING:
        path = f"{candidate.path} from the user's working folder"
    else:
        path = candidate.path
    if candidate.rpath is None:
        return path
    return f"{path} (rpath {candidate.rpath} of {candidate.owner})"


def _missing(tried: tuple[Candidate, ...], elsewhere: tuple[str, ...]) -> str:
    if elsewhere:
        return f"{elsewhere[0]} has that name, but dyld does not look there"
    if not tried:
        return "it is to be found by an rpath, but no image on the way has any"
    if all(candidate.place is Place.PROGRAM for candidate in tried):
        return "it is looked for beside the program that runs, which is the user's own Python"
    if all(candidate.place is Place.ABSOLUTE for candidate in tried):
        return "it is a path of the machine that built the wheel"
    return "no such file is in a place where dyld looks"
