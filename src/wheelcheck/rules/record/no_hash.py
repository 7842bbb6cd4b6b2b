"""WC205: RECORD has no hash, or no size, for a file."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.reading.record_facts import member_path
from wheelcheck.rules.record.problems import content_evidence, of_kind
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    files = {file.member.name: file for file in wheel.files}
    for problem in of_kind(subject, RecordFault.NO_HASH, RecordFault.NO_SIZE):
        name = None if problem.path is None else member_path(problem.path)
        yield Hit(
            message=problem.message,
            member=name,
            evidence={} if name is None else content_evidence(None, files[name]),
            severity=None if problem.fault is RecordFault.NO_HASH else Severity.WARNING,
        )


RULE = Rule(
    code="WC205",
    name="no-hash",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="RECORD lists a file without its hash, or without its size.",
    why=(
        "Every file but RECORD itself and its signatures must have a hash. `wheel unpack` refuses "
        "the wheel, and so does the installer library when it validates; the latter asks for the "
        "size, too. Without the size alone it is a warning."
    ),
    example="pkg/generated.py,,",
    fix="Write RECORD anew with `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=("PEP 427: RECORD includes hashes of all files but itself",),
)
