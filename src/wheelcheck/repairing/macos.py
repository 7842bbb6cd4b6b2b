"""How the repair of a macOS wheel is planned.

Every import that ends nowhere is looked for; what is found goes into one folder,
``<package>/.dylibs`` or ``<distribution>.dylibs``, as delocate has it, and each
importer names it by ``@loader_path``. Paths of the build machine are taken out of
all images, each library gets an identity of its own, and wrong signatures are
made anew. Slices are planned one by one.
"""

import posixpath
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wheelcheck.binary.macho import FileType, MachoSlice
from wheelcheck.binary.model import Arch, Import, ImportKind
from wheelcheck.closure import Closure
from wheelcheck.errors import RepairError
from wheelcheck.findings import Outcome, Role
from wheelcheck.graph import Edge, Node
from wheelcheck.installation import folder_of
from wheelcheck.patch.codesign import ARM64
from wheelcheck.platforms.loading import Image
from wheelcheck.platforms.macos import MacLoader, is_system
from wheelcheck.platforms.macos.loader import Context
from wheelcheck.repairing.left_out import LeftOut
from wheelcheck.repairing.mac_libraries import Library, MacFinder, Target
from wheelcheck.repairing.mac_tags import fitting_tags, promised_archs, refuse_lacking
from wheelcheck.repairing.options import RepairOptions
from wheelcheck.repairing.plan import Bundle, Content, ImageEdit, Plan, Rewrite
from wheelcheck.repairing.retag import renamed, retagged
from wheelcheck.rules.natives import is_test_data

if TYPE_CHECKING:
    from wheelcheck.wheel import Native, Wheel

__all__ = ["plan_macos"]

_LINKED = (FileType.PROGRAM, FileType.LIBRARY, FileType.BUNDLE)
_HASH_LENGTH = 12  # hex digits
_UNIQUE = "/DLC"
"""Where delocate says that bundled libraries are; there is no such folder."""
_DYLIB_FIELDS, _RPATH_FIELDS = 24, 12


def plan_macos(
    wheel: "Wheel", closure: Closure, options: RepairOptions, environ: Mapping[str, str]
) -> Plan:
    """Plan the repair of a wheel for macOS.

    Args:
        wheel: The wheel as read.
        closure: Its imports, resolved.
        options: What the user wants.
        environ: Where DYLD_LIBRARY_PATH and DYLD_FALLBACK_LIBRARY_PATH are read.

    Raises:
        RepairError: what is demanded cannot be done.
    """
    return _Planner(wheel, closure, options, environ).plan()


