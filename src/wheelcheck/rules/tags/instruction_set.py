"""WC416: an object that states that it needs a newer processor than the tag promises."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch
from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.linux.verdict import BASELINE_ISA
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is None:
        return
    for node in subject.closure.nodes:
        elf = node.slice
        if not isinstance(elf, ElfObject) or elf.arch not in {Arch.X86, Arch.X86_64}:
            continue
        if elf.isa > BASELINE_ISA:
            yield Hit(
                f"{node.member} states that it needs x86-64-v{elf.isa}; the tag promises that any "
                f"{elf.arch} processor will do",
                node.member,
                evidence={"needs": (f"x86-64-v{elf.isa}",), "tags": subject.wheel.tags},
            )


RULE = Rule(
    code="WC416",
    name="instruction-set",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object states that it needs more than the baseline of its machine.",
    why=(
        "glibc refuses such an object on older processors (`CPU ISA level is lower than "
        "required`), and without the note the process would end with an illegal instruction. No "
        "platform tag can say so. The usual cause is `-march=native`, or a library bundled from a "
        "distribution that is built for a higher level, such as AlmaLinux 10. Objects need not "
        "state what they need, so silence proves nothing."
    ),
    example="A bundled libfoo.so.1 whose GNU property note has x86 ISA needed: x86-64-v3.",
    fix="Build for the baseline (`-march=x86-64`), and choose faster code at run time.",
    since="0.1.0",
    check=_check,
    references=("x86-64 psABI: Micro-Architecture Levels, GNU_PROPERTY_X86_ISA_1_NEEDED",),
)
