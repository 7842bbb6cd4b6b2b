"""The imports of a Windows wheel that end nowhere, once for each folder that lacks them.

The closure resolves once what all loads from folders with nothing to find in
them share. A repair has to serve each of these folders.
"""

from collections import defaultdict, deque
from collections.abc import Iterator

from wheelcheck.findings import Outcome
from wheelcheck.platforms.windows.loader import Context, WindowsLoader
from wheelcheck.records import replace
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Edge, Node

__all__ = ["gaps"]


_Place = tuple[Context, int]
"""A node, by identity, in a context."""


def gaps(closure: Closure, loader: WindowsLoader) -> Iterator[Edge]:
    """Yield each gap with the first root, and the context, of each folder that leads to it."""
    below: dict[_Place, list[Edge]] = defaultdict(list)
    for edge in closure.edges:
        below[_place(edge, edge.importer)].append(edge)
    leading = _leading(closure)
    seen: set[tuple[str, _Place]] = set()
    for root in closure.roots:
        context = loader.start(root)
        queue = deque([root])
        while queue:
            place = (context, id(queue.popleft()))
            if (context.folder, place) in seen or place not in leading:
                continue
            seen.add((context.folder, place))
            for edge in below[place]:
                if edge.outcome is Outcome.MISSING:
                    yield replace(edge, root=root, context=context)
                elif edge.target is not None:
                    queue.append(edge.target)


def _leading(closure: Closure) -> set[_Place]:
    """Return the nodes from which a gap can be reached: only these are walked again."""
    above: dict[_Place, list[_Place]] = defaultdict(list)
    found: set[_Place] = set()
    queue: deque[_Place] = deque()
    for edge in closure.edges:
        importer = _place(edge, edge.importer)
        if edge.target is not None:
            above[_place(edge, edge.target)].append(importer)
        if edge.outcome is Outcome.MISSING:
            queue.append(importer)
    while queue:
        place = queue.popleft()
        if place not in found:
            found.add(place)
            queue.extend(above[place])
    return found


def _place(edge: Edge, node: Node) -> _Place:
    assert isinstance(edge.context, Context)
    return edge.context, id(node)