class _Planner:
    def __init__(
        self,
        wheel: "Wheel",
        closure: Closure,
        options: RepairOptions,
        environ: Mapping[str, str],
    ) -> None:
        assert closure.macos is not None
        self.wheel = wheel
        self.closure = closure
        self.loader: MacLoader = closure.macos
        self.options = options
        self.finder = MacFinder(closure, options, environ)
        self.left_out = LeftOut(wheel, options.exclude, options.provided_by)
        self.notes: dict[str, None] = {}
        self.platforms = wheel.filename.removesuffix(".whl").rpartition("-")[2].split(".")
        self.archs = promised_archs(self.platforms)
        self._bound: dict[tuple[str, Arch, str], Target] = {}
        """By member, slice and name as it stands there."""
        self._by_context: dict[tuple[str, Arch, str], set[Target]] = defaultdict(set)
        self._provided: dict[str, str] = {}

    def plan(self) -> Plan:
        for edge in self.closure.edges:
            self._visit(edge)
        libraries = self._libraries()
        folder, member_folder = self._folder()
        names = self._names(libraries, folder)
        places = {lib: f"{folder}/{name}" for lib, name in names.items()}
        bundles = tuple(
            sorted(
                (self._bundle(lib, places, f"{member_folder}/{names[lib]}") for lib in libraries),
                key=lambda bundle: bundle.member,
            )
        )
        rewrites = tuple(self._rewrites(places))
        missing = tuple(self.finder.missing())
        platforms: Sequence[str] = self.platforms
        if not missing:
            platforms = self._platforms(libraries)
        self.notes |= dict.fromkeys(self.left_out.unmet())
        output = renamed(self.wheel.filename, platforms)
        contents: list[Content] = []
        if output != self.wheel.filename:
            wheel_file = self.wheel.metadata.get("WHEEL", b"")
            name = f"{self.wheel.dist_info}/WHEEL"
            contents.append(Content(name, retagged(wheel_file, output)))
        return Plan(
            wheel=self.wheel.filename,
            output=output,
            platform="macos",
            bundles=bundles,
            rewrites=rewrites,
            contents=tuple(contents),
            missing=missing,
            excluded=tuple(sorted({*self.left_out.names, *self._provided.values()})),
            notes=(*self.notes, *self.left_out.notes),
        )

    # What is bound to what

    def _visit(self, edge: Edge) -> None:
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
        if key in self._bound and self._bound[key] is not target:
            raise RepairError(
                f"{member} is loaded in two ways that lead to different copies of "
                f"{edge.wanted.library}; build the wheel with one of them"
            )
        self._bound[key] = target
        self.finder.forget(edge.wanted.library, member, piece.arch)
        self._follow(target, edge.context, edge.importer)

    def _find(self, wanted: Import, context: Context, image: Image, label: str) -> Target | None:
        """Return what serves an import; None if it is left out, may be absent or is not found."""
        library = wanted.library
        if self.left_out.covers(library):
            provider = self.left_out.provider(library)
            if provider is not None and provider.folder:
                self._provided[library] = f"{provider.folder}/{library.rpartition('/')[2]}"
            return None
        target = self.finder.find(library, context, image, label)
        if target is None and wanted.kind is ImportKind.WEAK:
            self.finder.forget(library, label, image.slice.arch)
            self.notes[f"{label}: {library} was not found, and may be absent (weak)"] = None
        elif target is None and self.archs and image.slice.arch not in self.archs:
            self.finder.forget(library, label, image.slice.arch)
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
            below = self.loader.below(above, by)
            for wanted in piece.needs:
                key = (arch, wanted.library)
                if key in library.needs:
                    continue
                found = self.loader.resolve(below, image, wanted)
                target: Target | None = None
                if found.outcome is Outcome.WHEEL:
                    target = self._node(found.install, arch)
                elif found.outcome is Outcome.MISSING:
                    target = self._find(wanted, below, image, library.path)
                if target is not None:
                    library.needs[key] = target
                    self.finder.forget(wanted.library, library.path, arch)
                    queue.append((target, below, image))

    def _node(self, install: str | None, arch: Arch) -> Node | None:
        nodes = (n for n in self.closure.nodes if n.install == install and n.slice.arch is arch)
        return next(nodes, None)

    def _libraries(self) -> list[Library]:
        """Return all that is bundled, each once, in the order in which it was found."""
        found: dict[Library, None] = {}
        queue = deque(t for t in self._bound.values() if isinstance(t, Library))
        while queue:
            library = queue.popleft()
            if library not in found:
                found[library] = None
                queue.extend(t for t in library.needs.values() if isinstance(t, Library))
        return list(found)

    # Where it goes, and how it is called there

    def _folder(self) -> tuple[str, str]:
        """Return the folder for bundled libraries, as installed and in the archive."""
        assert self.wheel.name is not None
        packages: dict[str, str] = {}
        for file in self.wheel.files:
            package, _, rest = file.install.partition("/")
            if rest == "__init__.py":
                packages[package] = folder_of(file.member.name)
        own = self.wheel.name.distribution
        chosen = own if own in packages else min(packages, default=None)
        if chosen is None:
            return f"{own}.dylibs", f"{own}.dylibs"
        return f"{chosen}/.dylibs", f"{packages[chosen]}/.dylibs"

    def _names(self, libraries: Sequence[Library], folder: str) -> dict[Library, str]:
        """Name the bundled files: as they are, and where two would be one, with a hash."""
        taken: dict[str, int] = defaultdict(int)
        for file in self.wheel.files:
            if folder_of(file.install).lower() == folder.lower():
                taken[file.install.rpartition("/")[2].lower()] += 1
        for library in libraries:
            taken[library.filename.lower()] += 1
        return {
            library: library.filename
            if taken[library.filename.lower()] == 1
            else _with_hash(library.filename, library.source.sha256)
            for library in libraries
        }

    def _name_for(self, target: Target, importer: str, places: Mapping[Library, str]) -> str:
        """Return how an image installed at ``importer`` asks for a library."""
        path = target.install if isinstance(target, Node) else places[target]
        return _relative(path, importer)

    # What is written

    def _bundle(self, library: Library, places: Mapping[Library, str], member: str) -> Bundle:
        install = places[library]
        edits = []
        for piece in library.slices:
            renames = {}
            for wanted in piece.imports:
                target = library.needs.get((piece.arch, wanted.library)) or next(
                    (t for (_, name), t in library.needs.items() if name == wanted.library), None
                )
                if target is not None:
                    renames[wanted.library] = self._name_for(target, install, places)
                elif wanted.library in self._provided:
                    renames[wanted.library] = _relative(self._provided[wanted.library], install)
            edits.append(_edit(piece, renames))
        named = _identified(library.slices, edits, install, library.source.sha256)
        return Bundle(
            library=library.filename,
            member=member,
            source=library.source,
            renames=_renames(named),
            edits=named,
        )

    def _rewrites(self, places: Mapping[Library, str]) -> Iterator[Rewrite]:
        digests = {f.member.name: f.digests["sha256"].hex() for f in self.wheel.files}
        for native in self.wheel.natives:
            slices = _slices(native)
            if not slices:
                continue
            edits = [_edit(s, self._renamed_in(native, s, places)) for s in slices]
            if is_test_data(native):
                edits = [ImageEdit(libraries=edit.libraries) for edit in edits]
            elif any(s.install_name is not None and _foreign(s.install_name) for s in slices):
                digest = digests[native.name]
                edits = list(_identified(slices, edits, native.install, digest))
            stale = not is_test_data(native) and self._stale(native, slices)
            if stale or any(edit.changes for edit in edits):
                yield Rewrite(native.name, _renames(edits), tuple(edits))

    def _renamed_in(
        self, native: "Native", piece: MachoSlice, places: Mapping[Library, str]
    ) -> dict[str, str]:
        renames = {}
        for wanted in piece.imports:
            target = self._bound.get((native.name, piece.arch, wanted.library))
            provided = self._provided.get(wanted.library)
            if target is None and provided is None:
                continue
            if native.install.startswith("{"):
                raise RepairError(
                    f"{native.name} is installed outside of site-packages, from where no relative "
                    f"path leads to {wanted.library}; link it statically, or start it by a Python "
                    "entry point from inside the package"
                )
            if target is not None:
                renames[wanted.library] = self._name_for(target, native.install, places)
            elif provided is not None:
                renames[wanted.library] = _relative(provided, native.install)
        return renames

    def _stale(self, native: "Native", slices: Iterable[MachoSlice]) -> bool:
        """Tell whether a signature must be made anew even if nothing else changes."""
        stale = False
        for piece in slices:
            absent = not piece.signature.present and piece.cputype == ARM64
            if absent or piece.signature.fault is not None:
                stale = True
                why = "no signature" if absent else f"a wrong signature ({piece.signature.fault})"
                self.notes[f"{native.name} ({piece.name}) has {why}; it is signed anew"] = None
        return stale

    # What the result promises

    def _platforms(self, libraries: Iterable[Library]) -> tuple[str, ...]:
        files: dict[str, tuple[MachoSlice, ...]] = {}
        for native in self.wheel.natives:
            if not is_test_data(native) and (slices := _slices(native)):
                files[native.name] = slices
        for library in libraries:
            files[str(library.source)] = library.slices
        refuse_lacking(self.options.require_archs, files)
        images = [(label, piece) for label, slices in files.items() for piece in slices]
        platforms = fitting_tags(self.platforms, images, self.options.target_macos)
        if platforms != tuple(self.platforms):
            self.notes[f"tagged {'.'.join(platforms)}, was {'.'.join(self.platforms)}"] = None
        return platforms


