"""What all renderers say about a whole call."""

from wheelcheck.audit import Audit
from wheelcheck.findings import Severity
from wheelcheck.quantities import plural

__all__ = ["summary_line"]


def summary_line(audit: Audit) -> str:
    """Return one line on the whole call, e.g. ``2 wheels: 1 error, 0 warnings, 3 notes``."""
    parts = [plural(audit.count(s), str(s)) for s in reversed(Severity)]
    if audit.unreadable:
        parts.insert(0, f"{audit.unreadable} unreadable")
    return f"{plural(len(audit.reports), 'wheel')}: {', '.join(parts)}"
