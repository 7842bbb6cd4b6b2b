"""WC903: wheels of one release that say different things of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from wheelcheck.findings import Confidence, Report, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

__all__ = ["RULE"]

_RESOLVED = ("Requires-Dist", "Requires-Python", "Provides-Extra")
_MOST_NAMED = 3


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    reports = [report for report in subject.newest if report.metadata]
    for field in _RESOLVED:
        counts = Counter(v for report in reports for v in report.metadata.get(field, ()))
        partial = sorted(value for value, count in counts.items() if count < len(reports))
        if partial:
            yield Hit(
                f"{field} is not the same in all {len(reports)} wheels",
                evidence={
                    "field": (field,),
                    "differing": tuple(partial),
                    "holders": tuple(_holders(value, field, reports) for value in partial),
                },
            )
    fields = {field for report in reports for field in report.metadata}
    others = [
        field
        for field in sorted(fields.difference(_RESOLVED))
        if len({report.metadata.get(field, ()) for report in reports}) > 1
    ]
    if others:
        yield Hit(
            f"{', '.join(others)}: not the same in all {len(reports)} wheels",
            evidence={"field": tuple(others)},
            help=(
                "An index shows those of the file that was uploaded first. Build all wheels from "
                "the same commit, with the same version of the build backend."
            ),
            severity=Severity.NOTE,
        )


def _holders(value: str, field: str, reports: Sequence[Report]) -> str:
    """Say which wheels have a value."""
    wheels = [report.wheel for report in reports if value in report.metadata.get(field, ())]
    more = len(wheels) - _MOST_NAMED
    named = ", ".join(wheels[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{value!r} in {named}"


RULE = Rule(
    code="WC903",
    name="differing-metadata",
    family=Family.RELEASE,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The wheels of one release do not share their metadata.",
    why=(
        "uv, Poetry, PDM and others read the metadata of one wheel and take it to hold for all of "
        "the version; so do lock files for several platforms. Users then lack a dependency, or get "
        "one that is not for them. It happens when a build script looks at the machine that builds "
        "(`if sys.platform == ...: requires.append(...)`) instead of writing a marker."
    ),
    example="`Requires-Dist: pywin32` in the wheels for Windows only.",
    fix=(
        'Give all wheels the same dependencies, with markers: `pywin32; sys_platform == "win32"`. '
        "If the wheels are from different commits, build them anew."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "PEP 508: environment markers",
        "uv, Resolution: metadata is assumed to be consistent across the wheels of a version",
    ),
)