def _slices(native: "Native") -> tuple[MachoSlice, ...]:
    if native.binary is None:
        return ()
    slices = tuple(s for s in native.binary.slices if isinstance(s, MachoSlice))
    return slices if all(s.file_type in _LINKED for s in slices) else ()


def _edit(piece: MachoSlice, renames: Mapping[str, str]) -> ImageEdit:
    return ImageEdit(
        libraries=tuple(sorted(_told_apart(piece, renames).items())),
        dropped_rpaths=tuple(dict.fromkeys(filter(_foreign, piece.rpaths))),
    )


def _told_apart(piece: MachoSlice, renames: Mapping[str, str]) -> dict[str, str]:
    """Spell a library that two names led to in two ways.

    No load command may go, and dyld refuses equal ones in what was linked for macOS 15 or later.
    """
    taken = {wanted.library for wanted in piece.imports if wanted.library not in renames}
    result: dict[str, str] = {}
    for wanted in piece.imports:
        new = renames.get(wanted.library)
        if new is None or wanted.library in result:
            continue
        while new in taken:
            new = new.replace("@loader_path/", "@loader_path/./", 1)
        taken.add(new)
        result[wanted.library] = new
    return result


def _foreign(path: str) -> bool:
    """Tell whether a path belongs to the machine that built the wheel."""
    return path.startswith("/") and not is_system(f"{path}/x") and not path.startswith(_UNIQUE)


