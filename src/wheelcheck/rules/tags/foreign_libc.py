"""WC415: an object for another C library than the wheel's tags, or its other objects, are for."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.installation import SCRIPTS
from wheelcheck.rules.natives import is_test_data
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is None:
        return
    target = subject.closure.linux.target
    for node in subject.closure.nodes:
        elf = node.slice
        if not isinstance(elf, ElfObject) or elf.arch not in target.machines:
            continue
        if target.fits(elf.libc) or is_test_data(node.native):
            continue
        promised = " or ".join(target.libcs)
        aside = node.role is Role.PROGRAM and not node.install.startswith(SCRIPTS)
        yield Hit(
            f"{node.member} is linked with {elf.libc}, but the wheel is for {promised}",
            node.member,
            evidence={
                "libc": (str(elf.libc),),
                "needed": elf.needed,
                "interpreter": () if elf.interpreter is None else (elf.interpreter,),
                "tags": subject.wheel.tags,
            },
            # A program may be meant to be sent elsewhere.
            severity=Severity.WARNING if aside else None,
        )


RULE = Rule(
    code="WC415",
    name="foreign-libc",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object is linked with another C library than the tag is for.",
    why=(
        "glibc, musl and Android's library do not stand in for each other: the loader looks for "
        "`libc.musl-x86_64.so.1` or `libc.so.6` and ends the import. One such object among good "
        "ones is enough."
    ),
    example="pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl holds a library built on Alpine.",
    fix="Build all parts on a system of the tag, or tag the wheel for the system it was built on.",
    since="0.1.0",
    check=_check,
    references=("PEP 600, PEP 656", "PyPA: Platform compatibility tags"),
)
