"""WC212: the wheel holds signatures of an abandoned kind."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.reading.record_facts import record_name
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SUFFIXES = (".jws", ".p7s")


def _check(subject: Subject) -> Iterator[Hit]:
    yield from formal_hits(subject, {RecordFault.SIGNATURE_ROW: Severity.WARNING})
    own = record_name(subject.wheel)
    for suffix in _SUFFIXES:
        if subject.has_member(own + suffix):
            yield Hit(
                message=f"{own}{suffix} is a signature that no installer checks",
                member=own + suffix,
                severity=Severity.NOTE,
            )


RULE = Rule(
    code="WC212",
    name="record-signature",
    family=Family.RECORD,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The wheel holds RECORD.jws or RECORD.p7s, or lists them in RECORD.",
    why=(
        "No installer ever checked these signatures, and PEP 815 proposes to drop them; "
        "attestations (PEP 740) lie outside of the wheel. That one is there is a note. That it "
        "is listed in RECORD contradicts PEP 427, and the installer library refuses it when it "
        "validates: a warning."
    ),
    example="pkg-1.0.dist-info/RECORD.jws",
    fix="Leave the signature out, and publish attestations instead.",
    since="0.1.0",
    check=_check,
    references=("PEP 427: Signed wheel files", "PEP 740", "PEP 815"),
)
