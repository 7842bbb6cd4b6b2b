"""How the repair of a Windows wheel is planned.

Every import that ends nowhere is looked for; what is found is bundled beside
the extension whose load needs it, under a name that no other wheel can hold,
and each importer is bound to that very file. Windows searches the extension's
own folder for its whole closure, so no Python file is touched.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Import
from wheelcheck.binary.pe import read_pe
from wheelcheck.closure import Closure, Edge
from wheelcheck.errors import BinaryError, RepairError
from wheelcheck.findings import Outcome
from wheelcheck.installation import folder_of
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.platforms.windows import can_load
from wheelcheck.platforms.windows.loader import Context
from wheelcheck.repairing.plan import Bundle, Missing, Plan, Rewrite, Source
from wheelcheck.repairing.search import Place, SearchPath

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["plan_windows"]

_HASH_LENGTH = 16  # hex digits: 64 bits, as no two files of one process may share a name
_LARGEST_LIBRARY = 2 * 1024**3


@dataclass(eq=False)
class _Candidate:
    """A library that was found, and what it needs in turn."""

    source: Source
    filename: str
    imports: tuple[Import, ...]
    """Forwarders included."""
    needs: dict[str, "_Candidate"] = field(default_factory=dict)
    """Imported name in lower case, to the bundled library that serves it."""
    resolved: bool = False
    """Whether ``needs`` is complete."""

    @cached_property
    def bundled_name(self) -> str:
        """``<stem>-<hash>.dll``; the hash covers its content and all it brings along.

        Equal closures get equal names in whatever wheel they are, and
        different ones can never be taken for each other by Windows, which
        keeps one DLL of a name in a process.
        """
        digest = hashlib.sha256(self.source.sha256.encode())
        reached: set[tuple[str, str]] = set()
        queue, seen = deque([self]), {id(self)}
        while queue:
            for name, candidate in queue.popleft().needs.items():
                reached.add((name, candidate.source.sha256))
                if id(candidate) not in seen:
                    seen.add(id(candidate))
                    queue.append(candidate)
        for name, sha256 in sorted(reached):
            digest.update(f"\n{name} {sha256}".encode())
        stem, _, suffix = self.filename.rpartition(".")
        return f"{stem}-{digest.hexdigest()[:_HASH_LENGTH]}.{suffix.lower()}"

    def renames(self) -> tuple[tuple[str, str], ...]:
        """The imports to rewrite in it."""
        return _renames(self.imports, self.needs)


def plan_windows(
    wheel: "Wheel",
    closure: Closure,
    search: SearchPath,
    *,
    read_member: Callable[[str], bytes],
    exclude: Iterable[str] = (),
) -> Plan:
    """Plan the repair of a wheel for Windows.

    Args:
        wheel: The wheel as read.
        closure: Its imports, resolved.
        search: Where to look on this machine.
        read_member: Gives the bytes of a member, for libraries that lie in
            the wheel where Windows does not look.
        exclude: Patterns (``*``, ``?``, ``[...]``, case ignored) of libraries
            that the user's machine has by other means.

    Raises:
        RepairError: a library that was found cannot be read.
    """
    return _Planner(wheel, closure, search, read_member, tuple(exclude)).plan()


class _Planner:
    def __init__(
        self,
        wheel: "Wheel",
        closure: Closure,
        search: SearchPath,
        read_member: Callable[[str], bytes],
        exclude: tuple[str, ...],
    ) -> None:
        assert closure.windows is not None
        self.wheel = wheel
        self.closure = closure
        self.loader = closure.windows
        self.search = search
        self.read_member = read_member
        self.exclude = tuple(pattern.lower() for pattern in exclude)
        self.notes: dict[str, None] = {}
        self.excluded: dict[str, None] = {}
        self._absent: dict[str, tuple[dict[str, None], list[str], list[str]]] = {}
        self._candidates: dict[tuple[str, str], _Candidate | None] = {}
        self._by_content: dict[tuple[str, str, str], _Candidate] = {}

    def plan(self) -> Plan:
        # importer -> imported name -> library; folder -> libraries that lie in it
        bound: dict[str, dict[str, _Candidate]] = {}
        folders: dict[str, dict[str, _Candidate]] = {}
        importers: dict[str, tuple[Import, ...]] = {}
        for edge in self.closure.edges:
            if edge.outcome is not Outcome.MISSING or self._is_excluded(edge.wanted.library):
                continue
            candidate = self._candidate(edge)
            if candidate is None:
                continue
            member = edge.importer.member
            name = edge.wanted.library.lower()
            other = bound.setdefault(member, {}).setdefault(name, candidate)
            if other.bundled_name != candidate.bundled_name:
                raise RepairError(
                    f"{member} is loaded from two folders that need different copies of "
                    f"{edge.wanted.library}; bundle it by hand or build the wheel with one of them"
                )
            importers[member] = edge.importer.slice.needs
            self._place(folders.setdefault(folder_of(edge.root.member), {}), candidate)
        return Plan(
            wheel=self.wheel.filename,
            output=self.wheel.filename,
            platform="windows",
            bundles=tuple(self._bundles(folders)),
            rewrites=tuple(
                Rewrite(member, _renames(importers[member], needs))
                for member, needs in sorted(bound.items())
            ),
            missing=tuple(self._missing()),
            excluded=tuple(sorted(self.excluded)),
            notes=tuple(self.notes),
        )

    def _is_excluded(self, library: str) -> bool:
        hit = any(fnmatchcase(library.lower(), pattern) for pattern in self.exclude)
        if hit:
            self.excluded[library] = None
        return hit

    def _candidate(self, edge: Edge) -> _Candidate | None:
        """Find the library of an edge that ends nowhere, and all it needs in turn."""
        context = edge.context
        assert isinstance(context, Context)
        first = self._find(edge.wanted.library, context, edge.importer.member)
        queue = deque([first] if first else [])
        while queue:
            candidate = queue.popleft()
            if candidate.resolved:
                continue
            candidate.resolved = True
            for wanted in candidate.imports:
                found = self.loader.find(context, wanted.library)
                if found.outcome is not Outcome.MISSING or self._is_excluded(wanted.library):
                    continue
                need = self._find(wanted.library, context, str(candidate.source))
                if need is None:
                    continue
                candidate.needs[wanted.library.lower()] = need
                queue.append(need)
        return first

    def _find(self, library: str, context: Context, importer: str) -> _Candidate | None:
        """Search the places in order; remember by folder, as what lies there may differ."""
        key = (library.lower(), context.folder.lower())
        if key not in self._candidates:
            self._candidates[key] = self._search(library, context.folder, importer)
        elif self._candidates[key] is None:
            self._absent[library.lower()][0][importer] = None
        return self._candidates[key]

    def _search(self, library: str, folder: str, importer: str) -> _Candidate | None:
        rejected: list[str] = []
        matches: list[_Candidate] = []
        for place, path in self.search.files(self.search.first, library):
            matches += self._from_file(place, path, rejected)
        matches += self._from_wheel(library, rejected)
        for place, path in self.search.files(self.search.last, library):
            matches += self._from_file(place, path, rejected)
        if not matches:
            places = [str(p) for p in (*self.search.first, *self.search.last)]
            self._absent.setdefault(library.lower(), ({}, places, rejected))[0][importer] = None
            return None
        chosen = matches[0]
        others = {m.source.sha256: m for m in matches if m.source.sha256 != chosen.source.sha256}
        if others:
            listed = " and ".join(str(m.source) for m in others.values())
            self.notes[
                f"{library} exists with different contents: {chosen.source} is taken, not {listed}"
            ] = None
        # One library in one folder is one candidate, whatever name led to it.
        identity = (chosen.source.sha256, chosen.filename.lower(), folder.lower())
        return self._by_content.setdefault(identity, chosen)

    def _from_file(self, place: Place, path: Path, rejected: list[str]) -> list[_Candidate]:
        try:
            if path.stat().st_size > _LARGEST_LIBRARY:
                rejected.append(f"{path}: larger than 2 GiB")
                return []
            data = path.read_bytes()
        except OSError as error:
            rejected.append(f"{path}: {error.strerror or error}")
            return []
        return self._accept(data, path.name, place.why, path, None, rejected)

    def _from_wheel(self, library: str, rejected: list[str]) -> list[_Candidate]:
        found: list[_Candidate] = []
        for native in self.wheel.natives:
            if native.install.rpartition("/")[2].lower() == library.lower():
                data = self.read_member(native.name)
                filename = native.name.rpartition("/")[2]
                found += self._accept(data, filename, "the wheel", None, native.name, rejected)
        return found

    def _accept(
        self,
        data: bytes,
        filename: str,
        place: str,
        path: Path | None,
        member: str | None,
        rejected: list[str],
    ) -> list[_Candidate]:
        label = str(path or member)
        try:
            piece = read_pe(data).slices[0]
        except BinaryError as error:
            rejected.append(f"{label}: {error}")
            return []
        if not can_load(self.loader.target.machine, piece.arch):
            rejected.append(f"{label}: built for {piece.arch}, not {self.loader.target.machine}")
            return []
        source = Source(place, path, member, hashlib.sha256(data).hexdigest())
        return [_Candidate(source, filename, piece.needs)]

    def _place(self, folder: dict[str, _Candidate], candidate: _Candidate) -> None:
        """Put a library and all it needs into a folder."""
        queue = deque([candidate])
        while queue:
            current = queue.popleft()
            if current.bundled_name not in folder:
                folder[current.bundled_name] = current
                queue.extend(current.needs.values())

    def _bundles(self, folders: dict[str, dict[str, _Candidate]]) -> Iterable[Bundle]:
        for folder, libraries in sorted(folders.items()):
            for name, candidate in sorted(libraries.items()):
                yield Bundle(
                    library=candidate.filename,
                    member=f"{folder}/{name}" if folder else name,
                    source=candidate.source,
                    renames=candidate.renames(),
                )

    def _missing(self) -> Iterable[Missing]:
        for library, (importers, searched, rejected) in sorted(self._absent.items()):
            yield Missing(
                library=library,
                importers=tuple(importers),
                searched=tuple(searched),
                rejected=tuple(rejected),
                hint=origin_hint(library),
            )


def _renames(
    imports: Iterable[Import], needs: dict[str, _Candidate]
) -> tuple[tuple[str, str], ...]:
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
