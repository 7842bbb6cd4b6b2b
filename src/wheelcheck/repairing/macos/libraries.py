"""The libraries that a macOS wheel lacks, found on this machine with all they need."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from wheelcheck.binary.macho import read_macho
from wheelcheck.binary.macho_slice import FileType, MachoSlice
from wheelcheck.binary.model import Arch
from wheelcheck.errors import BinaryError
from wheelcheck.platforms.loading import Image
from wheelcheck.platforms.macos.loader import Context
from wheelcheck.platforms.macos.names import Place as DyldPlace
from wheelcheck.platforms.macos.names import Via, candidates, is_system
from wheelcheck.records import field, record
from wheelcheck.repair_options import RepairOptions, split_paths
from wheelcheck.repairing.absences import Absences
from wheelcheck.repairing.plan import Source
from wheelcheck.repairing.search import Place, read_library
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.graph import Node

__all__ = ["Library", "MacFinder", "Target"]


@record(frozen=False, eq=False)
class Library:
    """A library of this machine that will be bundled."""

    source: Source
    filename: str
    slices: tuple[MachoSlice, ...]
    needs: dict[tuple[Arch, str], "Target"] = field(default_factory=dict)
    """By slice and name as it stands there: what serves it."""

    @property
    def path(self) -> str:
        """Where its ``@loader_path`` counts from."""
        return str(self.source.path)

    def of(self, arch: Arch) -> MachoSlice | None:
        """Return its slice for a machine."""
        return next((s for s in self.slices if s.arch is arch), None)


Target = Library | Node
"""What serves an import: a library to bundle, or one that the wheel has."""


class MacFinder:
    """Looks for libraries as dyld would, then by file name where the user says."""

    def __init__(
        self, closure: Closure, options: RepairOptions, environ: Mapping[str, str]
    ) -> None:
        self.sysroot = options.sysroot
        self.first = tuple(Place(folder, "--add-path") for folder in options.add_paths)
        self.last = tuple(
            Place(folder, variable)
            for variable in ("DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
            for folder in split_paths([environ.get(variable, "")])
        )
        self._read: dict[Path, Library | str] = {}
        self._by_content: dict[tuple[str, str], Library] = {}
        self.absences = Absences()
        self._nodes: dict[tuple[str, Arch], Node] = {}
        self._named: dict[tuple[str, Arch], list[Node]] = {}
        self._by_file: dict[tuple[str, Arch], list[Node]] = {}
        for node in closure.nodes:
            piece = node.slice
            if not isinstance(piece, MachoSlice) or piece.file_type is not FileType.LIBRARY:
                continue
            self._nodes[node.install, piece.arch] = node
            leaf = node.install.rpartition("/")[2]
            self._by_file.setdefault((leaf, piece.arch), []).append(node)
            if piece.install_name is not None:
                self._named.setdefault((piece.install_name, piece.arch), []).append(node)

    def find(self, library: str, context: Context, importer: Image, label: str) -> Target | None:
        """Find what serves an import that ends nowhere; remember who lacked it."""
        arch = importer.slice.arch
        own = self._named.get((library, arch))
        if own:
            return own[0]
        searched: list[str] = []
        rejected: list[str] = []
        for place, path in self._paths(library, context, importer):
            if isinstance(path, str):
                node = self._nodes.get((path, arch))
                if node is not None:
                    return node
                continue
            found = self._take(path, place, arch, searched, rejected)
            if found is not None:
                return found
        by_file = self._by_file.get((library.rpartition("/")[2], arch))
        if by_file:
            return by_file[0]
        searched += map(str, self.last)
        for place, beside in self._in(self.last, library):
            found = self._take(beside, place, arch, searched, rejected)
            if found is not None:
                return found
        searched += map(str, self.first)
        self.absences.add(library, label, searched, rejected, arch=arch)
        return None

    def _paths(
        self, library: str, context: Context, importer: Image
    ) -> Iterator[tuple[str, Path | str]]:
        """Yield places, and files of this machine or install paths, in dyld's order."""
        assert isinstance(importer.slice, MachoSlice)
        via = Via(importer.install, importer.slice.rpaths)
        for candidate in candidates(library, (*context.chain, via)):
            if candidate.path.startswith("/"):
                if is_system(candidate.path):
                    continue
                why = "its install name" if candidate.rpath is None else f"rpath {candidate.rpath}"
                if self.sysroot is not None:
                    yield f"{why}, --sysroot", self.sysroot / candidate.path.lstrip("/")
                yield why, Path(candidate.path)
            elif candidate.place is DyldPlace.WHEEL:
                yield "the wheel", candidate.path
        yield from self._in(self.first, library)

    def _in(self, places: tuple[Place, ...], library: str) -> Iterator[tuple[str, Path]]:
        leaf = library.rpartition("/")[2]
        framework = _framework_part(library)
        for place in places:
            if framework is not None:
                yield place.why, place.folder / framework
            yield place.why, place.folder / leaf

    def _take(
        self, path: Path, place: str, arch: Arch, searched: list[str], rejected: list[str]
    ) -> Library | None:
        searched.append(str(path))
        if not path.is_file():
            return None
        real = Path(os.path.realpath(path))
        if real not in self._read:
            self._read[real] = self._judge(real, place)
        judged = self._read[real]
        if isinstance(judged, str):
            rejected.append(f"{path}: {judged}")
            return None
        if judged.of(arch) is None:
            has = ", ".join(s.name for s in judged.slices)
            rejected.append(f"{path}: has code for {has} only, {arch} is needed")
            return None
        return judged

    def _judge(self, path: Path, place: str) -> Library | str:
        """Read a library once; a text says why it cannot be taken."""
        data = read_library(path)
        if isinstance(data, str):
            return data
        try:
            slices = read_macho(data).slices
        except BinaryError as error:
            return str(error)
        images = tuple(s for s in slices if isinstance(s, MachoSlice))
        wrong = _not_loadable(images)
        if wrong is not None:
            return wrong
        digest = hashlib.sha256(data).hexdigest()
        # One library under two names, such as Homebrew's opt and Cellar, is one library.
        return self._by_content.setdefault(
            (digest, path.name), Library(Source(place, path, None, digest), path.name, images)
        )


def _not_loadable(images: tuple[MachoSlice, ...]) -> str | None:
    for image in images:
        if image.file_type is not FileType.LIBRARY:
            return f"no library, but a Mach-O {image.file_type}"
        if image.builds and image.macos is None:
            return f"built for {image.builds[0].platform}, not for macOS"
    return None


def _framework_part(library: str) -> str | None:
    """Return ``Name.framework/...`` of the path of a framework's library."""
    parts = library.split("/")
    at = next((i for i, part in enumerate(parts) if part.endswith(".framework")), None)
    return None if at is None else "/".join(parts[at:])
