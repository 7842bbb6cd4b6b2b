"""WC805: an object that asks for an executable stack."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject, StackExecution
from wheelcheck.binary.model import Arch, Libc
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

# Where glibc takes an executable stack for granted unless the object says otherwise.
_EXECUTABLE_BY_DEFAULT = frozenset({Arch.X86, Arch.X86_64, Arch.ARM, Arch.ARM64, Arch.S390X})


def _check(subject: Subject) -> Iterator[Hit]:
    linux = subject.closure.linux
    if linux is None:
        return
    glibc = linux.target.libc is Libc.GLIBC
    for node in subject.closure.nodes:
        elf = node.slice
        if not isinstance(elf, ElfObject) or not elf.dynamic:
            continue
        unstated = elf.stack is StackExecution.UNSTATED
        if unstated and glibc and elf.arch in _EXECUTABLE_BY_DEFAULT:
            how = "has no PT_GNU_STACK header, which means an executable stack"
        elif elf.stack is StackExecution.REQUESTED:
            how = "asks for an executable stack"
        else:
            continue
        yield Hit(f"{node.member} {how}", node.member, evidence={"stack": (str(elf.stack),)})


RULE = Rule(
    code="WC805",
    name="executable-stack",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object asks for an executable stack, or does not say that it needs none.",
    why=(
        "Since glibc 2.41 a process cannot be given an executable stack by a library that is "
        "loaded later: `cannot enable executable stack as shared object requires`. SELinux and "
        "hardened kernels refused it before. Where it is granted, it makes attacks easier."
    ),
    example="A library with a hand-written assembly file that lacks `.note.GNU-stack`.",
    fix=(
        'Add `.section .note.GNU-stack,"",%progbits` to assembly sources, or link with `-z '
        "noexecstack`; `wheelcheck repair --clear-execstack` clears the mark."
    ),
    since="0.1.0",
    check=_check,
    references=("glibc 2.41 release notes", "pypa/auditwheel issue 634"),
)
