"""WC103: the records at the end of the archive are wrong."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_TWO_ARCHIVES = Verdict("readers may see two different archives, and PyPI refuses the file")
_VERDICTS = {
    DefectKind.SECOND_DIRECTORY: _TWO_ARCHIVES,
    DefectKind.END_RECORD_COUNT: Verdict("PyPI refuses the file"),
    DefectKind.END_RECORD_OFFSET: _TWO_ARCHIVES,
    DefectKind.MULTI_DISK: Verdict("Python's zipfile and other readers refuse such archives"),
    DefectKind.ZIP64_END_RECORD: Verdict("PyPI refuses the file", None),
    DefectKind.ZIP64_LOCATOR: _TWO_ARCHIVES,
    DefectKind.ZIP64_MISMATCH: _TWO_ARCHIVES,
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC103",
    name="end-records",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The end records do not describe the central directory that is there.",
    why=(
        "The end records say where the list of members is and how long. Where they are wrong, or "
        "there are two such lists, each unzipper may find other members. PyPI refuses the file."
    ),
    example="Two wheels were joined to one file; the offsets in the second are not adjusted.",
    fix="Build the wheel again, with a tool that writes plain zip archives.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.3", "warehouse: utils/zipfiles.py"),
)
