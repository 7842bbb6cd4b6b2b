"""WC906: a wheel that no installer chooses, because another one has its tags."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Report, Severity
from wheelcheck.release_set.grid import build_order
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

__all__ = ["RULE"]


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    by_tag: dict[str, list[Report]] = defaultdict(list)
    named = {report.wheel: report for report in subject.newest}
    for report in named.values():
        for tag in report.tags:
            by_tag[tag].append(report)
    for report in named.values():
        order = build_order(report.build)
        rivals = [
            [other for other in by_tag[tag] if build_order(other.build) > order]
            for tag in report.tags
        ]
        if rivals and all(rivals):
            above = max((r for rs in rivals for r in rs), key=lambda r: build_order(r.build))
            yield Hit(
                f"no installer chooses {report.wheel}: {above.wheel} has its tags and a higher "
                "build number",
                evidence={"wheels": (above.wheel,)},
                wheel=report.wheel,
            )
    yield from _undecided(by_tag)


def _undecided(by_tag: dict[str, list[Report]]) -> Iterator[Hit]:
    """Yield a hit for wheels that share tags and build number."""
    told = set()
    for tag, reports in by_tag.items():
        last = max(build_order(report.build) for report in reports)
        wheels = tuple(r.wheel for r in reports if build_order(r.build) == last)
        if len(wheels) > 1 and wheels not in told:
            told.add(wheels)
            yield Hit(
                f"{' and '.join(wheels[:3])} both claim {tag}: which of them an installer takes "
                "is left to chance",
                evidence={"tag": (tag,), "wheels": wheels},
                help="Leave the tag to one of them.",
            )


RULE = Rule(
    code="WC906",
    name="shadowed-wheel",
    family=Family.RELEASE,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="A wheel has tags of another one, which installers prefer or choose by chance.",
    why=(
        "Of two wheels with the same tags installers take the one with the higher build number. "
        "The other one is never installed, though it looks like a part of the release."
    ),
    example="demo-1.0-1-cp312-cp312-win32.whl beside demo-1.0-cp312-cp312-win32.whl.",
    fix="Leave the wheel out, if the other one is meant to replace it.",
    since="0.1.0",
    check=_check,
    references=("PEP 427: the build tag is a tie-breaker",),
)
