"""What all renderers say about a whole call."""

from collections.abc import Iterable
from dataclasses import dataclass

from wheelcheck.findings import Report, Severity

__all__ = ["Skipped", "count", "plural", "summary_line"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path of the call that is no wheel."""

    path: str
    reason: str


def count(reports: Iterable[Report], severity: Severity) -> int:
    """Return how many findings have this severity."""
    return sum(f.severity is severity for r in reports for f in r.findings)


def summary_line(reports: list[Report]) -> str:
    """Return one line on the whole call, e.g. ``2 wheels: 1 error, 0 warnings, 3 notes``."""
    parts = [plural(count(reports, s), str(s)) for s in reversed(Severity)]
    unreadable = sum(r.error is not None for r in reports)
    if unreadable:
        parts.insert(0, f"{unreadable} unreadable")
    return f"{plural(len(reports), 'wheel')}: {', '.join(parts)}"


def plural(number: int, noun: str) -> str:
    """Return e.g. ``1 wheel`` or ``2 wheels``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
