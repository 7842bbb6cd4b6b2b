"""WC643: files that the project's patterns name are not in the wheel."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.against_source import installed, is_for_tests, source_of, unexcused
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 5


def _check(subject: Subject) -> Iterator[Hit]:
    source = source_of(subject)
    if source is None or source.layout is None:
        return
    files = installed(subject)
    missing: dict[str, list[str]] = defaultdict(list)
    for item in source.layout.data:
        if (
            item.install not in files
            and item.source not in files
            and not is_for_tests(item.install)
        ):
            missing[item.pattern].append(item.source)
    for pattern, paths in missing.items():
        left = unexcused(dict(zip(paths, paths, strict=True)), source.layout.excused)
        if left:
            named = ", ".join(left[:_MOST_NAMED])
            more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
            yield Hit(
                f"{named}{more}: named by {pattern!r}, but not in the wheel",
                evidence={"pattern": (pattern,), "files": tuple(left)},
            )


RULE = Rule(
    code="WC643",
    name="package-data-left-out",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="A file that the project's patterns name is not in the wheel (with --src).",
    why=(
        "The package opens it at run time: it is there in the checkout, and users get "
        "`FileNotFoundError`. Usual causes: the file came after the patterns were written, or a "
        "stale `SOURCES.txt` decides."
    ),
    example='`package-data = {pkg = ["*.json"]}`, and pkg/units.json is not in the wheel.',
    fix="Build the wheel anew from a clean checkout; if the file is not needed, take it out.",
    since="0.1.0",
    check=_check,
    references=("setuptools: Data Files Support", "docs/source.md"),
)
