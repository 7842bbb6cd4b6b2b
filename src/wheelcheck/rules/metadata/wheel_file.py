"""WC302: the WHEEL file is missing, unreadable, or of a version that installers refuse."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    folder = subject.wheel.dist_info
    if folder is None:
        return
    member = f"{folder}/WHEEL"
    text = subject.wheel_file
    if text is None:
        if subject.has_member(member):
            yield Hit(f"{member} cannot be read or is far too large", member)
        else:
            yield Hit(f"{member} is missing")
    elif text.problem is not None:
        yield Hit(f"{member} cannot be read: {text.problem}", member)
    elif text.version is None:
        said = "has no Wheel-Version"
        if text.version_text is not None:
            said = f"has a Wheel-Version that is none: {text.version_text[:40]!r}"
        yield Hit(f"{member} {said}", member)
    elif text.version[0] != 1:
        yield Hit(
            f"{member} says Wheel-Version {text.version_text}; installers know 1.0",
            member,
            evidence={"wheel_version": (str(text.version_text),)},
        )
    elif text.version > (1, 0):
        yield Hit(
            f"{member} says Wheel-Version {text.version_text}; installers know 1.0 and warn",
            member,
            evidence={"wheel_version": (str(text.version_text),)},
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="WC302",
    name="wheel-file",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The WHEEL file is missing, unreadable, or of a Wheel-Version that installers refuse.",
    why=(
        "An installer reads WHEEL first. Without it, without its Wheel-Version, or with a major "
        "version above 1, pip stops; PyPI refuses a wheel without WHEEL."
    ),
    example="pkg-1.0.dist-info/WHEEL says `Wheel-Version: 2.0`.",
    fix="Build with a current build backend, which writes this file.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Binary distribution format, File contents", "PEP 427"),
)
