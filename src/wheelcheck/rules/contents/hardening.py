"""WC803, WC804, WC860 to WC862: protections that are usual and absent.

Partial relocation protection (without ``-z now``) and images without Control
Flow Guard are no findings: most good wheels have only these.
"""

from collections.abc import Callable, Iterator

from wheelcheck.binary.elf_object import ElfObject, ElfType, Relro
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["ASLR", "CFG", "NX", "PIE", "RELRO"]


def _aslr(subject: Subject) -> Iterator[Hit]:
    return _without(subject, lambda image: image.aslr, "it may be placed at any address")


def _nx(subject: Subject) -> Iterator[Hit]:
    return _without(subject, lambda image: image.nx, "it works where data cannot be executed")


def _without(subject: Subject, has: Callable[[PeImage], bool], what: str) -> Iterator[Hit]:
    for node in subject.closure.nodes:
        image = node.slice
        # .NET decides that for its own code.
        if isinstance(image, PeImage) and not image.managed and not has(image):
            yield Hit(
                message=f"{node.member} does not say that {what}",
                member=node.member,
                evidence={"dll_characteristics": (f"{image.dll_characteristics:#06x}",)},
            )


def _cfg(subject: Subject) -> Iterator[Hit]:
    guarded: dict[bool, list[str]] = {True: [], False: []}
    for node in subject.closure.nodes:
        image = node.slice
        if isinstance(image, PeImage) and node.role is Role.MODULE and not image.managed:
            guarded[image.cfg].append(node.member)
    if guarded[True] and guarded[False]:
        without = guarded[False]
        yield Hit(
            f"{len(without)} extension modules take no part in Control Flow Guard, while "
            f"{len(guarded[True])} do: {named(without)}",
            without[0],
            evidence={"without": tuple(without[:20]), "with": tuple(guarded[True][:20])},
        )


def _relro(subject: Subject) -> Iterator[Hit]:
    for node in subject.closure.nodes:
        elf = node.slice
        if isinstance(elf, ElfObject) and elf.dynamic and elf.relro is Relro.NONE:
            yield Hit(f"{node.member} leaves its relocated data writable", node.member)


def _pie(subject: Subject) -> Iterator[Hit]:
    for node in subject.closure.nodes:
        elf = node.slice
        if isinstance(elf, ElfObject) and elf.dynamic and elf.type is ElfType.EXECUTABLE:
            yield Hit(f"{node.member} always lies at one address", node.member)


ASLR = Rule(
    code="WC803",
    name="no-aslr",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
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
    effect=Effect.EXPOSURE,
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

CFG = Rule(
    code="WC860",
    name="partly-guarded",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
    summary="Some extension modules of the wheel take part in Control Flow Guard, others do not.",
    why=(
        "python.exe asks for Control Flow Guard, which stops many attacks at indirect calls, but "
        "only in images that were built for it. A wheel without any such image is no finding, "
        "since hardly any compiler does so by default; one that is guarded in part was meant to be "
        "guarded."
    ),
    example="pkg/_a.pyd was linked with /guard:cf, pkg/_b.pyd was not.",
    fix="Build all with /guard:cf (MSVC), -mguard=cf (Clang) or -C control-flow-guard (Rust).",
    since="0.1.0",
    check=_cfg,
    references=("Microsoft Learn: /guard (Enable Control Flow Guard)",),
)

RELRO = Rule(
    code="WC861",
    name="no-relro",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
    summary="An ELF object has no read-only relocations (PT_GNU_RELRO).",
    why=(
        "Tables of addresses stay writable after the start, so one stray write leads the program "
        "anywhere. All common toolchains protect them by default; this object comes from another."
    ),
    example="pkg/libold.so was linked by a linker from 2005, or with -z norelro.",
    fix="Link with -z relro, and -z now for all of them.",
    since="0.1.0",
    check=_relro,
    references=("ld(1): -z relro",),
)

PIE = Rule(
    code="WC862",
    name="no-pie",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
    summary="A program for Linux is not position-independent.",
    why="It always lies at one address, which makes attacks easier; Android does not start it.",
    example="pkg.data/scripts/tool was linked with -no-pie.",
    fix="Compile with -fPIE and link with -pie.",
    since="0.1.0",
    check=_pie,
    references=("Android: Security enhancements in Android 5.0",),
)
