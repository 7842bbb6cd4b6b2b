"""WC004: a native object needs a library that this host's loader does not find."""

from collections.abc import Iterator

from wheelcheck.binary.model import Format, ImportKind
from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.resolving.graph import Edge
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_ADVICE = {
    Format.PE: "Put it beside the extension, or install what brings it; a folder on PATH is not "
    "searched. For VCRUNTIME140*.dll and MSVCP140*.dll install the Visual C++ Redistributable.",
    Format.ELF: "Install the package that has it, then run `ldconfig`; or name its folder in "
    "LD_LIBRARY_PATH.",
    Format.MACHO: "Install what has it at that place; or name its folder in DYLD_LIBRARY_PATH.",
}


def _check(subject: Subject) -> Iterator[Hit]:
    closure = subject.closure
    found = {
        (edge.root.member, edge.importer.slice.arch, edge.wanted.library)
        for edge in closure.edges
        if edge.outcome not in {Outcome.MISSING, Outcome.EXCLUDED}
    }
    known = {library for *_, library in found}
    for edge in closure.distinct:
        if edge.outcome is not Outcome.MISSING or edge.wanted.kind is ImportKind.WEAK:
            continue
        # What the same load has found for another stands for all who ask later.
        if (edge.root.member, edge.importer.slice.arch, edge.wanted.library) not in found:
            yield _hit(subject, edge, known)


def _hit(subject: Subject, edge: Edge, known: set[str]) -> Hit:
    library, importer = edge.wanted.library, edge.importer.member
    closure = subject.closure
    severity, confidence = Severity.ERROR, Confidence.HIGH
    message = f"{importer} needs {library}, which this host's loader does not find"
    chain = (*closure.chain(importer), library)
    if chain[0] not in closure.entry_points:
        severity = Severity.WARNING
        message += "; no importable module or script needs this object"
    elif edge.wanted.kind is ImportKind.DELAY:
        severity = Severity.WARNING
        message += ", once it is used (delay-loaded)"
    elif library in known:
        severity, confidence = Severity.WARNING, Confidence.MEDIUM
        message += ", unless another module has loaded it before"
    hint = origin_hint(library.rpartition("/")[2])
    assert edge.importer.native.format is not None
    advice = _ADVICE.get(edge.importer.native.format, "Install what has it.")
    return Hit(
        message,
        importer,
        evidence={
            "library": (library,),
            "importer": (importer,),
            "chain": chain,
            "searched": edge.found.searched,
            "result": (edge.found.reason,),
        },
        help=advice if hint is None else f"{advice} {hint}",
        severity=severity,
        confidence=confidence,
    )


RULE = Rule(
    code="WC004",
    name="library-not-found-here",
    family=Family.INSTALLED,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A native object needs a library that the loader of this host does not find.",
    why=(
        "The import fails: `DLL load failed`, `cannot open shared object file`, `Library not "
        "loaded`. Windows does not even say which one is missing, and the one that it names may "
        "be there while another that it needs in turn is not."
    ),
    example="pkg/_core.pyd needs foo.dll, which is there and needs MSVCP140.dll, which is not.",
    fix="Install what brings the library, at a place where the loader looks.",
    since="0.1.0",
    check=_check,
    references=(
        "ld.so(8)",
        "Microsoft Learn: Dynamic-link library search order",
        "dyld(1)",
    ),
)
