"""WC702: a library in the wheel lacks a function that another object imports from it."""

from collections.abc import Iterator

from wheelcheck.binary.model import Format, ImportKind, Symbol
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 20


def _check(subject: Subject) -> Iterator[Hit]:
    for edge in subject.closure.distinct:
        if edge.target is None or edge.target.native.format is not Format.PE:
            continue
        exports = edge.target.slice.exports
        absent = [s for s in edge.wanted.symbols if not exports.offers(s)]
        if not absent:
            continue
        importer, library = edge.importer.member, edge.target.member
        named = tuple(_label(s) for s in absent[:_MOST_NAMED])
        more = len(absent) - len(named)
        late = edge.wanted.kind in (ImportKind.DELAY, ImportKind.FORWARD)
        yield Hit(
            message=(
                f"{importer} imports {', '.join(named[:3])}"
                f"{f' and {len(absent) - 3} more' if len(absent) > len(named[:3]) else ''} "
                f"from {edge.wanted.library}, but {library} does not export "
                f"{'it' if len(absent) == 1 else 'them'}"
            ),
            member=importer,
            evidence={
                "importer": (importer,),
                "library": (library,),
                "symbols": (*named, *((f"... and {more} more",) if more else ())),
                "chain": (*subject.closure.chain(importer), library),
            },
            severity=Severity.WARNING if late else Severity.ERROR,
        )


def _label(symbol: Symbol) -> str:
    return f"ordinal {symbol}" if isinstance(symbol, int) else symbol


RULE = Rule(
    code="WC702",
    name="missing-symbol",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    summary="A library in the wheel does not export a function that is imported from it.",
    why=(
        "The loader finds the library and then refuses the import: `DLL load failed while "
        "importing ...: The specified procedure could not be found`. The library in the wheel is "
        "of another version, or another build, than the one that was linked against. For a "
        "delay-loaded library the process ends at the first call instead (a warning)."
    ),
    example="pkg/_pkg.pyd imports __gmpz_2fac_ui, and pkg/libgmp-10.dll is from GMP 4.",
    fix="Bundle the very library that the object was linked against.",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: PE Format, The .idata Section, The .edata Section",),
)
