"""WC806: an object whose code must be changed when it is loaded."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is None:
        return
    for node in subject.closure.nodes:
        if isinstance(node.slice, ElfObject) and node.slice.text_relocations:
            yield Hit(f"{node.member} has text relocations", node.member)


RULE = Rule(
    code="WC806",
    name="text-relocations",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object's code is relocated when it is loaded.",
    why=(
        "The loader has to make code writable. SELinux, hardened kernels, musl and Android refuse "
        "that, and each process gets its own copy of the code in memory."
    ),
    example="A library that was compiled without -fPIC and linked with `-z notext`.",
    fix="Compile all of it with -fPIC, and link with `-z text`, which finds what is left.",
    since="0.1.0",
    check=_check,
    references=("System V ABI, Dynamic Linking: DT_TEXTREL",),
)
