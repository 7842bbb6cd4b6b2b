"""WC408: a Mach-O file lacks a machine that the macOS tags promise."""

from collections.abc import Iterator

from wheelcheck.binary.model import Arch, Format
from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.platform_tags import System
from wheelcheck.rules.natives import is_loaded, is_module, is_test_data, platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

# The other sets (intel, fat, universal) are for machines that nobody builds for any more.
_MEANT = frozenset({Arch.X86_64, Arch.ARM64})
_MOST_HITS = 20


def _check(subject: Subject) -> Iterator[Hit]:
    macos = [p for p in platforms_of(subject) if p.system is System.MACOS]
    promised = frozenset().union(*(p.machines for p in macos)) & _MEANT
    if promised != _MEANT:
        return
    natives = [
        native
        for native in subject.wheel.natives
        if native.format is Format.MACHO and is_loaded(native) and not is_test_data(native)
    ]
    hits = 0
    for native in natives:
        assert native.header is not None
        archs = frozenset(native.header.archs)
        missing = promised - archs
        if not missing or not archs & promised:
            continue  # complete, or for another machine altogether
        hits += 1
        if hits > _MOST_HITS:
            return
        lacking = ", ".join(sorted(missing))
        yield Hit(
            f"{native.name} has no code for {lacking}, which the wheel's tags promise",
            native.name,
            evidence={"has": tuple(native.header.archs), "tags": subject.wheel.tags[:_MOST_HITS]},
            # Libraries may lie there once for each machine.
            severity=None if is_module(subject, native) else Severity.WARNING,
        )


RULE = Rule(
    code="WC408",
    name="incomplete-universal2",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="The tags promise Intel and Apple silicon, but a file has code for one of them only.",
    why=(
        "The wheel installs on both kinds of Mac, and on one of them the import fails: `mach-o "
        "file, but is an incompatible architecture`."
    ),
    example="pkg-1.0-cp312-cp312-macosx_11_0_universal2.whl with a thin arm64 pkg/_pkg.so.",
    fix=(
        "Build for both (`ARCHFLAGS='-arch x86_64 -arch arm64'`, `delocate-merge`), or tag the "
        "wheel for the one machine."
    ),
    since="0.1.0",
    check=_check,
    references=("PyPA: Platform compatibility tags, macOS", "Apple: mach-o/fat.h"),
)
