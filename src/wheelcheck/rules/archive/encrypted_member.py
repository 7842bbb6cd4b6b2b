"""WC110: a member is encrypted."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {DefectKind.ENCRYPTED: Verdict("installers cannot read it")}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC110",
    name="encrypted-member",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A member is encrypted, or its flags say so.",
    why="Installers have no password: `RuntimeError: File ... is encrypted`.",
    example="The wheel was packed again with `zip -e`.",
    fix="Pack the wheel without a password.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.4.4",),
)
