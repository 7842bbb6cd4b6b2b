"""WC712: an object asks for a library by a path."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for edge in subject.closure.distinct:
        library, member = edge.wanted.library, edge.importer.member
        if not isinstance(edge.importer.slice, ElfObject) or "/" not in library:
            continue
        if edge.outcome is Outcome.WHEEL:
            continue  # by $ORIGIN, to a file that is there
        kind = "an absolute path" if library.startswith("/") else "a path"
        yield Hit(
            f"{member} needs {library}: {kind}, which is opened as it stands",
            member,
            evidence={
                "library": (library,),
                "chain": (*subject.closure.chain(member), library),
                "elsewhere": edge.found.elsewhere,
            },
        )


RULE = Rule(
    code="WC712",
    name="needed-path",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object asks for a library by a path rather than by its name.",
    why=(
        "A name with a slash is not searched for: the loader opens that very path, which exists "
        "where the object was built and nowhere else. It comes of linking a library by its path "
        "that has no soname."
    ),
    example="pkg/_pkg.so needs /home/builder/build/libfoo.so.",
    fix=(
        "Give the library a soname (`-Wl,-soname,libfoo.so.1`) and link again; `wheelcheck "
        "repair` bundles it and writes its name."
    ),
    since="0.1.0",
    check=_check,
    references=("ld.so(8)", "System V ABI, Dynamic Linking, Shared Object Dependencies"),
)
