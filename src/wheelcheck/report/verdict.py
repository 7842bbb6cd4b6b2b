"""The words for what becomes of a wheel: the one place that has them.

An error is more than one thing: PyPI refuses the file, or a user's import fails. Only the latter is
said to break, or the word would be untrue for a wheel that merely lacks a field.
"""

from enum import StrEnum

from wheelcheck.findings import Finding, Report, Severity
from wheelcheck.rules import rule_of

__all__ = ["Verdict", "verdict"]


class Verdict(StrEnum):
    """What becomes of a wheel, worst first."""

    UNREADABLE = "cannot be read"
    BREAKS = "WILL BREAK"
    """An error that users meet: it is not installed, or not imported."""
    WRONG = "has errors"
    """Errors that users do not meet: PyPI refuses it, or it holds what it must not."""
    RISKY = "may break"
    """A warning of what users may meet."""
    UNCLEAN = "has warnings"
    OK = "ok"
    """Notes at most."""


def verdict(report: Report) -> Verdict:
    """Return what will become of a wheel, by its gravest findings."""
    if report.error is not None:
        return Verdict.UNREADABLE
    for severity, breaking, other in (
        (Severity.ERROR, Verdict.BREAKS, Verdict.WRONG),
        (Severity.WARNING, Verdict.RISKY, Verdict.UNCLEAN),
    ):
        found = [finding for finding in report.findings if finding.severity is severity]
        if found:
            return breaking if any(map(_is_met, found)) else other
    return Verdict.OK


def _is_met(finding: Finding) -> bool:
    rule = rule_of(finding.code)
    return rule is not None and rule.effect.met_by_users
