"""WC211: RECORD has a hash of itself."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    return formal_hits(subject, {RecordFault.SELF_HASH: Severity.ERROR})


RULE = Rule(
    code="WC211",
    name="record-self-hash",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="RECORD lists itself with a hash.",
    why=(
        "A file cannot hold its own hash, so the value is wrong. The installer library refuses "
        "such a wheel when it validates."
    ),
    example="pkg-1.0.dist-info/RECORD,sha256=...,812",
    fix="Leave the fields behind RECORD's own path empty; `wheel pack` does.",
    since="0.1.0",
    check=_check,
    references=("PEP 427: RECORD includes hashes of all files but itself",),
)
