"""The walk along the imports of native objects.

A loader's search depends on what was loaded first: Windows looks in the folder
of the extension for everything that extension needs, ELF and Mach-O inherit
rpaths. So the walk starts at each root (what ``import`` or a shell can load)
and takes the root's *context* along. Contexts that cannot differ in what they
find share their answers, so the cost follows the number of imports.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from wheelcheck.binary.model import Arch, Format, Import, Slice
from wheelcheck.errors import UnreadableError
from wheelcheck.expectations import Expectations, ExternalLibrary
from wheelcheck.findings import NotChecked, Outcome, Role
from wheelcheck.installation import SCRIPTS, install_path
from wheelcheck.platforms.loading import Found, Loader
from wheelcheck.reading.earlier_repairs import provided_libraries
from wheelcheck.records import replace
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Edge, Node
from wheelcheck.resolving.roles import nodes_of
from wheelcheck.wheel import Native, Wheel

if TYPE_CHECKING:
    from wheelcheck.platforms.linux.loader import LinuxLoader
    from wheelcheck.platforms.macos.loader import MacLoader
    from wheelcheck.platforms.windows.loader import WindowsLoader

__all__ = ["OpenLoader", "resolve_by", "resolve_natives"]

_Context = TypeVar("_Context", bound=Hashable)
_Carried = TypeVar("_Carried", bound=Hashable)
_MOST_CONTEXTS = 64
"""Ways to load one object that are looked at; search paths multiply in hostile wheels."""
# Each context may look at each import anew; no true wheel comes near.
_MOST_WORK = 200_000
_SYMBOLS_PER_EDGE = 50


class OpenLoader(Loader[_Carried], Protocol[_Carried]):
    """A loader that reads files besides those of the wheel."""

    def opened(self) -> Sequence[Native]:
        """Return the files that it ended in so far, in order; it only grows."""


def resolve_natives(wheel: Wheel, external: Expectations) -> Closure:
    """Do the work of :func:`wheelcheck.resolving.closure.resolve`."""
    nodes = tuple(nodes_of(wheel.natives))
    walk = _Walk(wheel.filename)
    windows = _windows_loader(wheel, nodes)
    if windows is not None:
        walk.run([n for n in nodes if n.native.format is Format.PE], windows)
    macos = _mac_loader(wheel)
    if macos is not None:
        walk.run([n for n in nodes if n.native.format is Format.MACHO], macos)
    edges = walk.edges
    linux = _linux_loader(wheel, nodes)
    if linux is not None:
        from wheelcheck.resolving.elf_scope import settle_loaded

        elf = [n for n in nodes if n.native.format is Format.ELF]
        walk.run(elf, linux)
        edges, complete = settle_loaded(edges, elf, linux)
        if not complete:
            walk.not_checked["dependencies"] = (
                "which libraries are loaded in time was not followed to the end; what is left "
                "undecided counts as met"
            )
    said = provided_libraries(wheel)
    if said or external.external:
        edges = _left_to_others(edges, replace(external, external=(*external.external, *said)))
    return Closure(
        nodes=nodes,
        edges=tuple(edges),
        parents=walk.parents,
        roots=tuple(walk.roots),
        entry_points=frozenset(walk.entry_points),
        not_checked=tuple(NotChecked(*item) for item in walk.not_checked.items()),
        windows=windows,
        linux=linux,
        macos=macos,
    )


def resolve_by(wheel: Wheel, format_: Format, loader: OpenLoader[_Context]) -> Closure:
    """Resolve the imports of all native objects of one format by a loader of the caller's.

    Such a loader may end in files that are not the wheel's; what these need is resolved, too.

    Raises:
        UnreadableError: there are too many ways to come from one to the other.
    """
    own = tuple(nodes_of(wheel.natives))
    nodes = [node for node in own if node.native.format is format_]
    known = 0
    while True:
        walk = _Walk(wheel.filename)
        walk.run(nodes, loader)
        opened = tuple(loader.opened())
        if len(opened) == known:
            break
        # What was just opened needs others in turn, so the walk is made anew.
        nodes += nodes_of(opened[known:])
        known = len(opened)
    return Closure(
        nodes=(*own, *nodes_of(opened)),
        edges=tuple(walk.edges),
        parents=walk.parents,
        roots=tuple(walk.roots),
        entry_points=frozenset(walk.entry_points),
        not_checked=tuple(NotChecked(*item) for item in walk.not_checked.items()),
        windows=None,
    )


def _left_to_others(edges: Iterable[Edge], expectations: Expectations) -> list[Edge]:
    """Exclude what is missing and comes from elsewhere."""
    entries: dict[str, ExternalLibrary | None] = {}
    found: list[Edge] = []
    for edge in edges:
        library = edge.wanted.library
        if library not in entries:
            entries[library] = expectations.external_for(library)
        entry = entries[library]
        if entry is not None and edge.outcome is Outcome.MISSING:
            reason = f"brought by {entry.provider or 'the user'}, according to {entry.source}"
            excluded = Found(
                Outcome.EXCLUDED, None, reason, edge.found.searched, provider=entry.provider
            )
            edge = replace(edge, found=excluded)  # noqa: PLW2901 (the same edge, ended)
        found.append(edge)
    return found


class _Walk:
    """A breadth-first walk that gathers edges and where each member was met first."""

    def __init__(self, wheel: str) -> None:
        self.wheel = wheel
        """What to call it in messages."""
        self._work = 0
        self._needs: dict[int, tuple[Import, ...]] = {}
        self.edges: list[Edge] = []
        self.roots: list[Node] = []
        self.parents: dict[str, str | None] = {}
        self.entry_points: set[str] = set()
        self.not_checked: dict[str, str] = {}
        """Why, by what was not followed to its end."""

    def run(self, nodes: list[Node], loader: Loader[_Context]) -> None:
        """Walk from modules and scripts, then from the programs and libraries that are left."""
        by_install: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            by_install[node.install].append(node)
        seen: dict[tuple[str, Arch], set[Hashable]] = defaultdict(set)
        for node in nodes:
            script = node.role is Role.PROGRAM and node.install.startswith(SCRIPTS)
            if script or node.role is Role.MODULE:
                self._from(node, loader, by_install, seen)
        self.entry_points |= set(self.parents)
        for node in nodes:
            if (node.install, node.slice.arch) not in seen:
                self._from(node, loader, by_install, seen)

    def _from(
        self,
        root: Node,
        loader: Loader[_Context],
        by_install: Mapping[str, list[Node]],
        seen: dict[tuple[str, Arch], set[Hashable]],
    ) -> None:
        self.roots.append(root)
        self.parents.setdefault(root.member, None)
        queue = deque([(root, loader.start(root))])
        while queue:
            node, context = queue.popleft()
            contexts = seen[node.install, node.slice.arch]
            if context in contexts:
                continue
            if len(contexts) >= _MOST_CONTEXTS:
                self.not_checked[node.member] = (
                    f"it is loaded in more than {_MOST_CONTEXTS} ways; the first ones were followed"
                )
                continue
            contexts.add(context)
            below = loader.below(context, node)
            for wanted in self._needs_of(node.slice):
                found = loader.resolve(context, node, wanted)
                target = _same_arch(node, by_install.get(found.install or "", ()))
                self.edges.append(Edge(node, wanted, found, target, root, context))
                if target is not None:
                    self.parents.setdefault(target.member, node.member)
                    queue.append((target, below))

    def _needs_of(self, piece: Slice) -> tuple[Import, ...]:
        """Return what a slice needs, and count what looking for it costs."""
        needs = self._needs.get(id(piece))
        if needs is None:
            needs = self._needs[id(piece)] = piece.needs
        self._work += sum(1 + len(wanted.symbols) // _SYMBOLS_PER_EDGE for wanted in needs)
        if self._work > _MOST_WORK:
            raise UnreadableError(
                f"{self.wheel}: its native objects import each other in too many ways"
            )
        return needs


def _same_arch(importer: Node, slices: Sequence[Node]) -> Node | None:
    """Return the slice for the importer's machine, or the first where none is."""
    same = (node for node in slices if node.slice.arch is importer.slice.arch)
    return next(same, slices[0] if slices else None)


