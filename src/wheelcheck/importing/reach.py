"""Which modules of a wheel run when it is used as its metadata promises.

From each top-level package, and from what its commands start, imports are
followed that certainly run. What only a condition, a ``try`` or a test leads to
is not reached.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from wheelcheck.importing.tree import Module, ModuleTree
from wheelcheck.sources import Import

__all__ = ["Reach", "targets"]


class Reach:
    """What leads to each module that runs; sources are asked as they are reached.

    Its properties raise :class:`wheelcheck.importing.tree.TooMuchError`.
    """

    def __init__(self, tree: ModuleTree, commands: Iterable[str]) -> None:
        """Walk from the packages at the top, and from the modules that commands start."""
        self._tree = tree
        self._starts = [*_roots(tree), *(name for name in commands if name in tree)]
        self._inner: dict[str, list[tuple[Import, tuple[str, ...]]]] = {}

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """Who imports a module first; None where the walk began."""
        return self._walk(self._starts, later=False)

    @cached_property
    def usable(self) -> frozenset[str]:
        """Modules that somebody may import without a condition in between."""
        aside = [module for module in self._tree.sources if self._tree.is_aside(module)]
        taken = self._taken | self._imported(aside)
        public = [name for name in self._public if name not in taken]
        return frozenset(self._walk([*self._starts, *public], later=True))

    @cached_property
    def at_most(self) -> frozenset[str]:
        """The same and more, without a look at what tests and the like import."""
        return frozenset(self._walk([*self._starts, *self._public], later=True))

    def chain(self, name: str) -> tuple[str, ...]:
        """Return the modules from where the walk began to this one."""
        links = [name]
        while (above := self.parents.get(links[-1])) is not None:
            links.append(above)
        return tuple(reversed(links))

    @cached_property
    def _own(self) -> list[Module]:
        return [module for module in self._tree.sources if not self._tree.is_aside(module)]

    @cached_property
    def _taken(self) -> set[str]:
        return self._imported(self._own)

    @cached_property
    def _public(self) -> list[str]:
        """What none of these imports is there for others to import."""
        return [module.name for module in self._own if module.name not in self._taken]

    def _imported(self, modules: Iterable[Module]) -> set[str]:
        return {
            name
            for module in modules
            for _, names in self._imports(module.name)
            for name in names
            if name != module.name
        }

    def _imports(self, name: str) -> list[tuple[Import, tuple[str, ...]]]:
        """Return the imports of a module that run modules of the wheel, each with their names."""
        known = self._inner.get(name)
        if known is None:
            tree = self._tree
            module = tree.modules[name]
            imports = () if module.facts is None else tree.imports(module)
            runs = ((found, tuple(targets(tree, module, found))) for found in imports)
            known = self._inner[name] = [(found, names) for found, names in runs if names]
        return known

    def _walk(self, roots: Iterable[str], *, later: bool) -> dict[str, str | None]:
        parents: dict[str, str | None] = dict.fromkeys(roots)
        queue = deque(parents)
        while queue:
            name = queue.popleft()
            for found, names in self._imports(name):
                if not found.sure or (found.later and not later):
                    continue
                for target in names:
                    if target not in parents:
                        parents[target] = name
                        queue.append(target)
        return parents


def targets(tree: ModuleTree, importer: Module, found: Import) -> Iterator[str]:
    """Yield the modules of the wheel that an import runs, packages on the way first."""
    if not found.level and found.module.partition(".")[0] not in tree.tops:
        return
    name = tree.absolute(importer, found)
    if not name:
        return
    way = tree.way(name)
    yield from way
    if not way or way[-1] != name:
        return
    module = tree.modules[name]
    for taken in found.names:
        below = f"{name}.{taken}"
        # A name of the package comes before a module in it.
        if below in tree and (module.facts is None or not tree.binds(module, taken)):
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
