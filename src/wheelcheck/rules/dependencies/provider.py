"""WC730: a library is left to a distribution that the wheel does not require."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wheelcheck.distinfo.names import normal_name
from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.rules.environments import Environment, environments
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from packaging.markers import Marker

    from wheelcheck.distinfo.requirements import Requirement

__all__ = ["RULE"]

_MOST_EXTRAS = 100
_MOST_NAMED = 3


def _check(subject: Subject) -> Iterator[Hit]:
    needs: dict[str, dict[str, str]] = {}
    for edge in subject.closure.distinct:
        provider = edge.found.provider
        if edge.outcome is Outcome.EXCLUDED and provider is not None:
            libraries = needs.setdefault(provider, {})
            libraries.setdefault(edge.wanted.library, edge.importer.member)
    if not needs:
        return
    metadata = subject.metadata
    valid = () if metadata is None else metadata.requires_dist.valid
    worlds = environments(subject)
    own = "" if subject.wheel.name is None else subject.wheel.name.distribution
    for provider, libraries in needs.items():
        name = normal_name(provider)
        if name == normal_name(own):
            continue
        fault = _fault([r for r in valid if normal_name(r.name) == name], worlds)
        if fault is None:
            continue
        text, severity = fault
        library, importer = next(iter(libraries.items()))
        yield Hit(
            f"{importer} needs {library}, which {provider} is to bring, but {text}",
            importer,
            evidence={
                "library": tuple(libraries),
                "provider": (provider,),
                "requires": tuple(str(r) for r in valid if normal_name(r.name) == name),
            },
            severity=severity,
        )


def _fault(
    requirements: "Sequence[Requirement]", worlds: Sequence[Environment]
) -> tuple[str, Severity] | None:
    if not requirements:
        return "the wheel does not require it", Severity.ERROR
    markers = [requirement.condition() for requirement in requirements]
    unmet = [world for world in worlds if not any(map(world.holds, markers))]
    if not unmet:
        return None
    extras = sorted(
        {
            extra
            for marker in markers
            for extra in (_extras(marker) if marker is not None else ())
            if any(world.holds(marker, extra) for world in unmet)
        }
    )
    if len(unmet) == len(worlds) and extras:
        return f"the wheel requires it only for the extra {extras[0]!r}", Severity.WARNING
    if len(unmet) == len(worlds):
        return "its marker holds nowhere where the wheel's tags apply", Severity.ERROR
    places = ", ".join(str(world) for world in unmet[:_MOST_NAMED])
    return f"the wheel does not require it for {places}", Severity.WARNING


def _extras(marker: "Marker") -> list[str]:
    """Return the quoted words of a marker, among which are the extras that it asks for."""
    words = str(marker).split('"')[1::2]
    return words[:_MOST_EXTRAS]


RULE = Rule(
    code="WC730",
    name="provider-not-required",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A library is left to another distribution, which the wheel does not require.",
    why=(
        "Whoever installs the wheel gets no such library, and the import fails. Who brings it is "
        "said in the settings (`external-libraries`) or was noted by a repair (`--provided-by`). "
        "It is a warning where the requirement is for an extra only, or not for all Pythons and "
        "systems that the tags promise."
    ),
    example=(
        'pkg/_core.so needs libarrow.so.2600; `external-libraries` has "libarrow.so*" = '
        '"pyarrow", and no Requires-Dist names pyarrow.'
    ),
    fix="Add the distribution to the project's dependencies, or bundle the library.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Dependency specifiers",),
)
