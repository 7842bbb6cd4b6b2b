"""How much a rule may say."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wheels import WheelBuilder
from wheelcheck import Finding, Severity
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.closure import resolve
from wheelcheck.findings import NotChecked
from wheelcheck.rules import RULES
from wheelcheck.rules.registry import Hit, Subject
from wheelcheck.rules.running import MOST_OF_A_RULE, run_rule
from wheelcheck.wheel import read_wheel


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    path = WheelBuilder().write(tmp_path)
    with Archive.open(path) as archive:
        wheel = read_wheel(archive, path.name)
    return Subject(wheel, resolve(wheel))


def said(subject: Subject, hits: Iterable[Hit | NotChecked]) -> list[Finding | NotChecked]:
    rule = replace(RULES[0], severity=Severity.WARNING, check=lambda _: hits)
    return list(run_rule(rule, subject))


def test_a_hit_gets_the_words_of_its_rule(subject: Subject) -> None:
    [finding] = said(subject, [Hit("it is odd", "a.py", {"why": ("so",)})])
    assert isinstance(finding, Finding)
    assert finding.code == RULES[0].code
    assert finding.severity is Severity.WARNING
    assert finding.wheel == subject.wheel.filename
    assert finding.help == RULES[0].fix
    [finding] = said(subject, [Hit("it is odd", severity=Severity.NOTE, help="do this")])
    assert isinstance(finding, Finding)
    assert (finding.severity, finding.help) == (Severity.NOTE, "do this")


def test_the_rest_is_counted_and_keeps_its_weight(subject: Subject) -> None:
    more = [Hit("x", severity=Severity.NOTE), Hit("y", severity=Severity.ERROR), Hit("z")]
    found = said(subject, [*([Hit("it is odd")] * MOST_OF_A_RULE), *more])
    assert len(found) == MOST_OF_A_RULE + 1
    last = found[-1]
    assert isinstance(last, Finding)
    assert last.severity is Severity.ERROR
    assert last.message.startswith("3 more")


def test_what_was_not_checked_is_counted_too(subject: Subject) -> None:
    found = said(subject, [NotChecked("a", "b")] * (MOST_OF_A_RULE + 5))
    assert len(found) == MOST_OF_A_RULE + 1
    assert found[-1] == NotChecked(RULES[0].name, "5 more could not be checked")


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
