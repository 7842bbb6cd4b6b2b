"""WC108: a member has a comment."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {DefectKind.RECORD_COMMENT: Verdict("PyPI refuses the file", None)}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC108",
    name="member-comment",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A member has a comment in the central directory.",
    why="PyPI refuses the file. pip installs it.",
    example="The wheel was packed again with `zip -c`.",
    fix="Pack the wheel without comments.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.3.12", "warehouse: utils/zipfiles.py"),
)
