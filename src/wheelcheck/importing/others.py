"""Imports of what is not the wheel's own."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wheelcheck.importing.gaps import serves_elsewhere
from wheelcheck.importing.supply import load_stdlib
from wheelcheck.importing.tree import Module, ModuleTree
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.importing.reach import Reach
    from wheelcheck.sources import Import

__all__ = ["Foreign", "foreign_imports", "resembles"]

_LIKE = 0.8
_SHORTEST = 4


@record
class Foreign:
    """One import of a module that another distribution, or Python, must supply."""

    importer: Module
    found: "Import"
    top: str
    """The first part of the module's name."""
    at_import: bool
    """It runs as soon as the package is imported, or its command called."""
    later: bool
    """It stands in a function: what is imported late is often optional."""


def foreign_imports(
    tree: ModuleTree, reach: "Reach", importers: Iterable[Module]
) -> Iterator[Foreign]:
    """Yield the imports of some modules that no condition and no ``try`` stands around.

    What Python has, and did not remove, is left out.

    Those in modules that are not usable do not count; that is dear to know, so it is left to
    who has a use for an import.

    Raises:
        TooMuchError: the sources have too much to say.
    """
    stdlib = load_stdlib()
    served = tree.tops | (stdlib.modules - stdlib.removed.keys())
    for importer in importers:
        if tree.is_aside(importer) or importer.name not in reach.at_most:
            continue
        reached = importer.name in reach.parents
        elsewhere = serves_elsewhere(importer.name)
        for found in tree.imports(importer):
            at_import = reached and not found.later
            if found.level or not found.sure or (elsewhere and not at_import):
                continue
            top = found.module.partition(".")[0]
            # What code reaches by changing sys.path is not known; its names are.
            if top not in served and top not in tree.leaves:
                yield Foreign(importer, found, top, at_import, found.later)


def resembles(top: str, own: frozenset[str]) -> str | None:
    """Return the one of the wheel's own names that a module's name is so like that one is meant."""
    from difflib import SequenceMatcher

    plain = _plain(top)
    for name in sorted(own):
        other = _plain(name)
        if min(len(plain), len(other)) < _SHORTEST:
            continue
        if plain == other or SequenceMatcher(None, plain, other).ratio() >= _LIKE:
            return name
    return None


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")[:100]
