"""WC118: a name is not written as paths in a wheel are."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.NAME_BACKSLASH: Verdict(
        "elsewhere it becomes one file with a strange name instead of one in a folder"
    ),
    DefectKind.NAME_EMPTY: Verdict("it cannot be unpacked"),
    DefectKind.NAME_NOT_NORMAL: Verdict(
        "it is unpacked under another name than RECORD can have", Severity.WARNING
    ),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC118",
    name="name-form",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A member's name has backslashes, is empty, or has empty or `.` parts.",
    why=(
        "On Linux and macOS `pkg\\a.py` is one file name, so the package is empty there. Names "
        "such as `./pkg/a.py` or `pkg//a.py` are unpacked, but do not match their row in RECORD."
    ),
    example="The wheel was packed on Windows by a tool that does not turn `\\` into `/`.",
    fix="Pack members by relative names whose parts are joined by one `/`.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.4.17",),
)
