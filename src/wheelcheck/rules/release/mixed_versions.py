"""WC901: wheels of several versions of one project."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

__all__ = ["RULE"]


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    if len(subject.versions) > 1:
        yield Hit(
            f"the wheels of {subject.project} are of {len(subject.versions)} versions: "
            f"{', '.join(subject.versions)}",
            evidence={"versions": subject.versions},
        )


RULE = Rule(
    code="WC901",
    name="mixed-versions",
    family=Family.RELEASE,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The wheels of one project in one call are of several versions.",
    why=(
        "The folder still holds an earlier build, or one of several jobs built another version: it "
        "did not fetch the tag, or the version was not raised everywhere. The upload then stops "
        "half way, or publishes what was not meant, and a version can be uploaded only once."
    ),
    example="dist/ holds demo-1.1-cp312-cp312-win_amd64.whl and demo-1.0-cp312-cp312-win32.whl.",
    fix=(
        "Empty the folder before you build, and take the version from one place in all jobs (with "
        "setuptools-scm or hatch-vcs, fetch the tags, too)."
    ),
    since="0.1.0",
    check=_check,
)
