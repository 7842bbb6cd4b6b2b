"""WC120: two names differ only in case."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.NAME_CASE: Verdict("where case does not count, one overwrites the other"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC120",
    name="case-collision",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.USE,
    summary="Two members' names differ only in case.",
    why=(
        "On Windows and macOS, and on Linux in folders shared with them, both are one file: the "
        "last one unpacked wins, and an import may get the wrong module."
    ),
    example="The wheel holds pkg/Utils.py and pkg/utils.py.",
    fix="Rename one of the two, or leave the stale one out.",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: Naming Files, Paths, and Namespaces",),
)
