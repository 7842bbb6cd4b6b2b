"""ELF imports that are met because the process has loaded the library before.

Loaders look first among what they have loaded: for an object of that soname,
or one that was asked for by that name. Breadth comes before depth, so that an
extension's own imports serve the imports of its imports.
Source: glibc ``elf/dl-load.c``, ``_dl_map_object``; musl ``ldso/dynlink.c``.
"""

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.findings import Outcome, Role
from wheelcheck.installation import SCRIPTS
from wheelcheck.records import replace

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from wheelcheck.platforms.linux.loader import Inherited, LinuxLoader
    from wheelcheck.resolving.graph import Edge, Node

__all__ = ["settle_loaded"]

_MOST_STEPS = 400_000
"""Edges followed over all roots; what is left undecided then counts as met."""


def settle_loaded(
    edges: "Sequence[Edge]", nodes: "Sequence[Node]", loader: "LinuxLoader"
) -> "tuple[list[Edge], bool]":
    """Return the edges, those of them met that every load finds loaded before.

    Beside them: whether all loads could be followed to their end.

    A library that nothing in the wheel loads is opened by code that runs later,
    in a process that may hold the others: its imports count as met.
    """
    open_edges = {_key(e) for e in edges if _is_open(e)}
    if not open_edges:
        return list(edges), True
    search = _Search(edges, loader, open_edges)
    roots = {e.root.install: e.root for e in edges}
    for root in roots.values():
        search.run(root)
    by_install = {node.install: node for node in nodes}
    settled = [search.settled(e, by_install) if _is_open(e) else e for e in edges]
    return settled, search.steps < _MOST_STEPS


def _is_open(edge: "Edge") -> bool:
    return (
        edge.outcome is Outcome.MISSING
        and bool(edge.found.elsewhere)
        and "/" not in edge.wanted.library
    )


def _key(edge: "Edge") -> tuple[str, str]:
    return edge.importer.install, edge.wanted.library


class _Search:
    def __init__(
        self,
        edges: "Sequence[Edge]",
        loader: "LinuxLoader",
        open_edges: set[tuple[str, str]],
    ) -> None:
        self.loader = loader
        self.open_edges = open_edges
        self.steps = 0
        self.met: dict[tuple[str, str], str] = {}
        """Importer and name, to the install path that serves it."""
        self.unmet: set[tuple[str, str]] = set()
        self.by_node: dict[tuple[Hashable, str], list[Edge]] = defaultdict(list)
        for edge in edges:
            self.by_node[edge.context, edge.importer.install].append(edge)

    def run(self, root: "Node") -> None:
        """Load one root as its loader would, and note what was there in time."""
        context: Inherited = self.loader.start(root)
        loaded = dict.fromkeys(_names(root), root.install)
        queue = deque([(root.install, context, root)])
        visited = {root.install}
        firm = root.role is Role.MODULE or root.install.startswith(SCRIPTS)
        while queue and self.steps < _MOST_STEPS:
            install, context, node = queue.popleft()
            below = self.loader.below(context, node)
            for edge in self.by_node[context, install]:
                self.steps += 1
                if edge.target is not None:
                    loaded.setdefault(edge.wanted.library, edge.target.install)
                    for name in _names(edge.target):
                        loaded.setdefault(name, edge.target.install)
                    if edge.target.install not in visited:
                        visited.add(edge.target.install)
                        queue.append((edge.target.install, below, edge.target))
                elif _key(edge) in self.open_edges:
                    there = loaded.get(edge.wanted.library)
                    if there is not None:
                        self.met.setdefault(_key(edge), there)
                    elif firm:
                        self.unmet.add(_key(edge))

    def settled(self, edge: "Edge", nodes: "dict[str, Node]") -> "Edge":
        """Return the edge with where it ends after all."""
        key = _key(edge)
        if key in self.unmet:
            return edge
        there = self.met.get(key, edge.found.elsewhere[0])
        when = "loaded before" if key in self.met else "found only if the process has loaded"
        reason = f"{there} is {when}" if key in self.met else f"{when} {there} before"
        found = replace(edge.found, outcome=Outcome.WHEEL, install=there, reason=reason)
        return replace(edge, found=found, target=nodes.get(there))


def _names(node: "Node") -> tuple[str, ...]:
    """Return the names under which a loaded object is found again."""
    soname = node.slice.soname if isinstance(node.slice, ElfObject) else None
    return () if soname is None else (soname,)
