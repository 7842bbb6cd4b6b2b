"""WC702: a library in the wheel lacks a function that another object imports from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wheelcheck.binary.elf import ElfObject, Relro
from wheelcheck.binary.model import Format, ImportKind, Symbol
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.closure import Edge

__all__ = ["RULE"]

_MOST_NAMED = 20


_FAMILY = 4
"""Letters that the names of one C library have in common."""
_FEW_NAMES = 10


def _check(subject: Subject) -> Iterator[Hit]:
    yield from _pe(subject)
    if subject.closure.linux is not None:
        yield from _elf(subject)


def _elf(subject: Subject) -> Iterator[Hit]:
    """Judge what must come from the wheel's own libraries.

    ELF objects ask for symbols, not for where they come from, but for those with
    a version. What any object of the wheel defines is given the benefit of the doubt.
    """
    edges: dict[str, list[Edge]] = defaultdict(list)
    defined: set[str] = set()
    for edge in subject.closure.distinct:
        edges[edge.importer.member].append(edge)
    for node in subject.closure.nodes:
        defined |= node.slice.exports.names
    for member, needs in edges.items():
        elf = needs[0].importer.slice
        if not isinstance(elf, ElfObject):
            continue
        served = {e.wanted.library: e.target for e in needs if e.target is not None}
        for library, target in served.items():
            absent = [r.name for r in elf.references if r.library == library and not r.weak]
            absent = [name for name in absent if name not in defined]
            if absent:
                yield _hit(subject, member, library, target.member, absent, Severity.ERROR)
        for library, target in served.items():
            family = _family(target.slice.exports.names)
            absent = [
                r.name
                for r in elf.references
                if r.version is None
                and not r.weak
                and family is not None
                and r.name.startswith(family)
                and r.name not in defined
            ]
            if absent:
                # Functions are bound at the first call unless the object is bound at once.
                at_once = elf.relro is Relro.FULL
                severity = Severity.ERROR if at_once else Severity.WARNING
                yield _hit(subject, member, library, target.member, absent, severity)


def _family(names: Iterable[str]) -> str | None:
    """Return how most names that a library exports begin, e.g. ``__gm``; None for C++.

    A symbol without a version may come from anywhere (numpy takes ``dladdr`` from
    the process without asking for a library), but not one with such a name.
    """
    heads = Counter(name[:_FAMILY] for name in names)
    if not heads:
        return None
    head, count = min(heads.items(), key=lambda item: (-item[1], item[0]))
    common = len(head) == _FAMILY and 2 * count >= heads.total() > _FEW_NAMES
    return head if common and not head.startswith("_Z") else None


def _hit(
    subject: Subject, member: str, library: str, bundled: str, absent: list[str], severity: Severity
) -> Hit:
    named = tuple(absent[:_MOST_NAMED])
    more = len(absent) - len(named)
    few = ", ".join(named[:3]) + (
        f" and {len(absent) - 3} more" if len(absent) > len(named[:3]) else ""
    )
    return Hit(
        f"{member} needs {few} from {library}, but {bundled} does not define "
        f"{'it' if len(absent) == 1 else 'them'}",
        member,
        evidence={
            "importer": (member,),
            "library": (bundled,),
            "symbols": (*named, *((f"... and {more} more",) if more else ())),
            "chain": (*subject.closure.chain(member), bundled),
        },
        severity=severity,
    )


def _pe(subject: Subject) -> Iterator[Hit]:
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
        "importing ...: The specified procedure could not be found`, on Linux `undefined symbol` "
        "or `version ... not found`. The library in the wheel is "
        "of another version, or another build, than the one that was linked against. For a "
        "delay-loaded library the process ends at the first call instead (a warning)."
    ),
    example="pkg/_pkg.pyd imports __gmpz_2fac_ui, and pkg/libgmp-10.dll is from GMP 4.",
    fix="Bundle the very library that the object was linked against.",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: PE Format, The .idata Section, The .edata Section",),
)
