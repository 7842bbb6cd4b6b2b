"""What WC702 says of ELF objects."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING

from wheelcheck.binary.elf_object import ElfObject, Relro
from wheelcheck.findings import Severity
from wheelcheck.rules.registry import Hit, Subject

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from wheelcheck.binary.model import Slice
    from wheelcheck.resolving.graph import Edge

__all__ = ["missing_elf_symbols"]

_MOST_NAMED = 20
_FAMILY = 4
"""Letters that the names of one C library have in common."""
_FEW_NAMES = 10


def missing_elf_symbols(subject: Subject) -> Iterator[Hit]:
    """Judge what must come from the wheel's own libraries.

    ELF objects ask for symbols, not for where they come from, but for those with
    a version. What any object of the wheel defines is given the benefit of the doubt.
    """
    edges: dict[str, list[Edge]] = defaultdict(list)
    for edge in subject.closure.distinct:
        if edge.target is not None:
            edges[edge.importer.member].append(edge)
    defined = _defined(subject, (needs[0].importer.slice for needs in edges.values()))
    families: dict[str, str | None] = {}
    for member, needs in edges.items():
        elf = needs[0].importer.slice
        if not isinstance(elf, ElfObject):
            continue
        served = {e.wanted.library: e.target for e in needs if e.target is not None}
        versioned, plain = _undefined(elf, defined)
        for library, target in served.items():
            if absent := versioned.get(library):
                yield _hit(subject, member, library, target.member, absent, Severity.ERROR)
        # Functions are bound at the first call unless the object is bound at once.
        severity = Severity.ERROR if elf.relro is Relro.FULL else Severity.WARNING
        for library, target in served.items() if plain else ():
            if target.member not in families:
                families[target.member] = _family(target.slice.exports.names)
            if absent := plain.get(families[target.member]):
                yield _hit(subject, member, library, target.member, absent, severity)


def _defined(subject: Subject, importers: "Iterable[Slice]") -> set[str]:
    """Return which names that these objects ask for are defined by any object of the wheel."""
    wanted = {r.name for elf in importers if isinstance(elf, ElfObject) for r in elf.references}
    defined: set[str] = set()
    for node in subject.closure.nodes:
        defined |= wanted & node.slice.exports.names
    return defined


def _undefined(
    elf: ElfObject, defined: "AbstractSet[str]"
) -> tuple[Mapping[str | None, list[str]], Mapping[str | None, list[str]]]:
    """Return the names that the wheel does not define: by their library, and by their beginning.

    Only those without a version may come from anywhere, so only they have a beginning to tell.
    """
    versioned: dict[str | None, list[str]] = defaultdict(list)
    plain: dict[str | None, list[str]] = defaultdict(list)
    for reference in elf.references:
        if not reference.weak and reference.name not in defined:
            versioned[reference.library].append(reference.name)
            if reference.version is None:
                plain[reference.name[:_FAMILY]].append(reference.name)
    return versioned, plain


def _family(names: Iterable[str]) -> str | None:
    """Return how most names that a library exports begin, e.g. ``__gm``; None for C++.

    A symbol without a version may come from anywhere (numpy takes ``dladdr`` from
    the process without asking for a library), but not one with such a name.
    """
    heads = Counter(map(itemgetter(slice(_FAMILY)), names))
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
