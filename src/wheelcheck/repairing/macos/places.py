"""Where the bundled libraries of a macOS wheel go, and how they are called there."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wheelcheck.installation import folder_of

if TYPE_CHECKING:
    from wheelcheck.repairing.macos.libraries import Library
    from wheelcheck.wheel import Wheel

__all__ = ["HASH_LENGTH", "folder_for_libraries", "names_for"]

HASH_LENGTH = 12
"""So many hex digits of a file's SHA-256 tell it apart in a name."""


def folder_for_libraries(wheel: "Wheel") -> tuple[str, str]:
    """Return the folder for bundled libraries, as installed and in the archive.

    It is the one that delocate takes: in the package, or beside the modules.
    """
    assert wheel.name is not None
    packages: dict[str, str] = {}
    for file in wheel.files:
        package, _, rest = file.install.partition("/")
        if rest == "__init__.py":
            packages[package] = folder_of(file.member.name)
    own = wheel.name.distribution
    chosen = own if own in packages else min(packages, default=None)
    if chosen is None:
        return f"{own}.dylibs", f"{own}.dylibs"
    return f"{chosen}/.dylibs", f"{packages[chosen]}/.dylibs"


def names_for(wheel: "Wheel", libraries: Sequence["Library"], folder: str) -> dict["Library", str]:
    """Name the bundled files: as they are, and where two would be one, with a hash."""
    taken: dict[str, int] = defaultdict(int)
    for file in wheel.files:
        if folder_of(file.install).lower() == folder.lower():
            taken[file.install.rpartition("/")[2].lower()] += 1
    for library in libraries:
        taken[library.filename.lower()] += 1
    return {
        library: library.filename
        if taken[library.filename.lower()] == 1
        else _with_hash(library.filename, library.source.sha256)
        for library in libraries
    }


def _with_hash(filename: str, sha256: str) -> str:
    stem, dot, suffix = filename.rpartition(".")
    if not dot:
        return f"{filename}-{sha256[:HASH_LENGTH]}"
    return f"{stem}-{sha256[:HASH_LENGTH]}.{suffix}"
