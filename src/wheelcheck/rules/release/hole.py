"""WC902: a Python on a platform that no wheel of the release serves."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

__all__ = ["RULE"]

_ONE_OF_MANY = (
    "Build the missing wheels before you publish: 14 days after a release PyPI takes no more files "
    "for it. A call that is meant for one wheel of many, as from cibuildwheel, says --ignore WC902."
)


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    missing: dict[str, list[str]] = defaultdict(list)
    for platform, python in subject.grid.holes:
        missing[platform].append(python)
    for platform, pythons in missing.items():
        evidence = {"platform": (platform,), "python": tuple(pythons)}
        names = ", ".join(pythons)
        if subject.grid_is_configured:
            text = f"no wheel serves {names} on {platform}, as the settings expect"
            yield Hit(
                text,
                evidence=evidence,
                help=_ONE_OF_MANY if len(subject.reports) == 1 else None,
                severity=Severity.ERROR,
            )
        else:
            yield Hit(
                f"no wheel serves {names} on {platform}, though older and newer Pythons are served "
                "there, and this one elsewhere",
                evidence=evidence,
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="WC902",
    name="hole-in-release",
    family=Family.RELEASE,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    effect=Effect.INSTALL,
    summary="No wheel of the release serves a Python on a platform, where one is expected.",
    why=(
        "One job of many failed, or its artifact was not fetched. Users of that Python build from "
        "source, which fails for most of them. PyPI takes no new file for a release that is older "
        "than 14 days, so what is missing then can never be added. By default a Python is expected "
        "on a platform if other platforms have it, and this one has an older and a newer version "
        "of the same build: that is a warning. What `release.expected` in the settings names is "
        "expected instead, and an error if it is missing."
    ),
    example="Wheels for cp311, cp312 and cp313 on win_amd64, for cp311 and cp313 only on win32.",
    fix=(
        "Build the missing wheel before you publish: 14 days after a release PyPI takes no more "
        "files for it. If it is left out on purpose, say what you expect in `release.expected`."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "PyPI, 22 July 2026: no new files for releases older than 14 days",
        "docs/releases.md",
    ),
)
