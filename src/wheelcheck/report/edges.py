"""The dependency graph of a report, as people read it: what is one line to them is one here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wheelcheck.findings import Dependency, Outcome, Report, Role
from wheelcheck.records import record

__all__ = ["Graph", "Need", "make_graph"]


@record
class Need:
    """What one object needs under one name, whichever of its slices need it."""

    library: str
    kind: str
    outcome: Outcome
    target: str | None
    reason: str
    searched: tuple[str, ...]
    arches: tuple[str, ...]
    """The slices, where not all of them need it so."""

    @property
    def is_api_set(self) -> bool:
        """Whether it is a name of Windows for a part of itself, of which there are many."""
        return self.library.lower().startswith(("api-ms-", "ext-ms-"))

    @property
    def label(self) -> str:
        """The name, with how and where it is needed if that is out of the ordinary."""
        kind = "" if self.kind == "regular" else f" [{self.kind}]"
        slices = f" ({', '.join(self.arches)} only)" if self.arches else ""
        return f"{self.library}{kind}{slices}"


@record
class Graph:
    """Objects and their needs."""

    needs: Mapping[str, Sequence[Need]]
    """By member, in the order of the report; members that need nothing are not there."""
    roots: tuple[str, ...]
    """Modules and programs, then what none of them needs; everything is below one of these."""

    def leading_to(self, outcome: Outcome) -> frozenset[str]:
        """Return the members below which an import ends so."""
        importers: dict[str, set[str]] = defaultdict(set)
        found: set[str] = set()
        for member, needs in self.needs.items():
            for need in needs:
                if need.outcome is outcome:
                    found.add(member)
                if need.target is not None:
                    importers[need.target].add(member)
        queue = list(found)
        while queue:
            above = importers[queue.pop()] - found
            found |= above
            queue += above
        return frozenset(found)


def make_graph(report: Report) -> Graph:
    """Return the graph of a wheel."""
    slices = {binary.member: binary.arch for binary in report.binaries}
    edges: dict[str, list[Dependency]] = defaultdict(list)
    for dependency in report.dependencies:
        edges[dependency.importer].append(dependency)
    needs = {member: tuple(_needs(found, slices)) for member, found in edges.items()}
    wanted = {dependency.target for dependency in report.dependencies}
    roots = [b.member for b in report.binaries if b.role is not Role.LIBRARY]
    roots += [
        b.member for b in report.binaries if b.role is Role.LIBRARY and b.member not in wanted
    ]
    return Graph(needs, tuple(_with_rings(roots, needs)))


def _needs(edges: Iterable[Dependency], slices: Mapping[str, tuple[str, ...]]) -> Iterator[Need]:
    """Put together what slices need alike."""
    alike: dict[tuple[object, ...], list[Dependency]] = defaultdict(list)
    for e in edges:
        alike[e.library, e.kind, e.outcome, e.target, e.reason].append(e)
    for same in alike.values():
        first = same[0]
        arches = tuple(dict.fromkeys(e.arch for e in same if e.arch is not None))
        whole = set(slices.get(first.importer, ())) <= set(arches)
        yield Need(
            library=first.library,
            kind=first.kind,
            outcome=first.outcome,
            target=first.target,
            reason=first.reason,
            searched=first.searched,
            arches=() if whole else arches,
        )


def _with_rings(roots: list[str], needs: Mapping[str, Sequence[Need]]) -> Iterator[str]:
    """Yield the roots, and one of each ring of libraries that no root leads to."""
    seen: set[str] = set()
    for start in (*roots, *needs):
        if start in seen:
            continue
        yield start
        queue = [start]
        seen.add(start)
        while queue:
            for need in needs.get(queue.pop(), ()):
                if need.target is not None and need.target not in seen:
                    seen.add(need.target)
                    queue.append(need.target)
