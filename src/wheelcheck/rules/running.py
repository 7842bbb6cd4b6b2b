"""A rule run over a wheel: its hits become findings, bounded in number and length.

A hostile wheel can violate a rule a hundred thousand times, with names of many
kilobytes. What is said of it must stay readable, and small enough to be written.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from wheelcheck.findings import Evidence, Finding, NotChecked
from wheelcheck.importing.tree import TooMuchError
from wheelcheck.rules.registry import Hit, ReleaseSubject, Rule, Subject

__all__ = ["MOST_OF_A_RULE", "run_rule"]

MOST_OF_A_RULE = 1_000
"""So many findings of a rule are told for each wheel; whatever follows is not even looked at."""

S = TypeVar("S", Subject, ReleaseSubject)

_LONGEST_TEXT = 1_000
_MOST_VALUES = 250


def run_rule(rule: Rule[S], subject: S) -> Iterator[Finding | NotChecked]:
    """Yield what a rule finds, and what it could not check, in its own order."""
    told = unchecked = 0
    for hit in _hits(rule, subject):
        if isinstance(hit, NotChecked):
            unchecked += 1
            if unchecked > MOST_OF_A_RULE:
                yield NotChecked(rule.name, "more could not be checked than is told here")
                return
            yield NotChecked(_cut(hit.subject), _cut(hit.reason))
        else:
            told += 1
            if told > MOST_OF_A_RULE:
                more = Hit(f"there are more than {MOST_OF_A_RULE} findings of this kind")
                yield _finding(rule, more, subject.title)
                return
            yield _finding(rule, hit, hit.wheel or subject.title)


def _hits(rule: Rule[S], subject: S) -> Iterator[Hit | NotChecked]:
    try:
        yield from rule.check(subject)
    except TooMuchError:
        yield NotChecked(rule.name, "the sources of the wheel import too much to look at all")


def _finding(rule: Rule[Any], hit: Hit, wheel: str) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=hit.severity or rule.severity,
        confidence=hit.confidence or rule.confidence,
        message=_cut(hit.message),
        wheel=wheel,
        member=None if hit.member is None else _cut(hit.member),
        evidence=_shortened(hit.evidence),
        help=hit.help or rule.fix,
    )


def _shortened(evidence: Evidence) -> Evidence:
    return {
        label: (
            *map(_cut, values[:_MOST_VALUES]),
            *([f"{len(values) - _MOST_VALUES} more"] if len(values) > _MOST_VALUES else ()),
        )
        for label, values in evidence.items()
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."
