"""WC401: a native object is for another machine than the platform tag."""

from collections.abc import Iterator

from wheelcheck.binary.model import Arch, Format, Slice
from wheelcheck.binary.pe_image import Hybrid, PeImage
from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.installation import extension_name
from wheelcheck.platforms.windows.target import can_load
from wheelcheck.rules.natives import foreign, is_loaded, is_test_data, platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.wheel import Native

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    yield from _windows(subject)
    yield from _by_header(subject)


def _windows(subject: Subject) -> Iterator[Hit]:
    if subject.closure.windows is None:
        return
    target = subject.closure.windows.target
    for node in subject.closure.nodes:
        if can_load(target.machine, node.slice.arch):
            continue
        # Programs run in a process of their own, so one for another machine may be meant.
        loaded = node.role is Role.MODULE or (
            node.role is Role.LIBRARY and node.member in subject.closure.entry_points
        )
        yield Hit(
            message=(
                f"{node.member} is built for {node.slice.arch}, but the wheel's tag promises "
                f"{target.machine}{_hybrid(node.slice)}"
            ),
            member=node.member,
            evidence={
                "machine": (str(node.slice.arch),),
                "tags": subject.wheel.tags,
            },
            severity=Severity.ERROR if loaded else Severity.NOTE,
        )


def _hybrid(image: Slice) -> str:
    """Say what images that mix ARM64 and x64 can be loaded into."""
    if not isinstance(image, PeImage):
        return ""
    if image.hybrid is Hybrid.ARM64EC:
        return " (ARM64EC: only x64 processes on an ARM64 machine load it)"
    if image.hybrid is Hybrid.ARM64X:
        return " (ARM64X: only processes on an ARM64 machine load it)"
    return ""


def _by_header(subject: Subject) -> Iterator[Hit]:
    """Judge ELF and Mach-O files by the machine in their header."""
    machines = frozenset().union(*(platform.machines for platform in platforms_of(subject)))
    natives = [
        native
        for native in subject.wheel.natives
        if native.format in {Format.ELF, Format.MACHO}
        and not foreign(native, platforms_of(subject))
        and not is_test_data(native)
    ]
    if not machines or not natives:
        return
    promised = " or ".join(sorted(machines))
    right = any(machines.intersection(_archs(native)) for native in natives)
    for native in natives:
        archs = _archs(native)
        if not archs or machines.intersection(archs) or not is_loaded(native):
            continue
        # Beside code for the right machine a library for macOS may be meant for another one.
        # On Linux a manylinux or musllinux tag vouches for every object (PEP 600, PEP 656).
        meant = native.format is Format.MACHO and right and extension_name(native.install) is None
        yield Hit(
            message=(
                f"{native.name} is built for {', '.join(archs)}, but the wheel's tag promises "
                f"{promised}"
            ),
            member=native.name,
            evidence={"machine": tuple(archs), "tags": subject.wheel.tags},
            severity=Severity.NOTE if meant else Severity.ERROR,
        )


def _archs(native: Native) -> tuple[Arch, ...]:
    return native.header.archs if native.header is not None else ()


RULE = Rule(
    code="WC401",
    name="machine-mismatch",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A native object is built for another machine than the platform tag promises.",
    why=(
        "Installers choose a wheel by its tag alone. The wheel installs, and the import fails: "
        "`ImportError: DLL load failed: %1 is not a valid Win32 application`, `wrong ELF class`, "
        "`incompatible architecture`. A helper program "
        "runs in its own process, so it is only a note."
    ),
    example="pkg-1.0-cp312-cp312-win_amd64.whl holds a 32-bit pkg/_pkg.pyd.",
    fix="Build for the machine of the tag, or tag the wheel for the machine it was built for.",
    since="0.1.0",
    check=_check,
    references=("PEP 425: Platform Tag", "Microsoft Learn: PE Format, Machine Types"),
)
