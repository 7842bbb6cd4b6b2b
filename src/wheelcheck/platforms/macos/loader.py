"""How dyld finds a library for a wheel that pip has installed.

A name with ``@rpath`` is looked for in the rpaths of the image that asks, then
in those of the image that loaded it, and so on up to the extension. Where none
of them leads anywhere, dyld still looks for the file name in its fallback
folders, ``/usr/local/lib`` and ``/usr/lib``; only what macOS itself keeps there
counts. DYLD_* variables do not count either: they are the user's own affair.

Source: dyld(1), sections on dynamic library loading and on
DYLD_FALLBACK_LIBRARY_PATH.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wheelcheck.binary.macho import MachoSlice
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
)

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
_SYSTEM_RPATHS = ("/usr/lib/swift/libswift", "/System/")
_MOST_IMAGES = 32
"""Images whose rpaths are handed down; those nearest to the one that asks."""


@dataclass(frozen=True, slots=True)
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
        for install, names in sorted(images):
            # The file systems of Macs keep the case of names, and do not compare it.
            self._installs.setdefault(install.lower(), install)
            own = install.rpartition("/")[2]
            for name in sorted({own, *names}):
                self._by_name.setdefault(name, []).append(install)

    def start(self, root: Image) -> Context:
        """Return the context of a load that starts at this root."""
        return Context(folder_of(root.install) if root.role is Role.PROGRAM else None, ())

    def below(self, context: Context, image: Image) -> Context:
        """Return the context of what ``image`` loads: its rpaths come before those above it."""
        via = _via(image)
        if not via.rpaths:
            return context
        chain = (*(v for v in context.chain if v != via), via)
        return Context(context.program, chain[-_MOST_IMAGES:])

    def resolve(self, context: Context, importer: Image, wanted: Import) -> Found:
        """Return where an import ends."""
        library = wanted.library
        tried = candidates(library, (*context.chain, _via(importer)))
        searched = tuple(dict.fromkeys(_label(candidate) for candidate in tried))
        for candidate in tried:
            install = self._install(candidate, context)
            if install is not None:
                return Found(Outcome.WHEEL, install, f"found as {_label(candidate)}", searched)
        if is_python(library):
            reason = "the library of an interpreter, which the user's may not have"
            return Found(Outcome.PYTHON, None, reason, searched)
        if any(_supplied(candidate) for candidate in tried) or _by_fallback(library):
            return Found(Outcome.SYSTEM, None, "macOS has it", searched)
        elsewhere = self._elsewhere(library)
        return Found(Outcome.MISSING, None, _missing(tried, elsewhere), searched, elsewhere)

    def _install(self, candidate: Candidate, context: Context) -> str | None:
        path = candidate.path
        if candidate.place is Place.PROGRAM and context.program is not None:
            path = _inside(f"{context.program}/{path}")
        elif candidate.place is not Place.WHEEL:
            return None
        return self._installs.get(path.lower())

    def _elsewhere(self, library: str) -> tuple[str, ...]:
        """Return the files that bear this name as install name, or else as file name."""
        found = self._by_name.get(library) or self._by_name.get(library.rpartition("/")[2])
        return tuple(dict.fromkeys(found or ()))


def _via(image: Image) -> Via:
    assert isinstance(image.slice, MachoSlice)
    return Via(image.install, image.slice.rpaths)


def _inside(path: str) -> str:
    """Resolve ``.`` and ``..`` by name."""
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
