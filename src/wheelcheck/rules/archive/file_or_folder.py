"""WC115: a member is both a file and a folder."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.NAME_FILE_AND_FOLDER: Verdict("no file system can hold both"),
    DefectKind.FOLDER_WITH_DATA: Verdict("its content is lost at installation", Severity.WARNING),
    DefectKind.MODE_FOLDER: Verdict(
        "installers write a file, other unzippers make a folder", Severity.WARNING
    ),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC115",
    name="file-or-folder",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A member is a file in one respect and a folder in another.",
    why=(
        "A file and a folder of one name cannot both be unpacked, so the installation fails. It "
        "is a warning where a folder has content, or a file has the mode of a folder."
    ),
    example="The wheel holds the file pkg/data and the file pkg/data/table.csv.",
    fix="Rename one of the two.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, section 4.4.15",),
)
