"""WC610: METADATA promises a module that is not in the wheel."""

from collections.abc import Iterator
from itertools import islice

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20
_LONGEST = 500


def _check(subject: Subject) -> Iterator[Hit]:
    return islice(_faults(subject), _MOST_HITS)


def _faults(subject: Subject) -> Iterator[Hit]:
    if subject.metadata is None:
        return
    for field in ("Import-Name", "Import-Namespace"):
        for value in subject.metadata.all(field):
            name = value.partition(";")[0].strip()
            # An empty value says that there is nothing to import.
            if name and len(name) <= _LONGEST and name not in subject.modules:
                yield Hit(
                    f"{field} {name} is not in the wheel",
                    f"{subject.wheel.dist_info}/METADATA",
                    evidence={"name": (name,), "tops": tuple(sorted(subject.modules.tops))[:20]},
                )


RULE = Rule(
    code="WC610",
    name="import-name",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="Import-Name or Import-Namespace names a module that the wheel does not have.",
    why=(
        "Tools trust these fields to tell which distribution brings a module. One that is not "
        "there sends users to the wrong project."
    ),
    example="`Import-Name: demo` in a wheel that holds demo_core/ only.",
    fix="Correct import-names or import-namespaces in pyproject.toml, or include the module.",
    since="0.1.0",
    check=_check,
    references=("PEP 794",),
)
