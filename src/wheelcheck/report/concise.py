"""Reports as one line for each finding, as compilers write them."""

from collections.abc import Iterator

from wheelcheck.audit import Audit
from wheelcheck.findings import Report, Severity
from wheelcheck.report.escapes import safe
from wheelcheck.report.look import Level, Look
from wheelcheck.report.summary import summary_line

__all__ = ["render_concise"]


def render_concise(audit: Audit, look: Look) -> str:
    """Return ``PLACE: SEVERITY: CODE NAME: MESSAGE`` for each finding, and a summary line.

    The place is the path of the wheel as it was given, or the name of a project. Lines are never
    wrapped, and free of colour. ``Level.SILENT`` gives an empty text.
    """
    if look.level is Level.SILENT:
        return ""
    least = look.least if look.level is Level.QUIET else Severity.NOTE
    return "\n".join([*map(safe, _lines(audit, least)), summary_line(audit)]) + "\n"


def _lines(audit: Audit, least: Severity) -> Iterator[str]:
    paths = {report.wheel: report.path for report in reversed(audit.reports)}
    for judged in audit.judged:
        if isinstance(judged, Report) and judged.error is not None:
            yield f"{judged.path}: error: cannot be read: {judged.error}"
        for f in judged.findings:
            if f.severity.rank >= least.rank:
                place = judged.path if isinstance(judged, Report) else paths.get(f.wheel, f.wheel)
                yield f"{place}: {f.severity}: {f.code} {f.name}: {f.message}"
