"""WC116: a name leads out of the folder that the wheel is unpacked into."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.NAME_PARENT: Verdict("pip refuses to install it"),
    DefectKind.NAME_ABSOLUTE: Verdict("pip refuses to install it"),
    DefectKind.NAME_DRIVE: Verdict("it leads out of the folder on Windows"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC116",
    name="unsafe-name",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A member's name is absolute, names a drive, or climbs out with `..`.",
    why=(
        "Unpacked by a careless tool, the member overwrites a file outside of the folder meant "
        "for it. pip refuses the wheel; PyPI lets it pass."
    ),
    example="A member is named ../../bin/python.",
    fix="Pack members by names relative to the root of the wheel.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.4.17",),
)
