"""Which library serves each import of a Linux wheel that ends nowhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Libc
from wheelcheck.errors import RepairError
from wheelcheck.findings import Outcome
from wheelcheck.platforms.linux.verdict import Demand
from wheelcheck.records import field, record
from wheelcheck.repairing.left_out import LeftOut, provider_folder
from wheelcheck.repairing.linux.libraries import ElfFinder, SharedObject
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Edge, Node

__all__ = ["Binding", "Served", "elf_of"]


@record(frozen=False, eq=False)
class Served:
    """What the needed names of one object lead to, where they have to be bound anew."""

    bundled: dict[str, SharedObject] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    """To install paths of the wheel, where the loader does not look."""
    outside: dict[str, str] = field(default_factory=dict)
    """To folders of other distributions."""
    python: set[str] = field(default_factory=set)
    """libpython, which is no longer asked for."""

    @property
    def anywhere(self) -> bool:
        """Whether a path must lead to something."""
        return bool(self.bundled or self.inside or self.outside)


class Binding:
    """Serves edges one by one, and places what is bundled for them."""

    def __init__(
        self,
        closure: Closure,
        finders: Mapping[Arch, ElfFinder],
        left_out: LeftOut,
        libs: str,
    ) -> None:
        assert closure.linux is not None
        self.target = closure.linux.target
        self.nodes = {n.member: n for n in closure.nodes if isinstance(n.slice, ElfObject)}
        self.libs = libs
        """The folder for bundled libraries."""
        self.served: defaultdict[str, Served] = defaultdict(Served)
        """By member."""
        self.placed: dict[str, SharedObject] = {}
        """What is bundled, by its new name."""
        self.notes: dict[str, None] = {}
        self._closure = closure
        self._finders = finders
        self._left_out = left_out

    def serve(self, edge: Edge) -> None:
        """Decide what an import is bound to, if it has to be bound anew.

        Raises:
            RepairError: it would have to be bound to two different libraries.
        """
        node, name = edge.importer, edge.wanted.library
        if node.member not in self.nodes:
            return
        if edge.outcome is Outcome.PYTHON:
            if self.target.libc is not Libc.BIONIC:
                self.served[node.member].python.add(name)
            return
        finder = self._finders.get(node.slice.arch)
        if not _ends_nowhere(edge, finder):
            return
        if self._left_out.covers(name):
            provider = self._left_out.provider(name)
            if provider is not None:
                self.served[node.member].outside[name] = provider_folder(provider, name)
        elif (there := self._in_wheel(edge)) is not None:
            self.served[node.member].inside[name] = there
        elif finder is not None:
            self._bundle(edge, finder)

    def include(self, name: str) -> None:
        """Bundle a library that nothing imports, under its own name."""
        if any(n.install == f"{self.libs}/{name}" for n in self.nodes.values()):
            self.notes[f"{name} (--include) is in the wheel already"] = None
            return
        [finder, *_] = self._finders.values()
        found = finder.find(name, "--include", (), ())
        if found is not None:
            self._place(found)

    def demands(self) -> Iterator[Demand]:
        """Yield what each object of the result asks of the system."""
        ends: dict[str, set[str]] = {}
        for edge in self._closure.edges:
            if edge.outcome in {Outcome.WHEEL, Outcome.EXCLUDED, Outcome.DRIVER, Outcome.PYTHON}:
                ends.setdefault(edge.importer.member, set()).add(edge.wanted.library)
        excluded = self._left_out.names
        for member, node in self.nodes.items():
            own = self.served.get(member, Served())
            names = {*ends.get(member, ()), *own.bundled, *own.inside, *own.python, *excluded}
            yield Demand(member, elf_of(node), frozenset(names), frozenset())
        for name, library in self.placed.items():
            names = {*library.needs, *library.python, *excluded}
            yield Demand(f"{self.libs}/{name}", library.elf, frozenset(names), frozenset())

    def _bundle(self, edge: Edge, finder: ElfFinder) -> None:
        member, name = edge.importer.member, edge.wanted.library
        found = finder.find(name, member, *self._paths(edge))
        if found is None:
            return
        first = self.served[member].bundled.setdefault(name, found)
        if first is not found:
            raise RepairError(
                f"{member} is loaded in two ways that lead to different copies of {name}: "
                f"{first.source} and {found.source}; choose with --add-path"
            )
        self._place(found)

    def _in_wheel(self, edge: Edge) -> str | None:
        """Return a file of the wheel that bears the name where the loader does not look."""
        last = edge.wanted.library.rpartition("/")[2]
        for install in edge.found.elsewhere:
            node = next(n for n in self.nodes.values() if n.install == install)
            same = node.slice.arch is edge.importer.slice.arch
            if same and install.rpartition("/")[2] == last and not install.startswith("{"):
                return install
        return None

    def _paths(self, edge: Edge) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the absolute folders of RPATH, what is handed down included, and of RUNPATH."""
        own = elf_of(edge.importer)
        chain = [self.nodes[m] for m in reversed(self._closure.chain(edge.importer.member))]
        handed = [
            folder
            for node in chain
            if elf_of(node).runpath is None
            for folder in _absolute(elf_of(node).rpath)
        ]
        runpath = tuple(_absolute(own.runpath))
        return (() if own.runpath is not None else tuple(dict.fromkeys(handed))), runpath

    def _place(self, library: SharedObject) -> None:
        """Put a library and all it needs into the folder."""
        queue = [library]
        while queue:
            current = queue.pop()
            other = self.placed.setdefault(current.bundled_name, current)
            if other.source.sha256 != current.source.sha256:
                raise RepairError(
                    f"{other.source} and {current.source} cannot both keep the name "
                    f"{current.bundled_name}; let them be renamed"
                )
            if other is current:
                queue += [c for c in current.needs.values() if c.bundled_name not in self.placed]


def _ends_nowhere(edge: Edge, finder: ElfFinder | None) -> bool:
    """Tell whether an import is missing, or on the systems of a policy that is not asked for."""
    if edge.outcome is Outcome.SYSTEM:
        return finder is not None and not finder.is_system(edge.wanted.library)
    return edge.outcome is Outcome.MISSING


def elf_of(node: Node) -> ElfObject:
    """Return the ELF object of a node that is known to be one."""
    assert isinstance(node.slice, ElfObject)
    return node.slice


def _absolute(text: str | None) -> Iterator[str]:
    return (entry for entry in (text or "").split(":") if entry.startswith("/"))