def _windows_loader(wheel: Wheel, nodes: Iterable[Node]) -> "WindowsLoader | None":
    if not _is_for(wheel, "win"):
        return None
    from wheelcheck.platforms.windows.folders import known_folders
    from wheelcheck.platforms.windows.loader import WindowsLoader
    from wheelcheck.platforms.windows.target import WindowsTarget

    target = WindowsTarget.from_tags(wheel.tag_set)
    if target is None:
        return None
    images = [n for n in nodes if n.native.format is Format.PE]
    sources = [
        (member, install_path(member, wheel.data_folder), loading)
        for member, loading in sorted(wheel.dll_loading.items())
    ]
    installs = [n.install for n in images]
    imported = {wanted.library for n in images for wanted in n.slice.needs}
    return WindowsLoader(installs, imported, known_folders(installs, sources), target)


def _mac_loader(wheel: Wheel) -> "MacLoader | None":
    if not _is_for(wheel, "macosx"):
        return None
    from wheelcheck.binary.macho_slice import MachoSlice
    from wheelcheck.platforms.macos.loader import MacLoader
    from wheelcheck.platforms.macos.tags import read_mac_tag

    if all(read_mac_tag(tag.platform) is None for tag in wheel.tag_set):
        return None
    images: dict[str, frozenset[str]] = {}
    for native in wheel.natives:
        if native.format is Format.MACHO:
            slices = native.binary.slices if native.binary is not None else ()
            names = (s.install_name for s in slices if isinstance(s, MachoSlice))
            images[native.install] = frozenset(filter(None, names))
    return MacLoader(images.items())


def _linux_loader(wheel: Wheel, nodes: Iterable[Node]) -> "LinuxLoader | None":
    if not _is_for(wheel, "linux", "manylinux", "musllinux", "android"):
        return None
    from wheelcheck.platforms.linux.loader import LinuxLoader
    from wheelcheck.platforms.linux.target import LinuxTarget

    elf = [n for n in nodes if n.native.format is Format.ELF]
    target = LinuxTarget.from_wheel(wheel.tag_set, elf)
    return None if target is None else LinuxLoader(elf, target)


def _is_for(wheel: Wheel, *starts: str) -> bool:
    """Tell whether a platform tag starts so; what does not is not even looked at."""
    return any(tag.platform.startswith(starts) for tag in wheel.tag_set)
