"""WC106: two members have one name."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {DefectKind.DUPLICATE_NAME: Verdict("PyPI refuses the file")}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC106",
    name="duplicate-member",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The archive holds two members of the same name.",
    why=(
        "Which of them ends up on disk depends on the unzipper, and RECORD can only be right for "
        "one. PyPI refuses the file."
    ),
    example="A build step added pkg/_version.py to a wheel that had it already.",
    fix=(
        "Find the step that adds the file a second time: a file in two package folders, an "
        "include pattern beside the automatic one, or a tool that appends to a finished wheel."
    ),
    since="0.1.0",
    check=_check,
    references=("warehouse: utils/zipfiles.py",),
)
