"""WC104: some readers see members that others do not."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.HIDDEN_MEMBER: Verdict("PyPI refuses the file"),
    DefectKind.OVERLAP: Verdict("PyPI and Python's zipfile refuse it"),
    DefectKind.LOCAL_HEADER_MISSING: Verdict("installers fail on it, and PyPI refuses the file"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC104",
    name="hidden-member",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The members in the file are not those that the central directory lists.",
    why=(
        "Some tools read the central directory at the end, others the local headers from the "
        "front. A member that only one of the two shows, or that shares its bytes with another "
        "one, can be checked by one tool and replaced for the next."
    ),
    example="A file was deleted from the central directory, but its bytes are still there.",
    fix="Build the wheel again instead of editing the archive in place.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.3", "warehouse: utils/zipfiles.py"),
)
