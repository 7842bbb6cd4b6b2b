"""Which modules of a wheel run when it is used as its metadata promises.

From each top-level package, and from what its commands start, imports are
followed that certainly run. What only a condition, a ``try`` or a test leads to
is not reached.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping

from wheelcheck.importing.tree import Module, ModuleTree
from wheelcheck.records import record
from wheelcheck.sources import Import

__all__ = ["Reach", "reach", "targets"]


@record
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
    inner = {module.name: _inner_imports(tree, module) for module in tree.sources}
    parents = _walk(inner, roots, later=False)
    # What nobody in the wheel imports is there for others to import.
    imported = {
        name
        for importer, imports in inner.items()
        for _, names in imports
        for name in names
        if name != importer
    }
    public = [m.name for m in tree.sources if m.name not in imported and not tree.is_aside(m)]
    return Reach(parents, frozenset(_walk(inner, [*roots, *public], later=True)))


def _inner_imports(tree: ModuleTree, module: Module) -> list[tuple[Import, tuple[str, ...]]]:
    """Return the imports that run modules of the wheel, each with their names."""
    assert module.facts is not None
    runs = ((found, tuple(targets(tree, module, found))) for found in module.facts.imports)
    return [(found, names) for found, names in runs if names]


def targets(tree: ModuleTree, importer: Module, found: Import) -> Iterator[str]:
    """Yield the modules of the wheel that an import runs, packages on the way first."""
    name = tree.absolute(importer, found)
    if not name:
        return
    way = tree.way(name)
    yield from way
    if not way or way[-1] != name:
        return
    module = tree.modules[name]
    for taken in found.names:
        # A name of the package comes before a module in it.
        if module.facts is None or not tree.binds(module, taken):
            below = f"{name}.{taken}"
            if below in tree:
                yield below


def _roots(tree: ModuleTree) -> list[str]:
    """Return the packages at the top; within mere folders, those below.

    A mere folder may hold a loose module, too. Of several, each may be somebody's choice.
    """
    found = [name for name in sorted(tree.modules) if _is_root(tree, name)]
    loose = Counter(name.rpartition(".")[0] for name in found if not tree.modules[name].is_package)
    return [
        name
        for name in found
        if tree.modules[name].is_package or "." not in name or loose[name.rpartition(".")[0]] == 1
    ]


def _is_root(tree: ModuleTree, name: str) -> bool:
    above, _, last = name.rpartition(".")
    if last.startswith("_"):
        return False  # nobody's business, or a plugin that its host imports
    module = tree.modules[name]
    at_top = not above or (above in tree and _only_folders(tree, above))
    return at_top and not module.is_folder and not tree.is_aside(module)


def _only_folders(tree: ModuleTree, name: str) -> bool:
    while name:
        module = tree.modules.get(name)
        if module is None or not module.is_folder:
            return False
        name = name.rpartition(".")[0]
    return True


def _walk(
    inner: Mapping[str, Iterable[tuple[Import, tuple[str, ...]]]],
    roots: Iterable[str],
    *,
    later: bool,
) -> dict[str, str | None]:
    parents: dict[str, str | None] = dict.fromkeys(roots)
    queue = deque(parents)
    while queue:
        name = queue.popleft()
        for found, names in inner.get(name, ()):
            if not found.sure or (found.later and not later):
                continue
            for target in names:
                if target not in parents:
                    parents[target] = name
                    queue.append(target)
    return parents
