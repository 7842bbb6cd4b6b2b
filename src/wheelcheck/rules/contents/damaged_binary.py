"""WC801: a native object cannot be read."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for native in subject.wheel.natives:
        if native.damage is not None:
            yield Hit(
                message=f"{native.name} is damaged: {native.damage}",
                member=native.name,
                evidence={
                    "format": (str(native.format or "not recognised"),),
                    "damage": (native.damage,),
                },
            )


RULE = Rule(
    code="WC801",
    name="damaged-binary",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A native object is truncated, corrupt or not what its name says.",
    why=(
        "No loader takes it. The file was cut off on the way, overwritten by a placeholder (a "
        "Git LFS pointer, an error page), or made by a broken tool."
    ),
    example="pkg/_pkg.pyd is 130 bytes of text: a Git LFS pointer.",
    fix="Build the wheel again, and check the step that put this file into it.",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: PE Format",),
)
