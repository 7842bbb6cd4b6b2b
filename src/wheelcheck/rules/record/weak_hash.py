"""WC206: RECORD uses a hash that is too weak, or that nobody can compute."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.reading.record_facts import member_path
from wheelcheck.rules.record.problems import of_kind
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_FORBIDDEN = ("md5", "sha1")


def _check(subject: Subject) -> Iterator[Hit]:
    record = subject.wheel.record
    for problem in of_kind(subject, RecordFault.WEAK_HASH, RecordFault.UNKNOWN_ALGORITHM):
        row = None
        if record is not None and problem.path is not None:
            row = record.row(problem.path)
        algorithm = "" if row is None else row.algorithm or ""
        mild = problem.fault is RecordFault.WEAK_HASH and algorithm not in _FORBIDDEN
        yield Hit(
            message=problem.message,
            member=None if problem.path is None else member_path(problem.path),
            evidence={"algorithm": (algorithm,)} if algorithm else {},
            severity=Severity.WARNING if mild else None,
        )


RULE = Rule(
    code="WC206",
    name="weak-hash",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="RECORD has a hash weaker than sha256, or by an algorithm that is not known.",
    why=(
        "PEP 427 asks for sha256 or better and forbids md5 and sha1; `wheel unpack` refuses such "
        "wheels. A hash that cannot be computed proves nothing. sha224 is a warning."
    ),
    example="pkg/__init__.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,0",
    fix="Write RECORD anew with `wheel pack`, which uses sha256.",
    since="0.1.0",
    check=_check,
    references=("PEP 427: Signed wheel files",),
)