def _relative(path: str, importer: str) -> str:
    return f"@loader_path/{posixpath.relpath(path, folder_of(importer) or '.')}"


def _with_hash(filename: str, sha256: str) -> str:
    stem, dot, suffix = filename.rpartition(".")
    if not dot:
        return f"{filename}-{sha256[:_HASH_LENGTH]}"
    return f"{stem}-{sha256[:_HASH_LENGTH]}.{suffix}"


def _renames(edits: Iterable[ImageEdit]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({row for edit in edits for row in edit.libraries}))


def _identified(
    slices: Sequence[MachoSlice], edits: Sequence[ImageEdit], install: str, sha256: str
) -> tuple[ImageEdit, ...]:
    """Give each slice that has an identity a unique one, as telling as the header has room for."""
    name = install.rpartition("/")[2]
    choices = [f"{_UNIQUE}/{install}"]
    choices += [f"{_UNIQUE}/{sha256[:_HASH_LENGTH]}/{name}", f"{_UNIQUE}/{sha256[:_HASH_LENGTH]}"]
    for choice in choices:
        named = tuple(
            replace(edit, install_name=choice) if piece.install_name not in (None, choice) else edit
            for piece, edit in zip(slices, edits, strict=True)
        )
        if all(_growth(p, e) <= max(p.room, 0) for p, e in zip(slices, named, strict=True)):
            break
    return named


def _growth(piece: MachoSlice, edit: ImageEdit) -> int:
    """Return the bytes by which the load commands grow."""
    renames = dict(edit.libraries)
    growth = sum(
        _size(renames[i.library], _DYLIB_FIELDS) - _size(i.library, _DYLIB_FIELDS)
        for i in piece.imports
        if i.library in renames
    )
    if edit.install_name is not None and piece.install_name is not None:
        growth += _size(edit.install_name, _DYLIB_FIELDS) - _size(piece.install_name, _DYLIB_FIELDS)
    return growth - sum(
        _size(rpath, _RPATH_FIELDS) for rpath in piece.rpaths if rpath in edit.dropped_rpaths
    )


def _size(name: str, fields: int) -> int:
    return -(-(fields + len(name.encode("utf-8", "backslashreplace")) + 1) // 8) * 8
