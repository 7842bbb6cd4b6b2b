"""Findings as workflow commands of GitHub Actions, which become annotations.

GitHub shows ten annotations of each kind for a step, so the worst come first; what is beyond them
is only counted. Whatever a wheel names is escaped, or it could make commands of its own.
"""

from collections.abc import Iterator
from itertools import chain

from wheelcheck.audit import Audit
from wheelcheck.findings import Finding, Severity
from wheelcheck.quantities import plural
from wheelcheck.report.escapes import safe
from wheelcheck.report.marks import marked
from wheelcheck.report.summary import summary_line

__all__ = ["render_github"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_MOST_OF_A_KIND = 10
_MOST_LINES = 100
_LONGEST = 1_000


def render_github(audit: Audit) -> str:
    """Return the commands, what is not checked as a group, and a line that sums up."""
    unread = [report for report in audit.reports if report.error is not None]
    commands: dict[Severity, list[str]] = {severity: [] for severity in reversed(Severity)}
    commands[Severity.ERROR] = [
        _command("error", r.path, "wheel cannot be read", r.error or "")
        for r in unread[:_MOST_OF_A_KIND]
    ]
    hidden = len(unread) - len(commands[Severity.ERROR])
    for finding, path, _ in marked(audit):
        if len(commands[finding.severity]) < _MOST_OF_A_KIND:
            commands[finding.severity].append(_annotation(finding, path))
        else:
            hidden += 1
    shown = chain.from_iterable(commands.values())
    closing = summary_line(audit)
    if hidden:
        closing += f" ({plural(hidden, 'finding')} not shown here: GitHub shows ten of a kind)"
    return "\n".join([*shown, *_not_checked(audit), closing]) + "\n"


def _annotation(finding: Finding, path: str) -> str:
    kind = _COMMANDS[finding.severity]
    text = "\n".join(filter(None, (finding.message, finding.help)))
    return _command(kind, path, f"{finding.code} {finding.name}", text)


def _command(kind: str, path: str, title: str, text: str) -> str:
    place = path.replace("\\", "/")
    return f"::{kind} file={_property(place)},title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return "%0A".join(safe(line).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _not_checked(audit: Audit) -> Iterator[str]:
    lines = list(
        chain(
            (f"{s.path}: {s.reason}" for s in audit.skipped),
            (f"{r.wheel}: {n.subject}: {n.reason}" for r in audit.reports for n in r.not_checked),
        )
    )
    if lines:
        yield "::group::Not checked"
        yield from (f"- {safe(line[:_LONGEST])}" for line in lines[:_MOST_LINES])
        if len(lines) > _MOST_LINES:
            yield f"- {len(lines) - _MOST_LINES} more"
        yield "::endgroup::"
