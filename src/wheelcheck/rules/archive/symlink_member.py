"""WC113: a member is a symbolic link."""

from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hits
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_VERDICTS = {
    DefectKind.MODE_SYMLINK: Verdict("installers write the link's target into a text file"),
}


def _check(subject: Subject) -> Iterator[Hit]:
    return hits(subject, _VERDICTS)


RULE = Rule(
    code="WC113",
    name="symlink-member",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.USE,
    summary="A member is a symbolic link.",
    why=(
        "Wheels have no links. pip makes a small text file that holds the name of the target, so "
        "a library linked that way is not found, or not a library. Other unzippers make a link, "
        "which may lead out of the folder."
    ),
    example="pkg/libfoo.so is a link to libfoo.so.1, packed with `zip --symlinks`.",
    fix="Put the file itself into the wheel, once, under the name by which it is loaded.",
    since="0.1.0",
    check=_check,
    references=("PEP 427", "PEP 778 (deferred)"),
)
