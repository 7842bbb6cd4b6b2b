"""The libraries that a Windows wheel lacks, found on this machine with all they need."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Import, ImportKind
from wheelcheck.binary.pe import PeImage, read_pe
from wheelcheck.errors import BinaryError
from wheelcheck.findings import Outcome
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.platforms.windows import can_load
from wheelcheck.platforms.windows.loader import Context, WindowsLoader
from wheelcheck.repairing.options import RepairOptions, matches
from wheelcheck.repairing.plan import Missing, Source
from wheelcheck.repairing.search import SearchPath

if TYPE_CHECKING:
    from wheelcheck.wheel import Native, Wheel

__all__ = ["Candidate", "Finder", "renamed"]

_HASH_LENGTH = 16  # hex digits: 64 bits, as no two files of one process may share a name
_LARGEST_LIBRARY = 2 * 1024**3


@dataclass(eq=False)
class Candidate:
    """A library that was found, and what it needs in turn."""

    source: Source
    filename: str
    image: PeImage
    keeps_name: bool
    salt: str
    """What its new name depends on besides contents; see :meth:`Finder.find`."""
    needs: dict[str, "Candidate"] = field(default_factory=dict)
    """Imported name in lower case, to the bundled library that serves it."""
    in_wheel: set[str] = field(default_factory=set)
    """Imported names in lower case that a library of the wheel serves."""
    resolved: bool = False
    """Whether ``needs`` is complete."""

    @cached_property
    def bundled_name(self) -> str:
        """``<stem>-<hash>.dll``; the hash covers its content and all it brings along.

        Equal closures get equal names in whatever wheel they are, and
        different ones can never be taken for each other by Windows, which
        keeps one DLL of a name in a process.
        """
        if self.keeps_name:
            return self.filename
        digest = hashlib.sha256(self.closure)
        digest.update(self.salt.encode())
        stem, _, suffix = self.filename.rpartition(".")
        return f"{stem}-{digest.hexdigest()[:_HASH_LENGTH]}.{suffix.lower()}"

    @cached_property
    def closure(self) -> bytes:
        """Its content and that of all it brings along, as hashes in a fixed order."""
        reached = {(name, candidate.source.sha256) for name, candidate in self._edges()}
        rows = [f"\n{name} {sha256}" for name, sha256 in sorted(reached)]
        return "".join([self.source.sha256, *rows]).encode()

    def _edges(self) -> Iterator[tuple[str, "Candidate"]]:
        queue, seen = deque([self]), {id(self)}
        while queue:
            for name, candidate in queue.popleft().needs.items():
                yield name, candidate
                if id(candidate) not in seen:
                    seen.add(id(candidate))
                    queue.append(candidate)

    @property
    def delayed(self) -> Iterator["Candidate"]:
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


def renamed(imports: Iterable[Import], needs: dict[str, Candidate]) -> tuple[tuple[str, str], ...]:
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


@dataclass(eq=False)
class _Absent:
    """A library that no place has."""

    importers: dict[str, None]
    searched: list[str]
    rejected: list[str]


class Finder:
    """Looks for libraries, in order: the user's folders, the wheel, the host's folders."""

    def __init__(
        self,
        wheel: "Wheel",
        loader: WindowsLoader,
        search: SearchPath,
        read_member: Callable[[str], bytes],
        options: RepairOptions,
    ) -> None:
        self.loader = loader
        self.search = search
        self.read_member = read_member
        self.options = options
        self.notes: dict[str, None] = {}
        self.excluded: dict[str, None] = {}
        self._absent: dict[str, _Absent] = {}
        self._found: dict[tuple[str, str, str], Candidate | None] = {}
        self._by_content: dict[tuple[str, str, str, str], Candidate] = {}
        self._read: dict[str, tuple[Source, PeImage] | str] = {}
        self._in_wheel: dict[str, list[Native]] = {}
        for native in wheel.natives:
            name = native.install.rpartition("/")[2].lower()
            self._in_wheel.setdefault(name, []).append(native)

    def is_excluded(self, library: str) -> bool:
        """Tell whether the user leaves a library to other means, and remember that."""
        hit = matches(library, self.options.exclude)
        if hit:
            self.excluded[library] = None
        return hit

    def find(self, library: str, context: Context, importer: str, salt: str) -> Candidate | None:
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
                if found.outcome is not Outcome.MISSING or self.is_excluded(wanted.library):
                    continue
                need = self._find(wanted.library, context, str(candidate.source), salt)
                if need is not None:
                    candidate.needs[wanted.library.lower()] = need
                    queue.append(need)
        return first

    def missing(self) -> Iterator[Missing]:
        """Yield what was not found, sorted by name."""
        for library, absent in sorted(self._absent.items()):
            yield Missing(
                library=library,
                importers=tuple(absent.importers),
                searched=tuple(absent.searched),
                rejected=tuple(absent.rejected),
                hint=origin_hint(library),
            )

    def _find(self, library: str, context: Context, importer: str, salt: str) -> Candidate | None:
        """Search the places in order; remember by folder, as what lies there may differ."""
        key = (library.lower(), context.folder.lower(), salt)
        if key not in self._found:
            self._found[key] = self._search(library, context.folder, importer, salt)
        elif self._found[key] is None:
            self._absent[library.lower()].importers[importer] = None
        return self._found[key]

    def _search(self, library: str, folder: str, importer: str, salt: str) -> Candidate | None:
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
            absent = self._absent.setdefault(library.lower(), _Absent({}, places, rejected))
            absent.importers[importer] = None
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
            self._by_content[identity] = Candidate(
                chosen, filename, image, self.options.keeps_name(filename), self._salt(salt, image)
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
            try:
                if path.stat().st_size > _LARGEST_LIBRARY:
                    return "larger than 2 GiB"
                data = path.read_bytes()
            except OSError as error:
                return error.strerror or str(error)
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
