"""Which Python sources a repair patches, so that Windows finds bundled libraries."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from wheelcheck.installation import folder_of
from wheelcheck.repairing.plan import SourcePatch
from wheelcheck.repairing.windows.libraries import Dll

if TYPE_CHECKING:
    from wheelcheck.platforms.windows.target import WindowsTarget
    from wheelcheck.repairing.windows.spots import Spot, Spots

__all__ = ["Preloads", "patches_for"]

# conda's CPython before this version does not heed os.add_dll_directory
# (conda/conda#10897), CPython before 3.8 has none. Both know older ways, which
# look beside an extension, but not in a folder of libraries.
_FIRST_THAT_OPENS = (3, 10)
_UNNAMED = (3, 9)


class Preloads:
    """Which folders must be made known to whom, and which libraries must be loaded ahead."""

    def __init__(self) -> None:
        self.notes: dict[str, None] = {}
        self._by_spot: dict[Spot, dict[str, dict[str, Dll]]] = {}

    def opens(self, spot: "Spot", folder: str) -> None:
        """Have modules in ``folder`` find what the spot holds."""
        self._by_spot.setdefault(spot, {}).setdefault(folder, {})

    def add(self, spot: "Spot", folder: str, candidate: Dll) -> None:
        """Have a library loaded before modules in ``folder`` call into it.

        A delay load asks for a bare name and looks beside the program only,
        but takes a library that the process holds under that name.
        """
        self.opens(spot, folder)
        self._by_spot[spot][folder][candidate.bundled_name] = candidate

    def items(self) -> Iterator[tuple["Spot", Mapping[str, Mapping[str, Dll]]]]:
        """Yield each spot with the folders it serves and what is loaded ahead there."""
        yield from sorted(self._by_spot.items(), key=lambda item: item[0].install)


def patches_for(
    preloads: Preloads,
    placed: Mapping["Spot", Mapping[str, Dll]],
    spots: "Spots",
    target: "WindowsTarget",
) -> tuple[SourcePatch, ...]:
    """Return the patches, sorted by member.

    Beside an extension only what is loaded ahead needs any; for the folder of
    libraries each package that is served is patched, unless an earlier repair
    did it.
    """
    old = any((python.version or _UNNAMED) < _FIRST_THAT_OPENS for python in target.pythons)
    patches: list[SourcePatch] = []
    for spot, folders in preloads.items():
        libs = spots.is_libs(spot)
        names = _in_order(placed.get(spot, {}).values()) if libs and old else ()
        served = _served(spots, folders, every=libs)
        loaded = set().union(*served.values())
        unloaded = {
            candidate.filename
            for ahead in folders.values()
            for name, candidate in ahead.items()
            if name not in loaded
        }
        if unloaded:
            preloads.notes[_unloaded(spot.install, sorted(unloaded))] = None
        for member, ahead_names in sorted(served.items()):
            if not ahead_names and _is_opened(spots, member, spot.install):
                continue
            up, down = _path(folder_of(spots.packages.install_of(member)), spot.install)
            patches.append(
                SourcePatch(
                    member=member,
                    levels_up=up,
                    folder=down,
                    preload=tuple(sorted(ahead_names)),
                    old_python=names,
                    at_marks=bool(spots.packages.marked),
                )
            )
    return tuple(sorted(patches, key=lambda patch: (patch.member, patch.opened)))


def _served(
    spots: "Spots", folders: Mapping[str, Mapping[str, Dll]], *, every: bool
) -> dict[str, set[str]]:
    """Return the sources to patch for these folders, each with the names to load ahead.

    ``every``: those, too, that have nothing to load ahead.
    """
    served: dict[str, set[str]] = {}
    for folder, ahead in folders.items():
        for member in _members(spots, folder) if ahead or every else ():
            served.setdefault(member, set()).update(ahead)
    return served


def _members(spots: "Spots", folder: str) -> tuple[str, ...]:
    """Return the sources that run before the modules of a folder are loaded."""
    if spots.packages.marked:
        return spots.packages.marked
    init = spots.packages.init_of(folder)
    return () if init is None else (init,)


def _is_opened(spots: "Spots", member: str, folder: str) -> bool:
    """Tell whether an earlier patch in the same package, or of no package, opens a folder."""
    package = folder_of(spots.packages.install_of(member))
    return any(
        opened == folder and (not folder_of(source) or f"{source}/".startswith(f"{package}/"))
        for source, opened in spots.packages.opened
    )


def _path(start: str, end: str) -> tuple[int, str]:
    """Return how many levels up, and then where, it goes from one folder to another."""
    here, there = (path.split("/") if path else [] for path in (start, end))
    common = 0
    while common < min(len(here), len(there)) and here[common] == there[common]:
        common += 1
    return len(here) - common, "/".join(there[common:]) or "."


def _in_order(candidates: Iterable[Dll]) -> tuple[str, ...]:
    """Return the names of libraries, each behind those it needs where they form no ring."""
    done: dict[int, str] = {}
    seen: set[int] = set()
    for first in sorted(candidates, key=lambda candidate: candidate.bundled_name):
        stack = [(first, False)]
        while stack:
            current, ready = stack.pop()
            if ready:
                done.setdefault(id(current), current.bundled_name)
            elif id(current) not in seen:
                seen.add(id(current))
                stack.append((current, True))
                stack += [(current.needs[name], False) for name in sorted(current.needs)]
    return tuple(dict.fromkeys(done.values()))


def _unloaded(folder: str, names: list[str]) -> str:
    return (
        f"{', '.join(names)} in {folder or 'site-packages'} is not loaded ahead, because no "
        "__init__.py there may be patched: a delay load, or a name without a folder, finds it only "
        "after it was opened by its path"
    )
