"""WC707: the name of a DLL in the wheel decides which DLL is used."""

import re
from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Outcome, Role, Severity
from wheelcheck.installation import folder_of
from wheelcheck.platforms.origins import origin
from wheelcheck.platforms.windows.runtimes import is_msvc_runtime, unmangled
from wheelcheck.resolving.graph import Edge, Node
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 3
_SHORTEST_WORD = 4
"""Shorter words are part of too many names."""


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.windows is None:
        return
    used: dict[str, list[Edge]] = defaultdict(list)
    for edge in subject.closure.distinct:
        if edge.outcome is Outcome.WHEEL and edge.target is not None:
            used[_base(edge.target)].append(edge)
    twins = dict(_twins(subject, used))
    yield from twins.values()
    yield from _generic(subject, {n: edges for n, edges in used.items() if n not in twins})


def _base(node: Node) -> str:
    return node.install.rpartition("/")[2].lower()


def _twins(subject: Subject, used: dict[str, list[Edge]]) -> Iterator[tuple[str, Hit]]:
    """Find DLLs of one name and different content that one process may come to load."""
    windows = subject.closure.windows
    assert windows is not None
    digests = {file.install: file.digests.get("sha256") for file in subject.wheel.files}
    members = {file.install: file.member.name for file in subject.wheel.files}
    for name, edges in used.items():
        paths = windows.named(name)
        if len(paths) == 1:
            continue
        targets = {edge.target.install for edge in edges if edge.target is not None}
        loaded = [p for p in paths if p in targets or folder_of(p) in windows.known.reasons]
        if len({digests[path] for path in loaded}) == 1:
            continue
        files = tuple(members[path] for path in loaded)
        importers = tuple(dict.fromkeys(edge.importer.member for edge in edges))
        yield (
            name,
            Hit(
                message=(
                    f"{', '.join(files[:_MOST_NAMED])} are different DLLs under one name: the "
                    f"first that a process loads serves {', '.join(importers[:_MOST_NAMED])} alike"
                ),
                member=files[0],
                evidence={"files": files, "importers": importers},
                confidence=Confidence.HIGH,
            ),
        )


def _generic(subject: Subject, used: dict[str, list[Edge]]) -> Iterator[Hit]:
    """Find well-known libraries under their usual names, told together for each project."""
    projects: dict[str, dict[str, None]] = defaultdict(dict)
    for name, edges in used.items():
        project = origin(name)
        if project is None or unmangled(name) != name or is_msvc_runtime(name):
            continue
        if _is_own(subject, name, project):
            continue
        for edge in edges:
            node = edge.target
            reached = edge.importer.member in subject.closure.entry_points
            if reached and node is not None and node.role is Role.LIBRARY:
                projects[project][node.member] = None
    for project, found in projects.items():
        members = tuple(found)
        more = f" and {len(members) - 1} more" if len(members) > 1 else ""
        yield Hit(
            message=(
                f"{members[0]}{more} {'have the names' if more else 'has the name'} under which "
                f"any wheel may bring {project}; the first that a process loads serves all"
            ),
            member=members[0],
            evidence={"files": members},
        )


def _is_own(subject: Subject, name: str, project: str) -> bool:
    """Tell whether the distribution is the one that a DLL of this name belongs to."""
    if subject.wheel.name is None:
        return False
    own = _letters(subject.wheel.name.distribution)
    first = re.split(r"[^a-z]", name.removeprefix("lib"), maxsplit=1)[0]
    words = [first, *re.split(r"[^a-z0-9]+", project.lower())]
    in_name = len(own) >= _SHORTEST_WORD and own in _letters(name)
    return in_name or any(len(word) >= _SHORTEST_WORD and word in own for word in words)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


RULE = Rule(
    code="WC707",
    name="dll-name-hazard",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="A DLL has a name under which the process may hold another one already.",
    why=(
        "Windows looks for a DLL only when the process has loaded none of that base name. A "
        "libgmp-10.dll that another wheel has brought, of another version or build, then serves "
        "this wheel, too: functions are missing (`The specified procedure could not be found`) or "
        "behave differently, and it depends on the order of imports. The same happens between two "
        "DLLs of one name in one wheel."
    ),
    example="pkg.libs/libgmp-10.dll, needed by pkg/_pkg.pyd.",
    fix=(
        "Give the DLL a name of its own when it is bundled: `wheelcheck repair` does so by itself "
        "(libgmp-10-0a1b2c3d.dll), delvewheel unless it is told not to (--no-mangle)."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "Microsoft Learn: Dynamic-link library search order, Factors that affect searching",
    ),
)
