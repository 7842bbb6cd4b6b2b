"""WC208: a path in RECORD leads elsewhere than into the wheel."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SEVERITIES = {
    RecordFault.UNSAFE_PATH: Severity.ERROR,
    RecordFault.BACKSLASH: Severity.WARNING,
}


def _check(subject: Subject) -> Iterator[Hit]:
    return formal_hits(subject, _SEVERITIES)


RULE = Rule(
    code="WC208",
    name="record-path",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A path in RECORD is absolute, climbs out with `..`, or has backslashes.",
    why=(
        "Installers copy RECORD's paths, and uninstalling deletes what they name. Backslashes "
        "are separators on Windows only, so on other systems the row names no file: a warning."
    ),
    example="../../bin/tool,sha256=...,120",
    fix="Write RECORD anew with `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Recording installed projects, The RECORD file", "PEP 376"),
)
