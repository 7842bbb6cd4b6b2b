"""WC101: bytes in the file that belong to no member."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.PREFIX_BYTES: Verdict("PyPI refuses the file"),
    DefectKind.GAP: Verdict("PyPI refuses the file"),
    DefectKind.TRAILING_BYTES: Verdict("PyPI refuses the file"),
    DefectKind.ARCHIVE_COMMENT_TRUNCATED: Verdict("the file is cut off, and PyPI refuses it"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC101",
    name="stray-bytes",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The file holds bytes that belong to no member and to no record of the archive.",
    why=(
        "PyPI walks over the file from its first byte and refuses it at the first byte that it "
        "cannot account for, because there another unzipper may see another archive. Installers "
        "that stream the file refuse it too."
    ),
    example="A script was put in front of the archive, or a signature was appended to it.",
    fix="Build the wheel again, and leave the file alone afterwards.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.3", "warehouse: utils/zipfiles.py"),
)
