"""WC844: names of members with blanks, or beyond ASCII."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_LISTED = 20


def _check(subject: Subject) -> Iterator[Hit]:
    names = [file.member.name for file in subject.wheel.files]
    for what, found in (
        ("blanks", [name for name in names if " " in name]),
        ("characters beyond ASCII", [name for name in names if not name.isascii()]),
    ):
        if found:
            yield Hit(
                f"{'a name holds' if len(found) == 1 else f'{len(found)} names hold'} {what}: "
                f"{named(found)}",
                found[0],
                evidence={"files": tuple(found[:_MOST_LISTED])},
            )


RULE = Rule(
    code="WC844",
    name="unusual-member-name",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Names of members hold blanks, or characters beyond ASCII.",
    why=(
        "Wheels may hold them, and installers cope. Scripts that forget to quote do not, and two "
        "ways to write the same accented letter make two files on Linux and one on macOS."
    ),
    example="pkg/data/my file.txt.",
    fix="Rename the files, if nothing depends on their names.",
    since="0.1.0",
    check=_check,
)
