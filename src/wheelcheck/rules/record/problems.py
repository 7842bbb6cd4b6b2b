"""What the rules of this family share: problems of RECORD turned into hits."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wheelcheck.archive.record import RecordFault, RecordProblem, RecordRow
from wheelcheck.archive.record_parser import encode_digest
from wheelcheck.reading.record_facts import record_name
from wheelcheck.rules.registry import Hit, Subject

if TYPE_CHECKING:
    from wheelcheck.findings import Severity
    from wheelcheck.wheel import WheelFile

__all__ = ["content_evidence", "formal_hits", "hash_text", "of_kind"]


def of_kind(subject: Subject, *faults: RecordFault) -> Iterator[RecordProblem]:
    """Yield the problems of these kinds, in the order of finding."""
    return (problem for problem in subject.record_problems if problem.fault in faults)


def formal_hits(subject: Subject, severities: Mapping[RecordFault, "Severity"]) -> Iterator[Hit]:
    """Yield a hit on RECORD itself for each problem of these kinds."""
    own = record_name(subject.wheel)
    for problem in of_kind(subject, *severities):
        evidence = {"fault": (str(problem.fault),)}
        if problem.path:
            evidence["path"] = (problem.path,)
        yield Hit(
            message=problem.message,
            member=own,
            evidence=evidence,
            severity=severities[problem.fault],
        )


def hash_text(algorithm: str, digest: bytes) -> str:
    """Return a hash as RECORD spells it."""
    return f"{algorithm}={encode_digest(digest)}"


def content_evidence(row: RecordRow | None, file: "WheelFile") -> Mapping[str, tuple[str, ...]]:
    """Return what RECORD says of a member, and what its content gives."""
    evidence: dict[str, tuple[str, ...]] = {}
    algorithm = "sha256"
    if row is not None:
        if row.algorithm is not None and row.digest is not None:
            algorithm = row.algorithm
            evidence["recorded_hash"] = (hash_text(algorithm, row.digest),)
        if row.size is not None:
            evidence["recorded_size"] = (str(row.size),)
    if algorithm in file.digests:
        evidence["actual_hash"] = (hash_text(algorithm, file.digests[algorithm]),)
    evidence["actual_size"] = (str(file.size),)
    return evidence
