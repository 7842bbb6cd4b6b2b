"""WC117: a name's bytes are no clear text."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.NAME_NOT_UTF8: Verdict("PyPI refuses the file"),
    DefectKind.NAME_CONTROL_CHARACTER: Verdict("PyPI refuses the file"),
    DefectKind.NAME_WITHOUT_UTF8_FLAG: Verdict("installers unpack it under a garbled name"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC117",
    name="name-encoding",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A member's name is not UTF-8, is not marked as UTF-8, or has control characters.",
    why=(
        "PyPI refuses names that are not UTF-8 and names with control characters. A name outside "
        "of ASCII whose member lacks the UTF-8 flag is read as code page 437 by Python, so that "
        "it is unpacked under another name than RECORD has."
    ),
    example="A tool of the year 2000 packed `größe.txt` in its own code page.",
    fix="Pack the wheel with a tool that writes UTF-8 names, or use ASCII names.",
    since="0.1.0",
    check=_check,
    references=(
        "PKWARE APPNOTE.TXT 6.3.10, section 4.4.4, bit 11, and appendix D",
        "PEP 427: archive filenames are UTF-8",
        "warehouse: utils/zipfiles.py",
    ),
)
