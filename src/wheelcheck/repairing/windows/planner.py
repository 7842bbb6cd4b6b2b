"""How the repair of a Windows wheel is planned.

Every import that ends nowhere is looked for; what is found is bundled where
the load that needs it finds it, under a name that no other wheel can hold, and
each importer is bound to that very file.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Format, Import, ImportKind
from wheelcheck.errors import RepairError
from wheelcheck.findings import Role
from wheelcheck.platforms.windows.loader import Context
from wheelcheck.repair_options import RepairOptions
from wheelcheck.repairing.left_out import LeftOut
from wheelcheck.repairing.plan import Bundle, Plan, Rewrite
from wheelcheck.repairing.search import SearchPath
from wheelcheck.repairing.windows.companions import companions_of
from wheelcheck.repairing.windows.gaps import gaps
from wheelcheck.repairing.windows.libraries import Dll, Finder, renamed
from wheelcheck.repairing.windows.packages import Packages
from wheelcheck.repairing.windows.patching import patched_sources
from wheelcheck.repairing.windows.preloads import Preloads, patches_for
from wheelcheck.repairing.windows.spots import Spot, Spots
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Edge

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["plan_windows"]


def plan_windows(
    wheel: "Wheel",
    closure: Closure,
    search: SearchPath,
    *,
    read_member: Callable[[str], bytes],
    options: RepairOptions,
) -> Plan:
    """Plan the repair of a wheel for Windows.

    Args:
        wheel: The wheel as read.
        closure: Its imports, resolved.
        search: Where to look on this machine.
        read_member: Gives the bytes of a member: of sources that may be
            patched, and of libraries that lie where Windows does not look.
        options: What the user wants.

    Raises:
        RepairError: a library that was found cannot be read, or there is no
            place for one.
    """
    return _Planner(wheel, closure, search, read_member, options).plan()


class _Planner:
    def __init__(
        self,
        wheel: "Wheel",
        closure: Closure,
        search: SearchPath,
        read_member: Callable[[str], bytes],
        options: RepairOptions,
    ) -> None:
        assert closure.windows is not None
        self.wheel = wheel
        self.target = closure.windows.target
        self.search = search
        self.options = options
        self.read_member = read_member
        self.left_out = LeftOut(wheel, options.exclude, options.provided_by)
        self.finder = Finder(wheel, closure.windows, search, read_member, options, self.left_out)
        self.gaps = [
            edge
            for edge in gaps(closure, closure.windows)
            if not self.left_out.covers(edge.wanted.library)
        ]
        self.packages = Packages(wheel, read_member, options.namespace_packages)
        self.spots = Spots(
            wheel,
            [node for node in closure.nodes if node.native.format is Format.PE],
            self.packages,
            options,
            {_context(e).folder for e in self.gaps if _context(e).role is Role.MODULE},
        )
        # importer -> imported name -> library; spot -> name in lower case -> library
        self.bound: dict[str, dict[str, Dll]] = {}
        self.placed: dict[Spot, dict[str, Dll]] = {}
        self.importers: dict[str, tuple[Import, ...]] = {}
        self.preloads = Preloads()
        self.notes: dict[str, None] = {}

    def plan(self) -> Plan:
        # Where a folder is shared, its name counts: see Spot.salt.
        for edge in sorted(self.gaps, key=lambda edge: not self._spot(edge).salt):
            self._serve(edge)
        for name in self.options.include:
            self._include(name)
        bundles = tuple(self._bundles())
        patches = patches_for(self.preloads, self.placed, self.spots, self.target)
        # What cannot be patched shall be known before anything is written.
        for _ in patched_sources(patches, self.read_member):
            pass
        return Plan(
            wheel=self.wheel.filename,
            output=self.wheel.filename,
            platform="windows",
            bundles=bundles,
            rewrites=tuple(
                Rewrite(member, renamed(self.importers[member], needs))
                for member, needs in sorted(self.bound.items())
            ),
            patches=patches,
            strip=self.options.strip,
            missing=tuple(self.finder.absences.missing()),
            excluded=tuple(sorted(self.left_out.names)),
            provided=tuple(sorted(self.left_out.provided.items())),
            notes=(
                *self.finder.notes,
                *self.notes,
                *self.preloads.notes,
                *self.left_out.notes,
                *self.left_out.unmet(),
            ),
        )

    def _spot(self, edge: Edge) -> Spot:
        context = _context(edge)
        return self.spots.of(context.folder, context.role)

    def _serve(self, edge: Edge) -> None:
        """Find the library that an import lacks, and put it where the load looks."""
        context = _context(edge)
        spot = self._spot(edge)
        member = edge.importer.member
        found = self.finder.find(edge.wanted.library, context, member, spot.salt)
        if found is None:
            return
        needs = self.bound.setdefault(member, {})
        first = needs.setdefault(edge.wanted.library.lower(), found)
        if first.closure != found.closure:
            raise RepairError(
                f"{member} is loaded from two folders that need different copies of "
                f"{edge.wanted.library}; bundle it by hand or build the wheel with one of them"
            )
        # It can be bound to one name only, which then serves both folders.
        found = first
        self.importers[member] = edge.importer.slice.needs
        # A program's delay loads look beside the program, wherever else it is loaded from.
        if edge.wanted.kind is ImportKind.DELAY and context.role is not Role.PROGRAM:
            self.preloads.add(spot, context.folder, found)
        self._place(spot, context, found)

    def _include(self, name: str) -> None:
        """Put a library that nothing imports where the others are, under its own name."""
        spot, folders = self.spots.for_included()
        context = self.finder.loader.context(folders[0] if folders else "", Role.MODULE)
        path = spot.installs(name).lower()
        if any(native.install.lower() == path for native in self.wheel.natives):
            self.notes[f"{name} (--include) is in the wheel already"] = None
            return
        found = self.finder.find(name, context, "--include", spot.salt)
        if found is None:
            return
        self._place(spot, context, found)
        for folder in folders:
            self.preloads.add(spot, folder, found)

    def _place(self, spot: Spot, context: Context, candidate: Dll) -> None:
        """Put a library and all it needs into a folder."""
        held = self.placed.setdefault(spot, {})
        if context.role is Role.MODULE:
            self.preloads.opens(spot, context.folder)
        queue, seen = deque([candidate]), set[int]()
        while queue:
            current = queue.popleft()
            if id(current) in seen:
                continue
            seen.add(id(current))
            held.setdefault(current.bundled_name.lower(), current)
            if context.role is not Role.PROGRAM:
                for delayed in current.delayed:
                    self.preloads.add(spot, context.folder, delayed)
            queue.extend(current.needs.values())

    def _bundles(self) -> Iterator[Bundle]:
        """Yield what is new in the wheel; what is in its place already is bound there."""
        there = {file.install.lower(): file.member.name for file in self.wheel.files}
        for spot, libraries in sorted(self.placed.items(), key=lambda item: item[0].install):
            new: list[Dll] = []
            for _, candidate in sorted(libraries.items()):
                member = there.get(spot.installs(candidate.bundled_name).lower())
                if member is None:
                    new.append(candidate)
                    yield Bundle(
                        library=candidate.filename,
                        member=spot.holds(candidate.bundled_name),
                        source=candidate.source,
                        renames=candidate.renames(),
                    )
                elif candidate.source.member == member:
                    if candidate.needs:
                        self.bound.setdefault(member, {}).update(candidate.needs)
                        self.importers[member] = candidate.image.needs
                elif candidate.keeps_name:
                    raise RepairError(
                        f"{member} has the name under which {candidate.source} is to be bundled; "
                        "let it be renamed, or take one of them away"
                    )
            yield from companions_of(new, spot, self.search, self.options, self.notes)
            for candidate in new:
                if candidate.keeps_name:
                    self.notes[
                        f"{candidate.filename} keeps its name: if another wheel brings a DLL of "
                        "that name, a process uses whichever was loaded first for both"
                    ] = None


def _context(edge: Edge) -> Context:
    assert isinstance(edge.context, Context)
    return edge.context
