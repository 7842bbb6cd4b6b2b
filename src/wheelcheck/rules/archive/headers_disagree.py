"""WC105: the two headers of a member contradict each other."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.LOCAL_NAME: Verdict("pip fails on it, and PyPI refuses the file"),
    DefectKind.LOCAL_SIZE: Verdict("PyPI refuses the file"),
    DefectKind.LOCAL_METHOD: Verdict("installers that stream the file fail on it"),
    DefectKind.LOCAL_CRC: Verdict("installers that stream the file fail on it"),
    DefectKind.LOCAL_FLAGS: Verdict("readers may treat it differently", Severity.WARNING),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC105",
    name="headers-disagree",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A member's local header and its record in the central directory disagree.",
    why=(
        "Each member is described twice. Tools that read the central directory and tools that "
        "read the local headers then get different files from one wheel. It is a warning where "
        "only flags differ."
    ),
    example="The central directory says pkg/a.py, the local header says pkg/b.py.",
    fix="Build the wheel again, with a tool that writes plain zip archives.",
    since="0.1.0",
    check=_check,
    references=(
        "PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.12",
        "warehouse: utils/zipfiles.py",
    ),
)
