"""WC119: a name that Windows does not allow."""

import re
from collections.abc import Iterator

from wheelcheck.archive.structure import DefectKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import Verdict, hit, promises_windows
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_KINDS = (DefectKind.NAME_RESERVED, DefectKind.NAME_NOT_FOR_WINDOWS)
_FORBIDDEN = re.compile(r'[<>"|?*:]')

_FAILS = Verdict("the installation fails there")
_RENAMED = Verdict("Windows cuts the last character off", Severity.WARNING)
_ELSEWHERE = Verdict("it cannot be unpacked there", Severity.NOTE)


def _check(subject: Subject) -> Iterator[Hit]:
    windows = promises_windows(subject)
    for defect in subject.wheel.defects:
        if defect.kind not in _KINDS:
            continue
        verdict = _ELSEWHERE
        if windows:
            fails = (
                defect.kind is DefectKind.NAME_RESERVED
                or defect.member is None
                or _FORBIDDEN.search(defect.member) is not None
            )
            verdict = _FAILS if fails else _RENAMED
        yield hit(subject, defect, verdict)


RULE = Rule(
    code="WC119",
    name="windows-name",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A member's name is not allowed on Windows.",
    why=(
        "Names with one of `<>:\"|?*`, and devices' names such as `aux.py` or `con`, cannot be "
        "written on Windows, so the installation fails. A dot or a space at the end is cut off: "
        "a warning. For a wheel whose tags leave Windows out, all of it is a note."
    ),
    example="pkg-1.0-py3-none-any.whl holds pkg/aux.py.",
    fix="Rename the file.",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: Naming Files, Paths, and Namespaces",),
)
