"""WC407: a wheel for one platform without native code."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.platform_tags import System
from wheelcheck.rules.natives import platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

# What is for one platform although no loader takes it.
_LINKED = (".a", ".lib", ".o", ".obj", ".bc", ".ptx", ".cubin", ".fatbin", ".hsaco", ".metallib")


def _check(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    platforms = platforms_of(subject)
    if not platforms or any(p.system is System.ANY for p in platforms) or wheel.natives:
        return
    if any(file.member.name.lower().endswith(_LINKED) for file in wheel.files):
        return
    yield Hit(
        f"the wheel is for {', '.join(p.text for p in platforms[:3])}, but holds no native code",
        evidence={"tags": wheel.tags[:10]},
    )


RULE = Rule(
    code="WC407",
    name="no-native-code",
    family=Family.TAGS,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="A wheel for one platform holds no native code.",
    why=(
        "Either the extension was not built or not packed, and the import fails for everyone, or "
        "the wheel is pure and would serve every platform."
    ),
    example="pkg-1.0-cp312-cp312-win_amd64.whl holds Python files only.",
    fix=(
        "Look whether the extension was built and is included; a pure wheel is tagged py3-none-any."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 425: Platform Tag",),
)
