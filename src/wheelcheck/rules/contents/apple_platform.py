"""WC812: code for iOS or a simulator in a wheel for macOS."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.apple import images
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for node, piece in images(subject):
        if not piece.builds or piece.macos is not None:
            continue
        platforms = tuple(dict.fromkeys(build.platform for build in piece.builds))
        yield Hit(
            f"{node.member} ({piece.name}) is built for {' and '.join(platforms)}, not for macOS",
            node.member,
            evidence={"slice": (piece.name,), "platforms": platforms},
        )


RULE = Rule(
    code="WC812",
    name="other-apple-platform",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object in a wheel for macOS is built for iOS, a simulator or another platform.",
    why=(
        "The machine is the same, the platform is not: dyld refuses the file (`mach-o file, but "
        "is for the iOS-simulator platform`, `incompatible platform`)."
    ),
    example="pkg/libhelper.dylib was taken from an XCFramework's ios-arm64_x86_64-simulator.",
    fix="Build or take the file for macOS, and leave the others out of the wheel.",
    since="0.1.0",
    check=_check,
    references=("Apple: mach-o/loader.h, PLATFORM_MACOS",),
)
