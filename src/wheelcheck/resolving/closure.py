"""The dependency graph of a wheel, resolved as the platform's loader would."""

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from wheelcheck.expectations import Expectations
from wheelcheck.findings import Dependency, NotChecked, Role
from wheelcheck.records import record
from wheelcheck.wheel import Wheel

if TYPE_CHECKING:
    from wheelcheck.platforms.linux.loader import LinuxLoader
    from wheelcheck.platforms.macos.loader import MacLoader
    from wheelcheck.platforms.windows.loader import WindowsLoader
    from wheelcheck.resolving.graph import Edge, Node

__all__ = ["Closure", "resolve"]


@record(caches=True)
class Closure:
    """All edges of a wheel, in the order of a breadth-first walk from the roots."""

    nodes: "tuple[Node, ...]"
    edges: "tuple[Edge, ...]"
    parents: Mapping[str, str | None]
    """How the walk first came to a member; None for a root."""
    roots: "tuple[Node, ...]"
    """Where the walks began, in order."""
    entry_points: frozenset[str]
    """Members that an importable module or an installed script reaches."""
    not_checked: tuple[NotChecked, ...]
    """What was not followed to its end."""
    windows: "WindowsLoader | None"
    """How Windows finds this wheel's DLLs, if it is a wheel for Windows."""
    linux: "LinuxLoader | None" = None
    """How a Linux or Android loader finds its libraries, if it is a wheel for one."""
    macos: "MacLoader | None" = None
    """How macOS finds this wheel's libraries, if it is a wheel for macOS."""

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The edges in the form of a report."""
        return tuple(
            Dependency(
                importer=e.importer.member,
                library=e.wanted.library,
                kind=str(e.wanted.kind),
                outcome=e.outcome,
                target=None if e.target is None else e.target.member,
                reason=e.found.reason,
                searched=e.found.searched,
                arch=str(e.importer.slice.arch),
            )
            for e in self.distinct
        )

    @cached_property
    def distinct(self) -> "tuple[Edge, ...]":
        """The edges without those that differ only in the context."""
        distinct: dict[Hashable, Edge] = {}
        for e in self.edges:
            target = None if e.target is None else e.target.member
            key = (e.importer.member, e.importer.slice.arch, e.wanted.library, e.wanted.kind)
            distinct.setdefault((*key, e.outcome, target), e)
        return tuple(distinct.values())

    @cached_property
    def modules(self) -> frozenset[str]:
        """The members with a slice that ``import`` would load."""
        return frozenset(node.member for node in self.nodes if node.role is Role.MODULE)

    def chain(self, member: str) -> tuple[str, ...]:
        """Return the members from a root to ``member``, both included."""
        links = [member]
        while (above := self.parents.get(links[-1])) is not None:
            links.append(above)
        return tuple(reversed(links))


def resolve(wheel: Wheel, expectations: Expectations | None = None) -> Closure:
    """Resolve the imports of every native object whose format and tags are known.

    Libraries that are missing but expected to be brought by others are excluded:
    those that ``expectations`` name, and those that an earlier repair noted down.

    Raises:
        UnreadableError: there are too many ways to come from one to the other.
    """
    if not wheel.natives and all(tag.platform == "any" for tag in wheel.tag_set):
        return Closure((), (), {}, (), frozenset(), (), None)
    # Readers and loaders are only loaded for those who need them.
    from wheelcheck.resolving.walk import resolve_natives

    return resolve_natives(wheel, expectations or Expectations())
