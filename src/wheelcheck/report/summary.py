"""What all renderers say about a whole call."""

from wheelcheck.audit import Audit
from wheelcheck.findings import Report, Severity

__all__ = ["plural", "summary_line", "verdict"]


def summary_line(audit: Audit) -> str:
    """Return one line on the whole call, e.g. ``2 wheels: 1 error, 0 warnings, 3 notes``."""
    parts = [plural(audit.count(s), str(s)) for s in reversed(Severity)]
    if audit.unreadable:
        parts.insert(0, f"{audit.unreadable} unreadable")
    return f"{plural(len(audit.reports), 'wheel')}: {', '.join(parts)}"


def plural(number: int, noun: str, many: str | None = None) -> str:
    """Return e.g. ``1 wheel`` or ``2 wheels``."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def verdict(report: Report) -> str:
    """Return in two words what will become of a wheel."""
    if report.error is not None:
        return "cannot be read"
    if report.at_least(Severity.ERROR):
        return "WILL BREAK"
    if report.at_least(Severity.WARNING):
        return "may break"
    return "ok"
