"""WC005: a library of this host lacks a version of symbols that is asked of it."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.findings import Confidence, Severity
from wheelcheck.resolving.graph import Node
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    told: set[tuple[str, str]] = set()
    for edge in subject.closure.edges:
        library = edge.wanted.library
        importer, target = edge.importer, edge.target
        if target is None or (importer.member, library) in told:
            continue
        lacking = tuple(_lacking(importer, library, target))
        if lacking:
            told.add((importer.member, library))
            yield Hit(
                f"{importer.member} needs {', '.join(lacking)} of {library}, which the one of "
                "this host has not",
                importer.member,
                evidence={
                    "versions": lacking,
                    "library": (library,),
                    "found": (edge.found.reason,),
                    "chain": (*subject.closure.chain(importer.member), library),
                },
            )


def _lacking(importer: Node, library: str, target: Node) -> Iterator[str]:
    asks, has = importer.slice, target.slice
    # Where no versions are defined at all, glibc warns and goes on.
    if isinstance(asks, ElfObject) and isinstance(has, ElfObject) and has.version_definitions:
        defined = set(has.version_definitions)
        weak = {r.version for r in asks.references if r.weak and r.library == library}
        weak -= {r.version for r in asks.references if not r.weak and r.library == library}
        for version in asks.version_needs.get(library, ()):
            if version not in defined and version not in weak:
                yield version


RULE = Rule(
    code="WC005",
    name="library-too-old-here",
    family=Family.INSTALLED,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A library of this host lacks symbol versions that a native object needs.",
    why=(
        "The loader refuses the object: ``version `GLIBC_2.38' not found``. The wheel was built "
        "for newer systems than its tag says, it was built here against another copy of the "
        "library, or LD_LIBRARY_PATH leads to an old one."
    ),
    example="pkg/_core.so needs GLIBCXX_3.4.32 of libstdc++.so.6; that of the conda environment "
    "ends at 3.4.29.",
    fix="Install a version that was built for this system, or a newer system's library.",
    since="0.1.0",
    check=_check,
    references=("ld.so(8)", "LSB: Symbol Versioning"),
)
