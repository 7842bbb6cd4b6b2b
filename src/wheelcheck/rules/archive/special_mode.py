"""WC114: a member is a device, or runs with another user's rights."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.MODE_DEVICE: Verdict("a wheel holds plain files only"),
    DefectKind.MODE_SETUID: Verdict(
        "unpacked by another tool than an installer it runs with its owner's rights"
    ),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC114",
    name="special-mode",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A member is by its mode a device, FIFO or socket, or setuid or setgid.",
    why=(
        "Installers make a plain file of it, which is not what was packed. Other unzippers may "
        "do what the mode says, which nobody expects of a wheel."
    ),
    example="pkg/bin/helper has the mode 4755.",
    fix="Pack plain files, with the modes 644 or 755.",
    since="0.1.0",
    check=_check,
    references=("PEP 427",),
)
