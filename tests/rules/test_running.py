"""How much a rule may say."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wheels import WheelBuilder
from wheelcheck import Finding, Severity
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.findings import NotChecked
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.resolving.closure import resolve
from wheelcheck.rules import WHEEL_RULES
from wheelcheck.rules.registry import Hit, Subject
from wheelcheck.rules.running import MOST_OF_A_RULE, run_rule

RULE = WHEEL_RULES[0].load()


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    path = WheelBuilder().write(tmp_path)
    with Archive.open(path) as archive:
        wheel = read_wheel(archive, path.name)
    return Subject(wheel, resolve(wheel))


def said(subject: Subject, hits: Iterable[Hit | NotChecked]) -> list[Finding | NotChecked]:
    rule = replace(RULE, severity=Severity.WARNING, check=lambda _: hits)
    return list(run_rule(rule, subject))


def test_a_hit_gets_the_words_of_its_rule(subject: Subject) -> None:
    [finding] = said(subject, [Hit("it is odd", "a.py", {"why": ("so",)})])
    assert isinstance(finding, Finding)
    assert finding.code == RULE.code
    assert finding.severity is Severity.WARNING
    assert finding.wheel == subject.wheel.filename
    assert finding.help == RULE.fix
    [finding] = said(subject, [Hit("it is odd", severity=Severity.NOTE, help="do this")])
    assert isinstance(finding, Finding)
    assert (finding.severity, finding.help) == (Severity.NOTE, "do this")


def test_what_is_too_much_is_not_even_looked_at(subject: Subject) -> None:
    hits = iter([Hit("it is odd", severity=Severity.NOTE)] * (MOST_OF_A_RULE + 3))
    found = said(subject, hits)
    assert len(found) == MOST_OF_A_RULE + 1
    last = found[-1]
    assert isinstance(last, Finding)
    # The worst that the rule knows, since nobody looked.
    assert last.severity is Severity.WARNING
    assert "more than 1000" in last.message
    assert len(list(hits)) == 2


def test_exactly_as_many_as_are_told(subject: Subject) -> None:
    assert len(said(subject, [Hit("it is odd")] * MOST_OF_A_RULE)) == MOST_OF_A_RULE


def test_what_was_not_checked_is_bounded_too(subject: Subject) -> None:
    hits = iter([NotChecked("a", "b")] * (MOST_OF_A_RULE + 5))
    found = said(subject, hits)
    assert len(found) == MOST_OF_A_RULE + 1
    assert isinstance(found[-1], NotChecked)
    assert len(list(hits)) == 4


def test_texts_are_cut(subject: Subject) -> None:
    long = "x" * 100_000
    [finding] = said(subject, [Hit(long, long, {"values": (long,) * 1_000})])
    assert isinstance(finding, Finding)
    assert finding.member is not None
    assert max(len(finding.message), len(finding.member)) < 1_100
    values = finding.evidence["values"]
    assert len(values) < 300
    assert values[-1] == "750 more"
    assert max(map(len, values)) < 1_100


def test_more_than_the_archive_tells_of_one_kind() -> None:
    assert Limits().faults_of_a_kind < MOST_OF_A_RULE
