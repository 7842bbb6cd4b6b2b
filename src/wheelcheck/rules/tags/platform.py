"""WC405: a platform tag that PyPI does not take, or that does not exist."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.platform_tags import read_platform_tag, taken_by_pypi
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20


def _check(subject: Subject) -> Iterator[Hit]:
    for text in [text for text in subject.platforms if not taken_by_pypi(text)][:_MOST_HITS]:
        known = read_platform_tag(text) is not None
        message = f"PyPI does not take the platform tag {text}"
        if not known:
            message = f"{text} is no platform tag that any tool makes, and PyPI does not take it"
        yield Hit(
            message,
            evidence={"platform": (text,)},
            help=_ADVICE if text.startswith("linux_") else None,
            severity=subject.pypi_refuses,
        )


_ADVICE = (
    "Build in a manylinux or musllinux container and run `wheelcheck repair --linux` there: the "
    "tag then says on which systems the wheel runs."
)

RULE = Rule(
    code="WC405",
    name="platform-tag",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="PyPI does not take the platform tag.",
    why=(
        "A tag such as linux_x86_64 says on which machine the wheel was built, not where it runs; "
        "PyPI refuses it, and tags that it does not know (macosx_11_3_arm64: from macOS 11 on the "
        "minor version must be 0). On an index of one's own it may serve (--profile private: a "
        "warning)."
    ),
    example="pkg-1.0-cp312-cp312-linux_x86_64.whl.",
    fix="Tag the wheel for a platform that PyPI knows; for Linux, repair it with auditwheel.",
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Platform compatibility tags",
        "PEP 600, PEP 656",
        "PyPI (warehouse): forklift/legacy.py, _valid_platform_tag",
    ),
)
