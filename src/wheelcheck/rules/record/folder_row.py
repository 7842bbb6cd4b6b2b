"""WC210: RECORD lists a folder."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.record.problems import formal_hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    return formal_hits(subject, {RecordFault.FOLDER_ROW: Severity.WARNING})


RULE = Rule(
    code="WC210",
    name="folder-row",
    family=Family.RECORD,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="RECORD lists a folder.",
    why=(
        "RECORD lists files. PyPI compares it with the files in the wheel, mails the owners when "
        "they differ, and has announced that it will refuse such wheels."
    ),
    example="pkg/,,",
    fix="Write RECORD anew with `wheel pack`, or update the tool that wrote it.",
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Recording installed projects: directories should not be listed",
        "warehouse: utils/wheel.py",
    ),
)
