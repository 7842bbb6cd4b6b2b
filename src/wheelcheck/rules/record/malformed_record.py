"""WC207: RECORD is not written as it must be."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SEVERITIES = {
    RecordFault.TOO_LARGE: Severity.ERROR,
    RecordFault.NOT_UTF8: Severity.ERROR,
    RecordFault.BYTE_ORDER_MARK: Severity.ERROR,
    RecordFault.NOT_CSV: Severity.ERROR,
    RecordFault.BLANK_LINE: Severity.ERROR,
    RecordFault.FIELD_COUNT: Severity.ERROR,
    RecordFault.FIELD_TOO_LONG: Severity.ERROR,
    RecordFault.EMPTY_PATH: Severity.ERROR,
    RecordFault.BAD_HASH: Severity.ERROR,
    RecordFault.BAD_SIZE: Severity.ERROR,
    RecordFault.PADDED_HASH: Severity.WARNING,
}


def _check(subject: Subject) -> Iterator[Hit]:
    return formal_hits(subject, _SEVERITIES)


RULE = Rule(
    code="WC207",
    name="malformed-record",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="RECORD is not UTF-8 CSV of three fields with a path, a hash and a size.",
    why=(
        "pip fails on a RECORD that is not UTF-8 or has a blank line, the installer library on "
        "rows of more or fewer than three fields, Python's csv module on fields of more than "
        "131,072 characters. Padding after a hash is a warning: hashes then never compare equal."
    ),
    example="pkg/a,b.py,sha256=...,12 - a path with a comma, not quoted.",
    fix="Write RECORD anew with `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Recording installed projects, The RECORD file", "PEP 376", "PEP 427"),
)
