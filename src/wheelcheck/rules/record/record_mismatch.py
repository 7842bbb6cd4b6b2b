"""WC204: a member is not what RECORD says."""

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
    told: set[str] = set()
    for problem in of_kind(subject, RecordFault.WRONG_HASH, RecordFault.WRONG_SIZE):
        path = problem.path
        if path is None:
            yield Hit(message=problem.message)
            continue
        if path in told:  # another hash and another size are one fault
            continue
        told.add(path)
        name = member_path(path)
        row = None if wheel.record is None else wheel.record.row(path)
        yield Hit(
            message=problem.message,
            member=name,
            evidence=content_evidence(row, files[name]),
        )


RULE = Rule(
    code="WC204",
    name="record-mismatch",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A file's hash or size is not the one that RECORD has.",
    why=(
        "The file was changed after RECORD was written: by a tool that strips, signs or patches, "
        "or by somebody. `wheel unpack` and the installer library refuse the wheel. pip and PyPI "
        "do not look."
    ),
    example="`strip` ran over the extension inside the finished wheel.",
    fix="Change files before the wheel is packed, or write RECORD anew with `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Recording installed projects, The RECORD file", "PEP 427"),
)
