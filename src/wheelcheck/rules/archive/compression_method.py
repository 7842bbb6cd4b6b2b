"""WC111: a member is neither stored nor deflated."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.UNSUPPORTED_METHOD: Verdict(
        "PyPI refuses the file, and not every Python can unpack it"
    ),
    DefectKind.UNSUPPORTED_FLAGS: Verdict("Python's zipfile cannot unpack it"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC111",
    name="compression-method",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A member is compressed by another method than deflate.",
    why=(
        "PyPI takes stored and deflated members only. bzip2, LZMA and Zstandard are optional "
        "parts of Python, so that even pip unpacks them on some machines and not on others."
    ),
    example="The wheel was packed again by a tool set to LZMA.",
    fix="Pack the wheel with deflate.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.4.5", "warehouse: forklift/legacy.py"),
)
