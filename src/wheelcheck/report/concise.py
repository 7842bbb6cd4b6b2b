"""Reports as one line for each finding, as compilers write them."""

from collections.abc import Iterator

from wheelcheck.audit import Audit
from wheelcheck.findings import Finding
from wheelcheck.report.escapes import safe
from wheelcheck.report.summary import summary_line

__all__ = ["render_concise"]


def render_concise(audit: Audit) -> str:
    """Return ``PLACE: SEVERITY: CODE NAME: MESSAGE`` for each finding, and a summary line.

    The place is the path of the wheel as it was given, or the name of a project.
    """
    return "\n".join([*map(safe, _lines(audit)), summary_line(audit)]) + "\n"


def _lines(audit: Audit) -> Iterator[str]:
    paths = {report.wheel: report.path for report in reversed(audit.reports)}
    for report in audit.reports:
        if report.error is not None:
            yield f"{report.path}: error: cannot be read: {report.error}"
        for finding in report.findings:
            yield f"{report.path}: {_what(finding)}"
    for release in audit.releases:
        for finding in release.findings:
            yield f"{paths.get(finding.wheel, finding.wheel)}: {_what(finding)}"


def _what(finding: Finding) -> str:
    return f"{finding.severity}: {finding.code} {finding.name}: {finding.message}"
