"""WC904: the same content under two names."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

__all__ = ["RULE"]

_MOST_NAMED = 4


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    alike: dict[str, dict[str, None]] = defaultdict(dict)
    for report in subject.newest:
        if report.content is not None:
            alike[report.content][report.wheel] = None
    for wheels in map(tuple, alike.values()):
        if len(wheels) > 1:
            more = len(wheels) - _MOST_NAMED
            named = ", ".join(wheels[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            yield Hit(f"these wheels hold the same content: {named}", evidence={"wheels": wheels})


RULE = Rule(
    code="WC904",
    name="same-content",
    family=Family.RELEASE,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Wheels of one release differ in nothing but name and dist-info.",
    why=(
        "One wheel with several tags would do. Where the names promise different Pythons or "
        "machines, a build for one of them may have been skipped, and the files of another taken."
    ),
    example="demo-1.0-cp312-cp312-win_amd64.whl and demo-1.0-cp313-cp313-win_amd64.whl, both pure.",
    fix=(
        "Build one wheel, and give it the tags of both: `py3-none-any` if it has no native code, "
        "a set such as `py2.py3-none-any` otherwise (`wheel tags`)."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 425: Compressed Tag Sets",),
)
