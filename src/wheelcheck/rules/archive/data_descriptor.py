"""WC107: a member's sizes stand behind its data."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {DefectKind.DATA_DESCRIPTOR: Verdict("PyPI refuses the file", None)}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC107",
    name="data-descriptor",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A member was written as a stream, so that its sizes stand behind its data.",
    why=(
        "Such a member cannot be skipped by its local header alone, so PyPI refuses the file. "
        "pip installs it."
    ),
    example="The wheel was written to a pipe: `zip -r - . > pkg.whl`.",
    fix="Write the archive to a regular file, where the tool can go back and fill in the sizes.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.3.9", "warehouse: utils/zipfiles.py"),
)
