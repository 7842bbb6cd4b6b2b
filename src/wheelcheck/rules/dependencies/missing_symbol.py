"""WC702: a library in the wheel lacks a function that another object imports from it."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import ImportKind, Symbol
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.findings import Confidence, Severity
from wheelcheck.resolving.graph import Edge, Node
from wheelcheck.rules.dependencies.elf_symbols import missing_elf_symbols
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 20


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is not None:
        yield from missing_elf_symbols(subject)
    reexported: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in subject.closure.distinct:
        if edge.wanted.kind is ImportKind.REEXPORT:
            reexported[edge.importer.member, edge.importer.slice.arch].append(edge)
    for edge in subject.closure.distinct:
        absent = _absent(edge, reexported)
        if not absent or edge.target is None:
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


def _absent(edge: Edge, reexported: Mapping[tuple[str, str], list[Edge]]) -> tuple[Symbol, ...]:
    """Return the symbols that the library which serves an import does not give."""
    target = edge.target
    if target is None:
        return ()
    if isinstance(target.slice, PeImage):
        return tuple(s for s in edge.wanted.symbols if not target.slice.exports.offers(s))
    if isinstance(target.slice, MachoSlice) and isinstance(edge.importer.slice, MachoSlice):
        if target.slice.arch is not edge.importer.slice.arch:
            return ()
        optional = edge.importer.slice.weak_symbols
        wanted = [s for s in edge.wanted.symbols if s not in optional]
        return _not_offered(tuple(wanted), target, reexported)
    return ()


def _not_offered(
    wanted: tuple[Symbol, ...], library: Node, reexported: Mapping[tuple[str, str], list[Edge]]
) -> tuple[Symbol, ...]:
    """Look in a Mach-O library and in all that it re-exports; nothing if that is not all here."""
    queue, seen = deque([library]), {library.member}
    while queue and wanted:
        node = queue.popleft()
        if node.native.damage is not None:
            return ()
        wanted = tuple(s for s in wanted if not node.slice.exports.offers(s))
        for edge in reexported.get((node.member, node.slice.arch), ()):
            if edge.target is None:
                return ()
            if edge.target.member not in seen:
                seen.add(edge.target.member)
                queue.append(edge.target)
    return wanted


def _label(symbol: Symbol) -> str:
    return f"ordinal {symbol}" if isinstance(symbol, int) else symbol


RULE = Rule(
    code="WC702",
    name="missing-symbol",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A library in the wheel does not export a function that is imported from it.",
    why=(
        "The loader finds the library and then refuses the import: `DLL load failed while "
        "importing ...: The specified procedure could not be found`, `Symbol not found` on macOS, "
        "`undefined symbol` or `version ... not found` on Linux. The library in the wheel is "
        "of another version, or another build, than the one that was linked against. For a "
        "delay-loaded library the process ends at the first call instead (a warning)."
    ),
    example="pkg/_pkg.pyd imports __gmpz_2fac_ui, and pkg/libgmp-10.dll is from GMP 4.",
    fix="Bundle the very library that the object was linked against.",
    since="0.1.0",
    check=_check,
    references=(
        "Microsoft Learn: PE Format, The .idata Section, The .edata Section",
        "Apple: mach-o/nlist.h, GET_LIBRARY_ORDINAL",
    ),
)
