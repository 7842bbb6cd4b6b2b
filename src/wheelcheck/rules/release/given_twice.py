"""WC905: two files of the same name."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Report, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

__all__ = ["RULE"]


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    by_name: dict[str, list[Report]] = defaultdict(list)
    for report in subject.reports:
        by_name[report.wheel].append(report)
    for wheel, reports in by_name.items():
        if len(reports) == 1:
            continue
        evidence = {"paths": tuple(report.path for report in reports)}
        readable = [report for report in reports if report.error is None]
        first = readable[0] if readable else reports[0]
        if len(readable) == len(reports) and all(
            (r.content, r.metadata) == (first.content, first.metadata) for r in readable
        ):
            yield Hit(
                f"{wheel} was given {len(reports)} times, with the same content",
                evidence=evidence,
                help="Name each wheel once, and merge the artifacts of a build into one folder.",
                severity=Severity.NOTE,
                wheel=wheel,
            )
        else:
            text = f"{len(reports)} files have the name {wheel}, and they differ"
            yield Hit(text, evidence=evidence, wheel=wheel)


RULE = Rule(
    code="WC905",
    name="given-twice",
    family=Family.RELEASE,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="Two files of one call have the same name.",
    why=(
        "An index holds one file of a name: the second is refused, and a name is never free again. "
        "If the files differ, two jobs built the same wheel, or artifacts of two runs were mixed."
    ),
    example="a/demo-1.0-py3-none-any.whl and b/demo-1.0-py3-none-any.whl with different modules.",
    fix="Find out which is meant, and remove the other.",
    since="0.1.0",
    check=_check,
)
