"""What an inspection says of a module that could not be loaded."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.findings import Severity

if TYPE_CHECKING:
    from wheelcheck.findings import Finding, Report

__all__ = ["explain"]

_MOST = 5
_ON_LOADING = ("WC004", "WC005", "WC4", "WC5", "WC6", "WC7", "WC80", "WC81")
"""Families on what a loader looks at."""


def explain(report: "Report", member: str | None, message: str) -> "tuple[Finding, ...]":
    """Return the errors on a member and on all that it needs; those that the message names first.

    Args:
        report: Of the wheel.
        member: The extension; None if it is not known which one, so that only the
            message counts.
        message: What the loader said.
    """
    reached = None if member is None else set(_reached(report, member))
    found = [
        (not _is_named(finding, message), index, finding)
        for index, finding in enumerate(report.at_least(Severity.ERROR))
        if finding.code.startswith(_ON_LOADING)
        and (finding.member in reached if reached is not None else _is_named(finding, message))
    ]
    return tuple(finding for *_, finding in sorted(found, key=lambda entry: entry[:2]))[:_MOST]


def _reached(report: "Report", member: str) -> Iterator[str]:
    """Yield the member and all members that it needs, directly or not."""
    targets: dict[str, list[str]] = defaultdict(list)
    for dependency in report.dependencies:
        if dependency.target is not None:
            targets[dependency.importer].append(dependency.target)
    queue, seen = deque([member]), {member}
    while queue:
        found = queue.popleft()
        yield found
        fresh = [target for target in targets[found] if target not in seen]
        seen.update(fresh)
        queue.extend(fresh)


def _is_named(finding: "Finding", message: str) -> bool:
    """Tell whether the loader speaks of a library or a symbol of the finding."""
    named = (*finding.evidence.get("library", ()), *finding.evidence.get("symbols", ()))
    return any(name and name in message for name in named)
