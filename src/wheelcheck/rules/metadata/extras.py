"""WC321: a dependency waits for an extra that the wheel does not provide."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.distinfo.names import normal_name
from wheelcheck.expressions import expression
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20
_SHOWN = 80
_EXTRA = expression(r"""\bextra\s*==\s*["']([^"']*)["']|["']([^"']*)["']\s*==\s*extra\b""")


def _check(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    provided = {normal_name(extra) for extra in metadata.all("Provides-Extra")}
    used: dict[str, list[str]] = defaultdict(list)
    for requirement in metadata.requires_dist.valid:
        if requirement.marker is None:
            continue
        for left, right in _EXTRA.findall(str(requirement.marker)):
            used[normal_name(left or right)].append(requirement.name)
    missing = [extra for extra in used if extra not in provided]
    for extra in missing[:_MOST_HITS]:
        yield Hit(
            f"{used[extra][0]} is required with extra {extra[:_SHOWN]!r}, which is not provided",
            f"{subject.wheel.dist_info}/METADATA",
            evidence={"requirements": tuple(used[extra][:_MOST_HITS])},
        )


RULE = Rule(
    code="WC321",
    name="undeclared-extra",
    family=Family.METADATA,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.USE,
    summary="A dependency is tied to an extra that has no Provides-Extra.",
    why=(
        "Installers warn that the extra does not exist, and do not install the dependency: nobody "
        "can ask for it."
    ),
    example='`Requires-Dist: rich; extra == "cli"` without `Provides-Extra: cli`.',
    fix="Declare the extra in [project.optional-dependencies], or correct its name.",
    since="0.1.0",
    check=_check,
    references=("PEP 508: Extras", "PEP 685: normalised names of extras"),
)
