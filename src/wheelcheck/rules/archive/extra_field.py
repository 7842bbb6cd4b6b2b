"""WC109: a member's extra fields are damaged, repeated or give it another name."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.EXTRA_MALFORMED: Verdict("PyPI and Python's zipfile refuse it"),
    DefectKind.EXTRA_REPEATED: Verdict("PyPI refuses the file", None),
    DefectKind.EXTRA_ZIP64_LENGTH: Verdict("PyPI refuses the file", None),
    DefectKind.EXTRA_UNICODE_PATH: Verdict("its name depends on the unzipper"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC109",
    name="extra-field",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The extra fields of a member are damaged, repeated or contradict the member.",
    why=(
        "Extra fields hold the sizes of large members (ZIP64) and sometimes a second name "
        "(Unicode path), which Python's zipfile honours only since 3.13. Where they are wrong, "
        "one wheel gives different files to different tools, or none."
    ),
    example="A Unicode path field calls pkg/a.py by the name pkg/b.py.",
    fix="Build the wheel again, with a tool that writes plain zip archives.",
    since="0.1.0",
    check=_check,
    references=(
        "PKWARE APPNOTE.TXT 6.3.10, sections 4.5.3 and 4.6.9",
        "warehouse: utils/zipfiles.py",
    ),
)
