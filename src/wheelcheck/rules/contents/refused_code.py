"""WC871: encrypted sources that PyPI refuses."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for name, traces in subject.wheel.traces.items():
        tool = traces.encrypted_by
        if tool is not None and name.lower().endswith((".py", ".pye")):
            yield Hit(
                f"{name} has the marks of {tool}, which PyPI refuses",
                name,
                evidence={"tool": (tool,)},
                severity=subject.pypi_refuses,
            )


RULE = Rule(
    code="WC871",
    name="encrypted-source",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A source has the marks of PyArmor or SourceDefender.",
    why=(
        "PyPI refuses the upload: its acceptable use policy does not allow sources that nobody "
        "can read. An index of one's own may hold them (--profile private: a warning)."
    ),
    example="pkg/core.py begins with `from pyarmor_runtime_000000 import __pyarmor__`.",
    fix="Publish the source as it is, or publish elsewhere.",
    since="0.1.0",
    check=_check,
    references=("PyPI (warehouse): utils/scanner_rules", "PyPI: Acceptable Use Policy"),
)
