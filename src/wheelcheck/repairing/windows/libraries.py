"""The libraries that a Windows wheel lacks, found on this machine with all they need."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Import, ImportKind
from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.errors import BinaryError
from wheelcheck.findings import Outcome
from wheelcheck.platforms.windows.loader import Context, WindowsLoader
from wheelcheck.platforms.windows.target import can_load
from wheelcheck.records import field, record
from wheelcheck.repair_options import RepairOptions
from wheelcheck.repairing.absences import Absences
from wheelcheck.repairing.candidate import Candidate
from wheelcheck.repairing.left_out import LeftOut
from wheelcheck.repairing.plan import Source
from wheelcheck.repairing.search import SearchPath, read_library

if TYPE_CHECKING:
    from wheelcheck.wheel import Native, Wheel

__all__ = ["Dll", "Finder", "renamed"]


@record(frozen=False, eq=False, kw_only=True)
class Dll(Candidate):
    """A DLL that was found; the names of its ``needs`` are in lower case."""

    image: PeImage
    in_wheel: set[str] = field(default_factory=set)
    """Imported names in lower case that a library of the wheel serves."""

    def _named(self, digest: str) -> str:
        stem, _, suffix = self.filename.rpartition(".")
        return f"{stem}-{digest}.{suffix.lower()}"

    @property
    def delayed(self) -> Iterator["Dll"]:
        """The bundled libraries that it loads only when a function of theirs is called."""
        for wanted in self.image.imports:
            if wanted.kind is ImportKind.DELAY and wanted.library.lower() in self.needs:
                yield self.needs[wanted.library.lower()]

    def renames(self) -> tuple[tuple[str, str], ...]:
        """The imports to rewrite in it.

        If it restricts the search for what it imports (DependentLoadFlags),
        a library that lies in the wheel is "renamed" to itself, which lifts that.
        """
        rows = set(renamed(self.image.needs, self.needs))
        if self.image.dependent_load_flags:
            rows |= {
                (wanted.library, wanted.library)
                for wanted in self.image.needs
                if wanted.library.lower() in self.in_wheel
            }
        return tuple(sorted(rows))


def renamed(imports: Iterable[Import], needs: Mapping[str, Dll]) -> tuple[tuple[str, str], ...]:
    """Return old name (as spelled) to new name, sorted."""
    return tuple(
        sorted(
            {
                (wanted.library, needs[wanted.library.lower()].bundled_name)
                for wanted in imports
                if wanted.library.lower() in needs
            }
        )
    )


class Finder:
    """Looks for libraries, in order: the user's folders, the wheel, the host's folders."""

    def __init__(
        self,
        wheel: "Wheel",
        loader: WindowsLoader,
        search: SearchPath,
        read_member: Callable[[str], bytes],
        options: RepairOptions,
        left_out: LeftOut,
    ) -> None:
        self.loader = loader
        self.search = search
        self.read_member = read_member
        self.options = options
        self.left_out = left_out
        self.notes: dict[str, None] = {}
        self.absences = Absences()
        self._found: dict[tuple[str, str, str], Dll | None] = {}
        self._by_content: dict[tuple[str, str, str, str], Dll] = {}
        self._read: dict[str, tuple[Source, PeImage] | str] = {}
        self._in_wheel: dict[str, list[Native]] = {}
        for native in wheel.natives:
            name = native.install.rpartition("/")[2].lower()
            self._in_wheel.setdefault(name, []).append(native)

    def find(self, library: str, context: Context, importer: str, salt: str) -> Dll | None:
        """Find a library that ends nowhere, and all it needs in turn.

        ``salt`` keeps apart, by their names, the copies of distributions that
        install into one folder: either may be uninstalled.
        """
        first = self._find(library, context, importer, salt)
        queue = deque([first] if first else [])
        while queue:
            candidate = queue.popleft()
            if candidate.resolved:
                continue
            candidate.resolved = True
            for wanted in candidate.image.needs:
                found = self.loader.find(context, wanted.library)
                if found.outcome is Outcome.WHEEL:
                    candidate.in_wheel.add(wanted.library.lower())
                if found.outcome is not Outcome.MISSING or self.left_out.covers(wanted.library):
                    continue
                need = self._find(wanted.library, context, str(candidate.source), salt)
                if need is not None:
                    candidate.needs[wanted.library.lower()] = need
                    queue.append(need)
        return first

    def _find(self, library: str, context: Context, importer: str, salt: str) -> Dll | None:
        """Search the places in order; remember by folder, as what lies there may differ."""
        key = (library.lower(), context.folder.lower(), salt)
        if key not in self._found:
            self._found[key] = self._search(library, context.folder, importer, salt)
        elif self._found[key] is None:
            self.absences.add(library.lower(), importer)
        return self._found[key]

    def _search(self, library: str, folder: str, importer: str, salt: str) -> Dll | None:
        rejected: list[str] = []
        matching: list[tuple[Source, PeImage, str]] = []
        for place, path in self.search.files(self.search.first, library):
            matching += self._take(path.name, place.why, path, None, rejected)
        for native in self._in_wheel.get(library.lower(), ()):
            filename = native.name.rpartition("/")[2]
            matching += self._take(filename, "the wheel", None, native.name, rejected)
        for place, path in self.search.files(self.search.last, library):
            matching += self._take(path.name, place.why, path, None, rejected)
        if not matching:
            places = [str(p) for p in (*self.search.first, *self.search.last)]
            self.absences.add(library.lower(), importer, places, rejected)
            return None
        chosen, image, filename = matching[0]
        others = {s.sha256: s for s, _, _ in matching if s.sha256 != chosen.sha256}
        if others:
            listed = " and ".join(map(str, others.values()))
            self.notes[
                f"{library} exists with different contents: {chosen} is taken, not {listed}"
            ] = None
        # One library in one folder is one candidate, whatever name led to it.
        identity = (chosen.sha256, filename.lower(), folder.lower(), salt)
        if identity not in self._by_content:
            self._by_content[identity] = Dll(
                source=chosen,
                filename=filename,
                image=image,
                keeps_name=self.options.keeps_name(filename),
                salt=self._salt(salt, image),
            )
        return self._by_content[identity]

    def _salt(self, salt: str, image: PeImage) -> str:
        """A stripped copy is another file, so it gets another name."""
        return f"{salt}\nstripped" if self.options.strip and image.debug else salt

    def _take(
        self,
        filename: str,
        place: str,
        path: Path | None,
        member: str | None,
        rejected: list[str],
    ) -> list[tuple[Source, PeImage, str]]:
        """Return the library, or nothing after a reason was added to ``rejected``."""
        label = str(path or member)
        if label not in self._read:
            self._read[label] = self._judge(place, path, member)
        judged = self._read[label]
        if isinstance(judged, str):
            rejected.append(f"{label}: {judged}")
            return []
        return [(*judged, filename)]

    def _judge(
        self, place: str, path: Path | None, member: str | None
    ) -> tuple[Source, PeImage] | str:
        """Read a library once; a text says why it cannot be taken."""
        if path is None:
            assert member is not None
            data = self.read_member(member)
        else:
            read = read_library(path)
            if isinstance(read, str):
                return read
            data = read
        try:
            image = read_pe(data).slices[0]
        except BinaryError as error:
            return str(error)
        assert isinstance(image, PeImage)
        if image.damage:
            return f"damaged: {image.damage[0]}"
        if not can_load(self.loader.target.machine, image.arch):
            return f"built for {image.arch}, not {self.loader.target.machine}"
        return Source(place, path, member, hashlib.sha256(data).hexdigest()), image
