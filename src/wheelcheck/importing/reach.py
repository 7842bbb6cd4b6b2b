"""Which modules of a wheel run when it is used as its metadata promises.

From each top-level package, and from what its commands start, imports are
followed that certainly run. What only a condition, a ``try`` or a test leads to
is not reached.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wheelcheck.importing.tree import Module, ModuleTree
from wheelcheck.sources import Import

__all__ = ["Reach", "reach", "targets"]


@dataclass(frozen=True)
class Reach:
    """What leads to each module that runs."""

    parents: Mapping[str, str | None]
    """Who imports a module first; None where the walk began."""
    usable: frozenset[str]
    """Modules that somebody may import without a condition in between."""

    def chain(self, name: str) -> tuple[str, ...]:
        """Return the modules from where the walk began to this one."""
        links = [name]
        while (above := self.parents.get(links[-1])) is not None:
            links.append(above)
        return tuple(reversed(links))


def reach(tree: ModuleTree, commands: Iterable[str]) -> Reach:
    """Walk from the packages at the top, and from the modules that commands start."""
    roots = [*_roots(tree), *(name for name in commands if name in tree)]
    parents = _walk(tree, roots, later=False)
    # What nobody in the wheel imports is there for others to import.
    imported = {
        name
        for module in tree.sources
        for found in module.facts.imports  # type: ignore[union-attr]
        for name in targets(tree, module, found)
        if name != module.name
    }
    public = [m.name for m in tree.sources if m.name not in imported and not tree.is_aside(m)]
    return Reach(parents, frozenset(_walk(tree, [*roots, *public], later=True)))


def targets(tree: ModuleTree, importer: Module, found: Import) -> Iterator[str]:
    """Yield the modules of the wheel that an import runs, packages on the way first."""
    name = tree.absolute(importer, found)
    if not name:
        return
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        prefix = ".".join(parts[:count])
        if prefix not in tree:
            return
        yield prefix
    module = tree.modules[name]
    for taken in found.names:
        # A name of the package comes before a module in it.
        if module.facts is None or not tree.binds(module, taken):
            below = f"{name}.{taken}"
            if below in tree:
                yield below


def _roots(tree: ModuleTree) -> list[str]:
    """Return the packages at the top; within mere folders, those below."""
    found: list[str] = []
    for name in sorted(tree.modules):
        module = tree.modules[name]
        above = name.rpartition(".")[0]
        at_top = not above or (above in tree and _only_folders(tree, above))
        if name.rpartition(".")[2].startswith("_"):
            continue  # nobody's business, or a plugin that its host imports
        if at_top and not module.is_folder and not tree.is_aside(module):
            found.append(name)
    return found


def _only_folders(tree: ModuleTree, name: str) -> bool:
    while name:
        module = tree.modules.get(name)
        if module is None or not module.is_folder:
            return False
        name = name.rpartition(".")[0]
    return True


def _walk(tree: ModuleTree, roots: Iterable[str], *, later: bool) -> dict[str, str | None]:
    parents: dict[str, str | None] = dict.fromkeys(roots)
    queue = deque(parents)
    while queue:
        name = queue.popleft()
        module = tree.modules[name]
        if module.facts is None:
            continue
        for found in module.facts.imports:
            if not found.sure or (found.later and not later):
                continue
            for target in targets(tree, module, found):
                if target not in parents:
                    parents[target] = name
                    queue.append(target)
    return parents
