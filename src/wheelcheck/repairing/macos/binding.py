"""Which library serves each import of a macOS wheel that ends nowhere."""

from collections import deque
from collections.abc import Iterable

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Arch, Import, ImportKind
from wheelcheck.errors import RepairError
from wheelcheck.findings import Outcome, Role
from wheelcheck.platforms.loading import Image
from wheelcheck.platforms.macos.loader import Context
from wheelcheck.repairing.left_out import LeftOut
from wheelcheck.repairing.macos.libraries import Library, MacFinder, Target
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Edge, Node

__all__ = ["Binding"]


class Binding:
    """Serves edges one by one, slice by slice."""

    def __init__(
        self, closure: Closure, finder: MacFinder, left_out: LeftOut, archs: Iterable[Arch]
    ) -> None:
        """Take the machines that the tags promise, too; what others lack may be absent."""
        assert closure.macos is not None
        self.bound: dict[tuple[str, Arch, str], Target] = {}
        """By member, slice and name as it stands there."""
        self.provided: dict[str, str] = {}
        """By name: where another distribution installs it."""
        self.notes: dict[str, None] = {}
        self._closure = closure
        self._loader = closure.macos
        self._finder = finder
        self._left_out = left_out
        self._archs = frozenset(archs)

    def serve(self, edge: Edge) -> None:
        """Bind an import, if it ends nowhere and something serves it.

        Raises:
            RepairError: it would have to be bound to two different libraries.
        """
        piece = edge.importer.slice
        if not isinstance(piece, MachoSlice) or not isinstance(edge.context, Context):
            return
        if edge.outcome is Outcome.PYTHON:
            self.notes[
                f"{edge.importer.member} loads {edge.wanted.library}; the library of an "
                "interpreter is never bundled, link the extension without it"
            ] = None
        if edge.outcome is not Outcome.MISSING:
            return
        member = edge.importer.member
        target = self._find(edge.wanted, edge.context, edge.importer, member)
        if target is None:
            return
        key = (member, piece.arch, edge.wanted.library)
        if key in self.bound and self.bound[key] is not target:
            raise RepairError(
                f"{member} is loaded in two ways that lead to different copies of "
                f"{edge.wanted.library}; build the wheel with one of them"
            )
        self.bound[key] = target
        self._finder.absences.drop(edge.wanted.library, member, piece.arch)
        self._follow(target, edge.context, edge.importer)

    def libraries(self) -> list[Library]:
        """Return all that is bundled, each once, in the order in which it was found."""
        found: dict[Library, None] = {}
        queue = deque(t for t in self.bound.values() if isinstance(t, Library))
        while queue:
            library = queue.popleft()
            if library not in found:
                found[library] = None
                queue.extend(t for t in library.needs.values() if isinstance(t, Library))
        return list(found)

    def _find(self, wanted: Import, context: Context, image: Image, label: str) -> Target | None:
        """Return what serves an import; None if it is left out, may be absent or is not found."""
        library = wanted.library
        if self._left_out.covers(library):
            provider = self._left_out.provider(library)
            # Without a folder it is found under its own name once its distribution loaded it.
            if provider is not None and provider.folder is not None:
                self.provided[library] = f"{provider.folder}/{library.rpartition('/')[2]}"
            return None
        target = self._finder.find(library, context, image, label)
        if target is None and wanted.kind is ImportKind.WEAK:
            self._finder.absences.drop(library, label, image.slice.arch)
            self.notes[f"{label}: {library} was not found, and may be absent (weak)"] = None
        elif target is None and self._archs and image.slice.arch not in self._archs:
            self._finder.absences.drop(library, label, image.slice.arch)
            self.notes[
                f"{label}: {library} was not found for {image.slice.arch}, which the tag does not "
                "promise"
            ] = None
        return target

    def _follow(self, first: Target, context: Context, importer: Image) -> None:
        """Find all that a library of this machine needs in turn, for the importer's machine."""
        queue: deque[tuple[Target, Context, Image]] = deque([(first, context, importer)])
        while queue:
            library, above, by = queue.popleft()
            if isinstance(library, Node):
                continue
            arch = by.slice.arch
            piece = library.of(arch)
            if piece is None:
                continue
            image = Image(library.path, Role.LIBRARY, piece)
            below = self._loader.below(above, by)
            for wanted in piece.needs:
                key = (arch, wanted.library)
                if key in library.needs:
                    continue
                found = self._loader.resolve(below, image, wanted)
                target: Target | None = None
                if found.outcome is Outcome.WHEEL:
                    target = self._node(found.install, arch)
                elif found.outcome is Outcome.MISSING:
                    target = self._find(wanted, below, image, library.path)
                if target is not None:
                    library.needs[key] = target
                    self._finder.absences.drop(wanted.library, library.path, arch)
                    queue.append((target, below, image))

    def _node(self, install: str | None, arch: Arch) -> Node | None:
        nodes = (n for n in self._closure.nodes if n.install == install and n.slice.arch is arch)
        return next(nodes, None)
