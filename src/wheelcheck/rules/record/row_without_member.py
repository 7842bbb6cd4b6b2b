"""WC203: RECORD lists a file that is not in the wheel."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    return formal_hits(subject, {RecordFault.ROW_WITHOUT_MEMBER: Severity.ERROR})


RULE = Rule(
    code="WC203",
    name="row-without-member",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="RECORD lists a file that is not in the wheel.",
    why=(
        "Either the file got lost, or RECORD is of another build. The installed package is then "
        "incomplete for every tool that asks for its files. PyPI mails the owners, and has "
        "announced that it will refuse such files."
    ),
    example="A step after the build deleted pkg/tests from the archive.",
    fix="Find the step that removes the file, or write RECORD anew with `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Binary distribution format", "PEP 427", "warehouse: utils/wheel.py"),
)
