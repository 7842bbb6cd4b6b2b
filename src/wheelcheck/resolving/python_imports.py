"""What the native objects of a wheel take from CPython.

PE names the DLL with each function. ELF and Mach-O (where the linker was told
``-undefined dynamic_lookup``) leave open which object of the process serves a
name: it is CPython's if it is spelled as CPython's names are, and no library of
the wheel defines it.
Source: PEP 7 for the spelling; dyld's two-level namespace in ``mach-o/nlist.h``.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Arch, Format
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.findings import Outcome, Role
from wheelcheck.platforms.macos.names import is_python
from wheelcheck.platforms.promises import Implementation
from wheelcheck.platforms.windows.python_dlls import python_dll
from wheelcheck.records import record
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Node

__all__ = ["PythonImports", "python_imports"]

# PyInit_ and PyModExport_ are what extensions give to CPython, not what they take.
_NAME = re.compile(r"_?Py(?!Init_|InitU_|ModExport_|ModExportU_)[A-Z_]")
_HEADS = ("Py", "_Py")

_Machine = tuple[Format | None, Arch]
_Object = tuple[str, Arch]


@record
class PythonImports:
    """What one slice takes from CPython, by one DLL where the format names it."""

    node: Node
    library: str | None
    """The DLL or dylib that it is asked of; None where any loaded image may serve it."""
    symbols: tuple[str, ...]
    """Names that must be there, sorted; DLLs are also asked for ``ordinal 5``."""
    optional: tuple[str, ...] = ()
    """Names that may be missing: weak references."""
    others: tuple[str, ...] = ()
    """Libraries outside the wheel that may supply names which CPython does not have."""

    @property
    def stable_library(self) -> bool:
        """Whether it is a DLL that has the stable ABI and no more, such as python3.dll."""
        dll = None if self.library is None else python_dll(self.library)
        return dll is not None and dll.version is None


def python_imports(closure: Closure) -> tuple[PythonImports, ...]:
    """Return what each slice takes from CPython, in the order of the wheel.

    Programs are left out: they bring, or start, an interpreter of their own.
    """
    found: list[PythonImports] = []
    scoped: list[tuple[Node, str | None, frozenset[str], frozenset[str]]] = []
    for node in closure.nodes:
        if node.role is Role.PROGRAM:
            continue
        piece = node.slice
        if isinstance(piece, PeImage):
            found += _of_dlls(node)
        elif isinstance(piece, ElfObject):
            weak = {r.name for r in piece.references if r.weak}
            scoped.append((node, None, _spelled(r.name for r in piece.references), _spelled(weak)))
        elif isinstance(piece, MachoSlice):
            scoped += [(node, *asked, piece.weak_symbols) for asked in _of_macho(piece)]
    found += _from_scope(closure, scoped)
    order = {id(node): index for index, node in enumerate(closure.nodes)}
    return tuple(sorted(found, key=lambda f: (order[id(f.node)], f.library or "")))


def _of_dlls(node: Node) -> Iterator[PythonImports]:
    by_library: dict[str, set[str]] = defaultdict(set)
    for wanted in node.slice.imports:
        dll = python_dll(wanted.library)
        if dll is not None and dll.implementation is Implementation.CPYTHON:
            names = (f"ordinal {s}" if isinstance(s, int) else s for s in wanted.symbols)
            by_library[wanted.library].update(names)
    for library, symbols in by_library.items():
        yield PythonImports(node, library, tuple(sorted(symbols)))


def _of_macho(piece: MachoSlice) -> Iterator[tuple[str | None, frozenset[str]]]:
    yield None, _spelled((*piece.lookup, *piece.program_symbols))
    for wanted in piece.imports:
        if is_python(wanted.library):
            yield wanted.library, _spelled(s for s in wanted.symbols if isinstance(s, str))


def _spelled(names: Iterable[str]) -> frozenset[str]:
    """Keep the names that are spelled as CPython's are."""
    return frozenset(n for n in names if n.startswith(_HEADS) and _NAME.match(n))


def _from_scope(
    closure: Closure, scoped: list[tuple[Node, str | None, frozenset[str], frozenset[str]]]
) -> Iterator[PythonImports]:
    wanted: dict[_Machine, set[str]] = defaultdict(set)
    for node, _, names, _ in scoped:
        wanted[_machine(node)] |= names
    supplied: dict[_Machine, set[str]] = defaultdict(set)
    for node in closure.nodes:
        if machine_wants := wanted.get(_machine(node)):
            supplied[_machine(node)] |= machine_wants & node.slice.exports.names
    missing = _Missing(closure)
    for node, library, names, weak in scoped:
        ours = names if library is not None else names - supplied[_machine(node)]
        if not ours:
            continue
        others = missing.behind(node) if library is None else ()
        needed, optional = tuple(sorted(ours - weak)), tuple(sorted(ours & weak))
        yield PythonImports(node, library, needed, optional, others)


def _machine(node: Node) -> _Machine:
    return node.native.format, node.slice.arch


class _Missing:
    """Which objects need libraries that are neither in the wheel nor part of the system."""

    def __init__(self, closure: Closure) -> None:
        nearest: dict[_Object, set[str]] = defaultdict(set)
        above: dict[_Object, dict[_Object, None]] = defaultdict(dict)
        for edge in closure.distinct:
            importer = edge.importer.member, edge.importer.slice.arch
            if edge.outcome in {Outcome.MISSING, Outcome.EXCLUDED}:
                nearest[importer].add(edge.wanted.library)
            if edge.target is not None:
                above[edge.target.member, edge.target.slice.arch][importer] = None
        self._nearest = {at: tuple(sorted(names)) for at, names in nearest.items()}
        queue = deque(self._nearest)
        while queue:
            at = queue.popleft()
            for importer in above.get(at, ()):
                if importer not in self._nearest:
                    self._nearest[importer] = self._nearest[at]
                    queue.append(importer)

    def behind(self, node: Node) -> tuple[str, ...]:
        """Return those that the nearest object on the way asks for, sorted."""
        return self._nearest.get((node.member, node.slice.arch), ())
