"""WC209: RECORD lists a path twice."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    return formal_hits(subject, {RecordFault.DUPLICATE_ROW: Severity.WARNING})


RULE = Rule(
    code="WC209",
    name="duplicate-row",
    family=Family.RECORD,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="RECORD lists a path more than once.",
    why="If the rows differ, each tool takes another one for true. It shows a broken build step.",
    example="A tool appended rows for all files to a RECORD that had them already.",
    fix="Write RECORD anew with `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Recording installed projects, The RECORD file",),
)
