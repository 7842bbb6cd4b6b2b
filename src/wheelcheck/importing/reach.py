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

_MOST_ASKED = 8
"""So many modules are looked for one by one; for more, all tests are read instead."""


class Reach:
    """What leads to each module that runs; sources are asked as they are reached.

    Its properties raise :class:`wheelcheck.importing.tree.TooMuchError`.
    """

    def __init__(self, tree: ModuleTree, commands: Iterable[str]) -> None:
        """Walk from the packages at the top, and from the modules that commands start."""
        self._tree = tree
        self._starts = [*_roots(tree), *(name for name in commands if name in tree)]
        self._inner: dict[str, list[tuple[Import, tuple[str, ...]]]] = {}
        self._usable: dict[str, bool] = {}
        self._looked_for: set[str] = set()

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """Who imports a module first; None where the walk began."""
        return self._walk(self._starts, later=False)

    def is_usable(self, name: str) -> bool:
        """Tell whether somebody may import a module without a condition in between."""
        if name in self._from_starts or name not in self.at_most:
            return name in self._from_starts
        known = self._usable.get(name)
        if known is None:
            if len(self._usable) >= _MOST_ASKED:
                return name in self._all_usable
            starts = self._public_above(name)
            known = any(not self._is_taken_aside(start) for start in starts)
            self._usable[name] = known
        return known

    @cached_property
    def at_most(self) -> frozenset[str]:
        """All that is usable and more: what tests and the like import is not looked at."""
        return frozenset(self._walk([*self._starts, *self._public], later=True))

    def chain(self, name: str) -> tuple[str, ...]:
        """Return the modules from where the walk began to this one."""
        links = [name]
        while (above := self.parents.get(links[-1])) is not None:
            links.append(above)
        return tuple(reversed(links))

    @cached_property
    def _from_starts(self) -> frozenset[str]:
        return frozenset(self._walk(self._starts, later=True))

    @cached_property
    def _own(self) -> list[Module]:
        return [module for module in self._tree.sources if not self._tree.is_aside(module)]

    @cached_property
    def _taken(self) -> set[str]:
        return self._imported(self._own)

    @cached_property
    def _public(self) -> frozenset[str]:
        """What none of these imports is there for others, unless it is there for tests."""
        return frozenset(module.name for module in self._own if module.name not in self._taken)

    def _public_above(self, name: str) -> Iterator[str]:
        """Yield the public modules from which one is reached, the nearest first."""
        seen = {name}
        queue = deque(seen)
        while queue:
            current = queue.popleft()
            if current in self._public:
                yield current
            for importer in self._importers.get(current, ()):
                if importer not in seen:
                    seen.add(importer)
                    queue.append(importer)

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """Who imports each module that may be usable, without a condition."""
        found: dict[str, list[str]] = {}
        for importer in sorted(self.at_most):
            for statement, names in self._imports(importer):
                for name in names if statement.sure else ():
                    found.setdefault(name, []).append(importer)
        return found

    def _is_taken_aside(self, name: str) -> bool:
        """Tell whether tests and the like import a module, so that it is there for them."""
        if len(self._looked_for) >= _MOST_ASKED:
            return name in self._taken_aside
        self._looked_for.add(name)
        return name in self._imported(m for m in self._aside if self._may_take(m, name))

    def _may_take(self, importer: Module, name: str) -> bool:
        """Tell by a quick look whether a source may import a module.

        It must name it, or, by dots, mean the package that it is in.
        """
        assert importer.facts is not None
        word = name.rpartition(".")[2]
        return importer.name.startswith(f"{name}.") or importer.facts.may_name(word)

    @cached_property
    def _all_usable(self) -> frozenset[str]:
        public = [name for name in self._public if name not in self._taken_aside]
        return frozenset(self._walk([*self._starts, *public], later=True))

    @cached_property
    def _taken_aside(self) -> set[str]:
        return self._imported(self._aside)

    @cached_property
    def _aside(self) -> list[Module]:
        return [module for module in self._tree.sources if self._tree.is_aside(module)]

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
            inward = [] if module.facts is None else tree.inward(module)
            runs = ((found, tuple(targets(tree, wanted, found))) for found, wanted in inward)
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


def targets(tree: ModuleTree, name: str | None, found: Import) -> Iterator[str]:
    """Yield the modules of the wheel that an import runs, packages on the way first.

    Args:
        tree: The modules.
        name: What is imported, without leading dots; None if these lead out of the top.
        found: The import.
    """
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
