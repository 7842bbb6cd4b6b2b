"""WC420 and WC422: the macOS that the slices need, against the one that the tags promise."""

from collections.abc import Iterator

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Arch
from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.platforms.macos.tags import MacTag, fitting_version
from wheelcheck.platforms.platform_tags import read_platform_tag
from wheelcheck.resolving.graph import Node
from wheelcheck.rules.apple import images, mac_tags
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["ABOVE", "INEXACT"]

_MOST_HITS = 20


def _uncovered(
    subject: Subject,
) -> Iterator[tuple[Node, MachoSlice, MacTag, tuple[int, int, int], bool]]:
    """Yield slices that need more than a tag promises, and whether any tag could say it."""
    machines = [(tag, _machines(tag)) for tag in mac_tags(subject) if tag.fault is None]
    for node, piece in images(subject):
        tags = [tag for tag, archs in machines if piece.arch in archs]
        if piece.macos is None or not tags:
            continue
        lowest = min(tags, key=lambda tag: tag.promised(piece.name))
        minimum = piece.macos.minimum
        if lowest.covers(piece.name, minimum):
            continue
        version, _ = fitting_version({piece.name: minimum})
        yield node, piece, lowest, minimum, version > lowest.promised(piece.name)


def _machines(tag: MacTag) -> frozenset[Arch]:
    known = read_platform_tag(str(tag))
    return known.machines if known is not None else frozenset()


def _above(subject: Subject) -> Iterator[Hit]:
    hits = [found for found in _uncovered(subject) if found[-1]]
    for node, piece, tag, minimum, _ in hits:
        promised = "{}.{}".format(*tag.promised(piece.name))
        yield Hit(
            message=(
                f"{node.member} ({piece.name}) is built for macOS {_text(minimum)} and later, "
                f"but {tag} promises {promised}"
            ),
            member=node.member,
            evidence={
                "slice": (piece.name,),
                "minimum": (_text(minimum),),
                "promised": (promised,),
                "tag": (str(tag),),
            },
            severity=Severity.WARNING if node.role is Role.PROGRAM else None,
        )


def _inexact(subject: Subject) -> Iterator[Hit]:
    hits = [found for found in _uncovered(subject) if not found[-1]]
    for node, piece, tag, minimum, _ in hits[:_MOST_HITS]:
        yield Hit(
            message=(
                f"{node.member} ({piece.name}) is built for macOS {_text(minimum)}; tags can say "
                "{}.{} only".format(*tag.promised(piece.name))
            ),
            member=node.member,
            evidence={
                "slice": (piece.name,),
                "minimum": (_text(minimum),),
                "tag": (str(tag),),
            },
        )


def _text(version: tuple[int, int, int]) -> str:
    major, minor, patch = version
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}"


ABOVE = Rule(
    code="WC420",
    name="minimum-macos-above-tag",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="An extension or a bundled library needs a newer macOS than the tag promises.",
    why=(
        "The wheel installs on Macs for which part of it was not built. There the import fails "
        "at the first symbol or load command that the older system does not know, or something "
        "breaks later. Usually a bundled library comes from Homebrew, which builds for the macOS "
        "of the build machine, or the compiler has a higher minimum than MACOSX_DEPLOYMENT_TARGET "
        "(Rust: 10.12)."
    ),
    example=("pkg-1.0-cp312-cp312-macosx_11_0_arm64.whl bundles a libgmp.10.dylib for macOS 14.0."),
    fix=(
        "Build everything with the same MACOSX_DEPLOYMENT_TARGET, the libraries, too; or let "
        "`wheelcheck repair` raise the tag to what the content needs."
    ),
    since="0.1.0",
    check=_above,
    references=("PyPA: Platform compatibility tags, macOS", "Apple: mach-o/loader.h"),
)

INEXACT = Rule(
    code="WC422",
    name="inexact-minimum-macos",
    family=Family.TAGS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An image needs a minor version of macOS that no tag can express.",
    why=(
        "Since macOS 11, tags know major versions only: what is built for 13.3 is tagged "
        "macosx_13_0, and installs on 13.0, for which it was not built."
    ),
    example="pkg-1.0-cp312-cp312-macosx_13_0_arm64.whl holds an extension for macOS 13.3.",
    fix="Build with MACOSX_DEPLOYMENT_TARGET=13.0 (or 14.0, and tag accordingly).",
    since="0.1.0",
    check=_inexact,
    references=("PyPA: Platform compatibility tags, macOS",),
)
