"""WC421: a macOS tag that no installer asks for."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.platform_tags import taken_by_pypi
from wheelcheck.rules.apple import mac_tags
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20


def _check(subject: Subject) -> Iterator[Hit]:
    tags = mac_tags(subject)
    wrong = [(tag, fault) for tag in tags for fault in [tag.fault] if fault is not None]
    useful = len(wrong) < len(subject.platforms)
    # On PyPI, WC405 says of most of them that they are refused there.
    told = subject.pypi_refuses is Severity.ERROR
    for tag, fault in wrong[:_MOST_HITS]:
        if told and not taken_by_pypi(str(tag)):
            continue
        yield Hit(
            f"no installer takes {tag}: {fault}",
            evidence={"platform": (str(tag),), "result": (fault,)},
            severity=Severity.WARNING if useful else None,
        )


RULE = Rule(
    code="WC421",
    name="macos-tag-shape",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The macOS tag has a form that no installer asks for.",
    why=(
        "Installers list the tags that fit a machine and compare them as text. From macOS 11 on "
        "they list macosx_12_0, never macosx_12_3; for arm64 nothing below 11.0. Such a wheel "
        "installs nowhere: `is not a supported wheel on this platform`. A warning if the wheel "
        "has other tags that serve."
    ),
    example="pkg-1.0-cp312-cp312-macosx_12_3_arm64.whl, pkg-1.0-cp312-cp312-macosx_10_9_arm64.whl.",
    fix="Write the minor version as 0 from macOS 11 on; `wheelcheck repair` does.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Platform compatibility tags, macOS", "packaging.tags.mac_platforms"),
)
