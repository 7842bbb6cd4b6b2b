"""The words for what becomes of a wheel: the one place that has them.

An error is more than one thing: PyPI refuses the file, or a user's import fails. Only the latter is
said to break, or the word would be untrue for a wheel that merely lacks a field.
"""

from enum import StrEnum

from wheelcheck.findings import Finding, Report, Severity

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


# Families of rules on what installers and loaders do, then single rules of others: those on members
# that cannot be unpacked, and on native objects that no loader takes.
_MET_BY_USERS = (
    *("WC0", "WC4", "WC5", "WC6", "WC7"),
    *("WC110", "WC112", "WC115", "WC201", "WC302", "WC306", "WC325"),
    *("WC801", "WC811", "WC812"),
)
# Of those families: names that PyPI does not take, and what only checkers and editors see.
_NOT_MET = (
    *("WC405", "WC407", "WC412", "WC609", "WC610", "WC611", "WC612", "WC613"),
    *("WC641", "WC644", "WC646", "WC713"),
)


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
    return finding.code.startswith(_MET_BY_USERS) and not finding.code.startswith(_NOT_MET)
