"""WC803, WC804: a PE image that Windows cannot protect as usual."""

from collections.abc import Callable, Iterator

from wheelcheck.binary.pe import PeImage
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["ASLR", "NX"]


def _aslr(subject: Subject) -> Iterator[Hit]:
    return _without(subject, lambda image: image.aslr, "be placed at an address of its own choice")


def _nx(subject: Subject) -> Iterator[Hit]:
    return _without(subject, lambda image: image.nx, "run with data that cannot be executed")


def _without(subject: Subject, has: Callable[[PeImage], bool], what: str) -> Iterator[Hit]:
    for node in subject.closure.nodes:
        image = node.slice
        # .NET decides that for its own code.
        if isinstance(image, PeImage) and not image.managed and not has(image):
            yield Hit(
                message=f"{node.member} does not let Windows {what}",
                member=node.member,
                evidence={"dll_characteristics": (f"{image.dll_characteristics:#06x}",)},
            )


ASLR = Rule(
    code="WC803",
    name="no-aslr",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    summary="A PE image lacks the flag DYNAMIC_BASE, so Windows does not vary its address.",
    why=(
        "An image that always lies at one address makes attacks on the whole process easier, and "
        "some companies' policies refuse it. Old MinGW toolchains leave the flag out."
    ),
    example="pkg/libold.dll was linked by GNU ld 2.34 without --dynamicbase.",
    fix="Link with /DYNAMICBASE, or with -Wl,--dynamicbase for GNU ld.",
    since="0.1.0",
    check=_aslr,
    references=("Microsoft Learn: /DYNAMICBASE (Use address space layout randomization)",),
)

NX = Rule(
    code="WC804",
    name="no-nx",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    summary="A PE image lacks the flag NX_COMPAT: it does not say that it works with DEP.",
    why=(
        "Whether data can be executed is the program's choice, which python.exe makes for all it "
        "loads; a program without the flag runs unprotected where the system leaves it to the "
        "program, as 32-bit Windows does."
    ),
    example="pkg/libold.dll was linked by GNU ld 2.34 without --nxcompat.",
    fix="Link with /NXCOMPAT, or with -Wl,--nxcompat for GNU ld.",
    since="0.1.0",
    check=_nx,
    references=("Microsoft Learn: /NXCOMPAT (Compatible with Data Execution Prevention)",),
)
