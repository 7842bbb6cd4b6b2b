"""The folders that a wheel's own sources make known to Windows.

A source that calls ``os.add_dll_directory``, or that opens libraries itself,
is taken at its string literals: the folders of the wheel that one of them
names, the folders of the DLLs that one of them names, or the source's own
folder when it speaks of ``__file__`` and names none. What a patch of an
earlier repair opens is known exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

from wheelcheck.installation import folder_of
from wheelcheck.records import record
from wheelcheck.sources import DllLoading

__all__ = ["KnownFolders", "known_folders"]

# Folders of one last name, or with DLLs of one name, that are looked at for one literal,
# and in all. Sources that come later name none.
_MOST_ALIKE = 100
_MOST_LOOKS = 200_000
# Each of them is searched for each import. What adds more counts as foreign.
_MOST_KNOWN = 100


@record
class KnownFolders:
    """What the sources add to the search."""

    reasons: Mapping[str, str]
    """Install folder, to why it is searched."""
    foreign: tuple[str, ...]
    """Sources that add folders of which none could be found in the wheel."""
    on_path: Mapping[str, str]
    """Install folder, to the source that puts it on PATH, which does not make it known."""


def known_folders(
    installs: Iterable[str], sources: Iterable[tuple[str, str, DllLoading]]
) -> KnownFolders:
    """Return the folders that sources make known.

    Args:
        installs: Install paths of all native objects.
        sources: For each source, its member, its install path, and how it loads.
    """
    places = _Places(installs)
    reasons: dict[str, str] = {}
    foreign: list[str] = []
    on_path: dict[str, str] = {}
    for member, install, loading in sources:
        own = folder_of(install)
        patched = [_joined(own, f) for patch in loading.patches for f in patch.folders]
        for folder in patched[: _MOST_KNOWN - len(reasons)]:
            reasons.setdefault(folder, f"added by {member}")
        named = [] if len(reasons) >= _MOST_KNOWN else places.named(own, loading)
        guessed = not named and loading.uses_own_folder and own in places.folders
        meant = [own] if guessed else named
        # Its own folder is a guess: what it adds may as well lie elsewhere.
        if loading.adds_folder and not named:
            foreign.append(member)
        how = "added by" if loading.adds_folder else "opened by"
        for folder in meant[: _MOST_KNOWN - len(reasons)]:
            if loading.opens:
                reasons.setdefault(folder, f"{how} {member}")
            if loading.changes_path:
                on_path.setdefault(folder, member)
    on_path = {folder: member for folder, member in on_path.items() if folder not in reasons}
    return KnownFolders(reasons, tuple(foreign), on_path)


class _Places:
    """Where the native objects of a wheel lie."""

    def __init__(self, installs: Iterable[str]) -> None:
        self.folders: set[str] = set()
        # Dicts keep the order, which sets do not.
        self._by_last_part: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_file: dict[str, dict[str, None]] = defaultdict(dict)
        self._looks = _MOST_LOOKS
        for install in installs:
            folder = folder_of(install)
            self.folders.add(folder)
            self._by_last_part[folder.rpartition("/")[2].lower()][folder] = None
            self._by_file[install.rpartition("/")[2].lower()][folder] = None

    def named(self, own: str, loading: DllLoading) -> list[str]:
        """Return the folders that literals spell, seen from the source, and those of named DLLs."""
        found: dict[str, None] = {}
        literals = [literal.strip("/").lower() for literal in loading.literals]
        parts = {part for literal in literals for part in literal.split("/")}
        for name in dict.fromkeys(literal.rpartition("/")[2] for literal in literals):
            for folder in self._some(self._by_last_part, name):
                if folder and _spelled(folder.lower(), own.lower(), parts):
                    found[folder] = None
            found.update(dict.fromkeys(self._some(self._by_file, name)))
        return list(found)

    def _some(self, table: Mapping[str, Mapping[str, None]], name: str) -> list[str]:
        found = list(islice(table.get(name, ()), min(_MOST_ALIKE, self._looks)))
        self._looks -= len(found)
        return found


def _joined(own: str, folder: str) -> str:
    """Return where a relative folder lies, seen from the source's own."""
    steps = own.split("/") if own else []
    for part in folder.split("/"):
        if part == "..":
            del steps[-1:]
        elif part != ".":
            steps.append(part)
    return "/".join(steps)


def _spelled(folder: str, own: str, parts: set[str]) -> bool:
    """Tell whether all that leads from the source's folder, or one above it, to here is spelled."""
    steps = folder.split("/")
    for step in own.split("/"):
        if not steps or steps[0] != step:
            break
        steps.pop(0)
    return bool(steps) and parts.issuperset(steps)
