"""WC102: the archive has a comment."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.ARCHIVE_COMMENT: Verdict(
        "nothing that installs wheels reads it, and strict readers refuse it", Severity.WARNING
    ),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC102",
    name="archive-comment",
    family=Family.ARCHIVE,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The archive ends with a comment.",
    why=(
        "A comment can hide the end of another archive, so strict readers refuse it. PyPI lets "
        "it pass today. Build tools write none."
    ),
    example="The wheel was packed again with `zip -z`.",
    fix="Pack the wheel without a comment.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.3.16",),
)
