"""Boxes put into columns: what imports stands left of what it needs.

A small Sugiyama layout: cycles are opened, each box gets the column of its longest path, long
lines pass through gaps of their own, and rows are ordered by the middle of their neighbours.
Deterministic, without recursion; the graph is small (:mod:`wheelcheck.report.html.graph`).
"""

from collections import defaultdict
from itertools import pairwise

from wheelcheck.records import record
from wheelcheck.report.html.graph import Graph, Line

__all__ = ["Box", "Layout", "Path", "lay_out"]

BOX_HEIGHT = 44
_ROW_GAP = 14
_LANE = 14
"""Height of the gap through which a long line passes."""
_COLUMN_GAP = 64
_MARGIN = 8
_CHARACTER = 7.3
"""Width of one of the label, in the font of the drawing."""
_NARROWEST, _WIDEST = 104, 250
_SWEEPS = 6


@record
class Box:
    """Where a node is drawn, in units of the drawing."""

    x: float
    y: float
    width: float


@record
class Path:
    """Where a line is drawn: the points it passes, left to right."""

    line: Line
    points: tuple[tuple[float, float], ...]


@record
class Layout:
    """All of it."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    paths: tuple[Path, ...]


def lay_out(graph: Graph) -> Layout:
    """Return where everything is drawn."""
    forward = _without_cycles(graph)
    columns_of = _columns(graph, forward)
    chains = _chains(graph, columns_of)
    columns = _ordered(columns_of, chains)
    return _placed(graph, columns, columns_of, chains)


def _without_cycles(graph: Graph) -> list[tuple[int, int]]:
    """Return the lines, those that close a cycle turned around."""
    below: dict[int, list[int]] = defaultdict(list)
    for line in graph.lines:
        below[line.source].append(line.target)
    entered: set[int] = set()
    left: set[int] = set()
    backward: set[tuple[int, int]] = set()
    for root in range(len(graph.nodes)):
        stack = [(root, iter(below[root]))] if root not in entered else []
        entered.add(root)
        while stack:
            node, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                left.add(node)
                stack.pop()
            elif target not in entered:
                entered.add(target)
                stack.append((target, iter(below[target])))
            elif target not in left:
                backward.add((node, target))
    edges = [(line.source, line.target) for line in graph.lines]
    return [(b, a) if (a, b) in backward else (a, b) for a, b in edges]


def _columns(graph: Graph, edges: list[tuple[int, int]]) -> list[int]:
    """Return the column of each node: the longest path to it; what is supplied comes last."""
    below: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * len(graph.nodes)
    for source, target in edges:
        below[source].append(target)
        waiting[target] += 1
    column = [0] * len(graph.nodes)
    ready = [node for node, number in enumerate(waiting) if not number]
    for node in ready:
        for target in below[node]:
            column[target] = max(column[target], column[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    last = max((column[i] for i, n in enumerate(graph.nodes) if n.kind != "supplied"), default=0)
    for index, box in enumerate(graph.nodes):
        if box.kind == "supplied":
            column[index] = last + 1
    return column


_Slot = tuple[int, int]
"""A node and -1, or the node at the right end of lines and a column in which they pass."""


def _chains(graph: Graph, column: list[int]) -> list[list[_Slot]]:
    """Return for each line the slots it joins, the leftmost first."""
    chains = []
    for line in graph.lines:
        ends = sorted((line.source, line.target), key=lambda node: column[node])
        between = range(column[ends[0]] + 1, column[ends[1]])
        # Lines to the same box share their lanes, as waters do a river.
        chains.append([(ends[0], -1), *((ends[1], c) for c in between), (ends[1], -1)])
    return chains


def _ordered(column: list[int], chains: list[list[_Slot]]) -> list[list[_Slot]]:
    """Return the slots of each column from top to bottom, with few crossings."""
    columns: list[list[_Slot]] = [[] for _ in range(max(column) + 1)]
    for node, place in enumerate(column):
        columns[place].append((node, -1))
    near: dict[_Slot, list[_Slot]] = defaultdict(list)
    for chain in chains:
        for slot in chain[1:-1]:
            if slot not in near:
                columns[slot[1]].append(slot)
        for a, b in pairwise(chain):
            near[a].append(b)
            near[b].append(a)
    for sweep in range(_SWEEPS):
        rank = {slot: i / max(len(c), 1) for c in columns for i, slot in enumerate(c)}
        for slots in columns if sweep % 2 == 0 else reversed(columns):
            middle = {
                slot: sum(rank[n] for n in near[slot]) / len(near[slot])
                if near[slot]
                else rank[slot]
                for slot in slots
            }
            slots.sort(key=middle.__getitem__)
            rank.update({slot: i / len(slots) for i, slot in enumerate(slots)})
    return columns


def _placed(
    graph: Graph, columns: list[list[_Slot]], column: list[int], chains: list[list[_Slot]]
) -> Layout:
    heights = [sum(_height(slot) for slot in slots) - _ROW_GAP for slots in columns]
    tallest = max(heights)
    boxes: dict[int, Box] = {}
    spots: dict[_Slot, tuple[float, float, float]] = {}  # left, right, middle height
    x = float(_MARGIN)
    for slots, height in zip(columns, heights, strict=True):
        nodes = [graph.nodes[node] for node, lane in slots if lane < 0]
        longest = max((max(len(n.label), len(n.note) * 0.86) for n in nodes), default=0)
        width = min(max(longest * _CHARACTER + 28, _NARROWEST), _WIDEST)
        y = _MARGIN + (tallest - height) / 2
        for slot in slots:
            own = _height(slot) - _ROW_GAP
            spots[slot] = (x, x + width, y + own / 2)
            if slot[1] < 0:
                boxes[slot[0]] = Box(x, y, width)
            y += own + _ROW_GAP
        x += width + _COLUMN_GAP
    paths = []
    for line, chain in zip(graph.lines, chains, strict=True):
        points: list[tuple[float, float]] = []
        for slot in chain:
            left, right, middle = spots[slot]
            points += [(left, middle), (right, middle)]
        same = column[line.source] == column[line.target]
        paths.append(Path(line, tuple([points[1], points[3]] if same else points[1:-1])))
    ordered = tuple(boxes[node] for node in range(len(graph.nodes)))
    return Layout(x - _COLUMN_GAP + _MARGIN, tallest + 2 * _MARGIN, ordered, tuple(paths))


def _height(slot: _Slot) -> float:
    return (BOX_HEIGHT if slot[1] < 0 else _LANE) + _ROW_GAP
