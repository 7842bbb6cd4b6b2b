"""WC406: native code in a wheel for any platform."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.natives import is_loaded, is_module, is_test_data
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 10


def _check(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    if "any" not in subject.platforms:
        return
    loaded = [n for n in wheel.natives if is_loaded(n)]
    if not loaded:
        return  # programs run by themselves; launchers for Windows are found in pure wheels
    serious = [n for n in loaded if not is_test_data(n)]
    targets = {(n.format, arch) for n in loaded if n.header is not None for arch in n.header.archs}
    severity = Severity.ERROR
    if not serious:
        severity = Severity.NOTE
    elif len({form for form, _ in targets}) > 1:
        # Made for several systems on purpose, and chosen from at run time.
        severity = Severity.WARNING
    named = sorted(serious or loaded, key=lambda n: not is_module(subject, n))
    more = f" and {len(loaded) - 1} more" if len(loaded) > 1 else ""
    yield Hit(
        f"the wheel is for any platform, but holds native code: {named[0].name}{more}",
        named[0].name,
        evidence={
            "native": tuple(n.name for n in named[:_MOST_NAMED]),
            "built_for": tuple(sorted(f"{form} {arch}" for form, arch in targets)),
        },
        severity=severity,
    )


RULE = Rule(
    code="WC406",
    name="native-code-in-any",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A wheel for any platform holds native code.",
    why=(
        "Every system installs the wheel, and all but the one it was built on fail to load the "
        "code. Programs alone are no finding (pip and setuptools carry launchers for Windows), "
        "nor is .NET code; code for several systems side by side is a warning."
    ),
    example="pkg-1.0-py3-none-any.whl holds pkg/_pkg.cpython-312-x86_64-linux-gnu.so.",
    fix=(
        "Tell the build backend that the project has native code, so that it writes a platform "
        "tag; or keep build results of a former build out of the wheel."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 425: Platform Tag", "PEP 427"),
)
