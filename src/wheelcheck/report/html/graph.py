"""What the picture of a wheel's dependencies shows: the graph, made small enough to be read.

What systems and Python supply is one node each. Objects that nothing imports and that need the
same are one node where there are many. What is still too much is left out, and counted.
"""

from collections import defaultdict
from collections.abc import Iterable

from wheelcheck.findings import BinaryInfo, Dependency, Outcome, Report, Role
from wheelcheck.quantities import plural
from wheelcheck.records import record

__all__ = ["Graph", "Line", "Node", "graph_of"]

_SUPPLIED = (Outcome.SYSTEM, Outcome.PYTHON, Outcome.DRIVER, Outcome.EXCLUDED)
_GROUPS = {
    Outcome.SYSTEM: "system",
    Outcome.PYTHON: "Python",
    Outcome.DRIVER: "drivers",
    Outcome.EXCLUDED: "excluded",
}
_PLURALS = {
    Role.MODULE: "{} modules",
    Role.LIBRARY: "{} libraries",
    Role.PROGRAM: "{} programs",
}
_MANY = 10
"""From so many objects on, those that need the same are grouped."""
_MOST_OBJECTS = 40
_MOST_MISSING = 12
_MOST_WITH_SUPPLY = 16
"""Up to so many objects, lines to what is supplied are drawn; beyond, they hide the rest."""


@record
class Node:
    """A box."""

    label: str
    note: str
    kind: str
    """``module``, ``library``, ``program``, ``missing`` or ``supplied``."""
    names: tuple[str, ...]
    """All that it stands for."""


@record
class Line:
    """From one box to another, by index."""

    source: int
    target: int
    kind: str
    """``wheel``, ``missing`` or ``supplied``."""


@record
class Graph:
    """What is drawn."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    left_out: int
    """Objects of the wheel that are not drawn."""


def graph_of(report: Report) -> Graph | None:
    """Return the graph of a wheel; None if nothing in it imports anything."""
    if not report.dependencies:
        return None
    needs: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    supplied: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in report.dependencies:
        end = _end(edge)
        needs[edge.importer][end] = None
        if edge.outcome in _SUPPLIED:
            supplied[end].add(edge.library)
    groups = _grouped(report.binaries, needs)
    shown = _most_telling(groups, needs)
    ends = {("wheel", b.member): i for i, group in enumerate(shown) for b in group}
    nodes = [_object(group, needs[group[0].member], supplied) for group in shown]
    missing = dict.fromkeys(
        end for group in shown for end in needs[group[0].member] if end[0] == "missing"
    )
    for count, end in enumerate(missing):
        if count < _MOST_MISSING:
            nodes.append(Node(end[1], "missing", "missing", (end[1],)))
        elif count == _MOST_MISSING:
            rest = tuple(name for _, name in list(missing)[_MOST_MISSING:])
            nodes.append(Node(f"{len(rest)} more", "missing", "missing", rest))
        ends[end] = len(nodes) - 1
    if len(shown) <= _MOST_WITH_SUPPLY:
        for end, names in supplied.items():
            title = plural(len(names), "library", "libraries")
            ends[end] = len(nodes)
            nodes.append(Node(_GROUPS[Outcome(end[0])], title, "supplied", tuple(sorted(names))))
    lines = dict.fromkeys(
        Line(index, ends[end], end[0] if end[0] in {"wheel", "missing"} else "supplied")
        for index, group in enumerate(shown)
        for end in needs[group[0].member]
        if end in ends and ends[end] != index
    )
    left_out = sum(map(len, groups)) - sum(map(len, shown))
    return Graph(tuple(nodes), tuple(lines), left_out)


def _end(edge: Dependency) -> tuple[str, str]:
    """Return where an edge ends, as far as the picture tells such ends apart."""
    if edge.outcome is Outcome.WHEEL:
        return "wheel", edge.target or edge.library
    if edge.outcome is Outcome.MISSING:
        return "missing", edge.library
    return str(edge.outcome), ""


def _grouped(
    binaries: Iterable[BinaryInfo], needs: dict[str, dict[tuple[str, str], None]]
) -> list[list[BinaryInfo]]:
    """Return the objects in order; where there are many, those that need the same together."""
    objects = list(dict.fromkeys(binaries))
    if len(objects) < _MANY:
        return [[b] for b in objects]
    targets = {name for ends in needs.values() for kind, name in ends if kind == "wheel"}
    groups: dict[object, list[BinaryInfo]] = defaultdict(list)
    for b in objects:
        alike = (b.role, frozenset(needs.get(b.member, ())))
        groups[b.member if b.member in targets else alike].append(b)
    return list(groups.values())


def _most_telling(
    groups: list[list[BinaryInfo]], needs: dict[str, dict[tuple[str, str], None]]
) -> list[list[BinaryInfo]]:
    """Return as many groups as can be drawn: first those that lack something or are needed."""
    wanted: dict[str, int] = defaultdict(int)
    for ends in needs.values():
        for kind, name in ends:
            wanted[name] += kind == "wheel"

    def weight(index: int) -> tuple[bool, int, int, int]:
        first = groups[index][0].member
        lacks = any(kind == "missing" for kind, _ in needs.get(first, ()))
        return (not lacks, -wanted[first], -len(groups[index]), index)

    chosen = sorted(sorted(range(len(groups)), key=weight)[:_MOST_OBJECTS])
    return [groups[index] for index in chosen]


def _object(
    group: list[BinaryInfo],
    ends: Iterable[tuple[str, str]],
    supplied: dict[tuple[str, str], set[str]],
) -> Node:
    first = group[0]
    names = tuple(b.member for b in group)
    if len(group) > 1:
        label = _PLURALS[first.role].format(len(group))
        only = all(end in supplied for end in ends)
        note = "need only the system" if only else "need the same"
        return Node(label, note, str(first.role), names)
    file_name = first.member.rpartition("/")[2]
    if first.module is None:
        return Node(file_name, str(first.role), str(first.role), names)
    return Node(first.module, file_name, str(first.role), names)
