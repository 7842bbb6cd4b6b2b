"""WC706: a bundled Visual C++ runtime is older than the toolset of what uses it."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.binary.pe_image import PeImage
from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.windows.runtimes import is_msvc_runtime, unmangled
from wheelcheck.resolving.graph import Edge, Node
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_COMPATIBLE = 14
"""Toolsets 14.0 (Visual Studio 2015) and later share one runtime, if it is the newest."""


def _check(subject: Subject) -> Iterator[Hit]:
    newer: dict[str, list[tuple[tuple[int, int], str]]] = defaultdict(list)
    runtimes: dict[str, tuple[int, int]] = {}
    for edge in subject.closure.distinct:
        versions = _versions(edge)
        if versions is None or edge.target is None:
            continue
        user, runtime = versions
        if _toolset(user) > _toolset(runtime):
            runtimes[edge.target.member] = runtime
            newer[edge.target.member].append((user, edge.importer.member))
    for member, users in newer.items():
        users.sort(key=lambda row: (-row[0][0], -row[0][1], row[1]))
        (highest, first), *others = users
        more = f" and {len(others)} more" if others else ""
        yield Hit(
            message=(
                f"{member} is the runtime of toolset {_text(runtimes[member])}, but {first}{more} "
                f"{'were' if others else 'was'} linked by {'up to ' if others else ''}"
                f"{_text(highest)}"
            ),
            member=member,
            evidence={
                "runtime": (f"{member} {_text(runtimes[member])}",),
                "users": tuple(f"{name} {_text(version)}" for version, name in users),
            },
        )


def _versions(edge: Edge) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the linkers of importer and runtime, if the edge ends in a bundled runtime."""
    if edge.target is None or not is_msvc_runtime(unmangled(edge.wanted.library)):
        return None
    user, runtime = _linker(edge.importer), _linker(edge.target)
    if user is None or runtime is None:
        return None
    return (user, runtime) if user[0] == runtime[0] == _COMPATIBLE else None


def _linker(node: Node) -> tuple[int, int] | None:
    return node.slice.linker_version if isinstance(node.slice, PeImage) else None


def _toolset(linker: tuple[int, int]) -> tuple[int, int]:
    """Return what counts: 14.29 and 14.20 are one toolset, 14.30 is the next."""
    return linker[0], linker[1] // 10


def _text(version: tuple[int, int]) -> str:
    return "{}.{:02}".format(*version)


RULE = Rule(
    code="WC706",
    name="msvc-runtime-older-than-toolset",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="A Visual C++ runtime in the wheel is older than the toolset of what uses it.",
    why=(
        "The runtime must be at least as new as the newest toolset among its users. With an older "
        "one functions are missing, or the program crashes: since toolset 14.40 `std::mutex` ends "
        "in an access violation with an older msvcp140.dll. The usual cause is another program's "
        "msvcp140.dll that came first on PATH when the wheel was repaired."
    ),
    example="pkg.libs/msvcp140.dll is of toolset 14.16, pkg/_pkg.pyd was linked by 14.44.",
    fix="Bundle the runtime of the Visual Studio that built the wheel, or of a later one.",
    since="0.1.0",
    check=_check,
    references=(
        "Microsoft Learn: C++ binary compatibility between Visual Studio versions",
        "delvewheel issue 54",
    ),
)
