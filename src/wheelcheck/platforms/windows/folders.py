"""The folders that a wheel's own sources make known to Windows.

A source that calls ``os.add_dll_directory``, or that opens libraries itself,
is taken at its string literals: the folders of the wheel that one of them
names, the folders of the DLLs that one of them names, or the source's own
folder when it speaks of ``__file__`` and names none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wheelcheck.installation import folder_of
from wheelcheck.sources import DllLoading

__all__ = ["KnownFolders", "known_folders"]

# Folders of one last name that are looked at for one literal.
_MOST_ALIKE = 100


@dataclass(frozen=True, slots=True)
class KnownFolders:
    """What the sources add to the search."""

    reasons: Mapping[str, str]
    """Install folder, to why it is searched."""
    foreign: tuple[str, ...]
    """Sources that add folders of which none could be found in the wheel."""


def known_folders(
    installs: Iterable[str], sources: Iterable[tuple[str, str, DllLoading]]
) -> KnownFolders:
    """Return the folders that sources make known.

    Args:
        installs: Install paths of all native objects.
        sources: For each source, its member, its install path, and how it loads.
    """
    places: dict[str, dict[str, None]] = defaultdict(dict)
    folders: dict[str, None] = {}
    for install in installs:
        folder = folder_of(install)
        places[install.rpartition("/")[2].lower()][folder] = None
        folders[folder] = None
    last_parts: dict[str, list[str]] = defaultdict(list)
    for folder in folders:
        last_parts[folder.rpartition("/")[2].lower()].append(folder)

    reasons: dict[str, str] = {}
    foreign: list[str] = []
    for member, install, loading in sources:
        own = folder_of(install)
        named = _named(own, loading, last_parts, places)
        if not named and loading.uses_own_folder and own in folders:
            named = [own]
            # Its own folder is a guess: what it adds may as well lie elsewhere.
            if loading.adds_folder:
                foreign.append(member)
        elif not named and loading.adds_folder:
            foreign.append(member)
        how = "added by" if loading.adds_folder else "opened by"
        for folder in named:
            reasons.setdefault(folder, f"{how} {member}")
    return KnownFolders(reasons, tuple(foreign))


def _named(
    own: str,
    loading: DllLoading,
    last_parts: Mapping[str, list[str]],
    places: Mapping[str, Mapping[str, None]],
) -> list[str]:
    """Return the folders that literals spell, seen from the source, and those of named DLLs."""
    named: dict[str, None] = {}
    literals = [literal.strip("/").lower() for literal in loading.literals]
    parts = {part for literal in literals for part in literal.split("/")}
    for literal in literals:
        name = literal.rpartition("/")[2]
        for folder in last_parts.get(name, ())[:_MOST_ALIKE]:
            if folder and _spelled(folder.lower(), own.lower(), parts):
                named[folder] = None
        named.update(places.get(name, {}))
    return list(named)


def _spelled(folder: str, own: str, parts: set[str]) -> bool:
    """Tell whether all that leads from the source's folder, or one above it, to here is spelled."""
    steps = folder.split("/")
    for step in own.split("/"):
        if not steps or steps[0] != step:
            break
        steps.pop(0)
    return bool(steps) and parts.issuperset(steps)
