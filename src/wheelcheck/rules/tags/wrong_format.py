"""WC403: native code of another system's format than the platform tag."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import extension_name
from wheelcheck.rules.natives import foreign, is_loaded, is_module, is_test_data, platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.wheel import Native

__all__ = ["RULE"]

_MOST_HITS = 20


def _check(subject: Subject) -> Iterator[Hit]:
    platforms = platforms_of(subject)
    natives = [n for n in subject.wheel.natives if n.header is not None and not is_test_data(n)]
    strange = [n for n in natives if foreign(n, platforms) and is_loaded(n)]
    if not strange:
        return
    promised = " or ".join(dict.fromkeys(str(platform.system) for platform in platforms))
    own = [n for n in natives if not foreign(n, platforms)]
    modules = {_module(n) for n in own}
    for native in strange[:_MOST_HITS]:
        # Beside code of the right format it may be meant, e.g. to be sent elsewhere.
        serious = not own or (is_module(subject, native) and _module(native) not in modules)
        yield Hit(
            f"{native.name} is {native.format} code, but the wheel's tag promises {promised}",
            native.name,
            evidence={"format": (str(native.format),), "tags": subject.wheel.tags[:_MOST_HITS]},
            severity=Severity.ERROR if serious else Severity.NOTE,
        )


def _module(native: Native) -> str | None:
    extension = extension_name(native.install)
    return None if extension is None else extension.module


RULE = Rule(
    code="WC403",
    name="format-mismatch",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="Native code is in the format of another operating system than the tag says.",
    why=(
        "The wheel installs, and the import fails: `invalid ELF header`, `not a mach-o file`, `%1 "
        "is not a valid Win32 application`. Usual causes: a build folder that was used on several "
        "systems, artifacts mixed up in CI, a wheel renamed by hand."
    ),
    example="pkg-1.0-cp312-cp312-win_amd64.whl holds pkg/_pkg.abi3.so, an ELF file.",
    fix="Build on (or for) the system of the tag, from a clean tree.",
    since="0.1.0",
    check=_check,
    references=("PEP 425: Platform Tag",),
)
