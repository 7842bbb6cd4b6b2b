"""The libraries that a Linux wheel lacks, found on this machine with all they need."""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from wheelcheck.binary import identify
from wheelcheck.binary.elf import ElfObject, Libc, read_elf
from wheelcheck.binary.model import Arch, Format
from wheelcheck.errors import BinaryError
from wheelcheck.platforms.linux.loader import DRIVERS, LIBPYTHON
from wheelcheck.platforms.linux.policies import Policy
from wheelcheck.platforms.linux.target import LinuxTarget
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.repairing.linux_host import HostSearch
from wheelcheck.repairing.options import RepairOptions, matches
from wheelcheck.repairing.plan import Missing, Source
from wheelcheck.repairing.search import Place

__all__ = ["ElfCandidate", "ElfFinder", "without_soname_version"]

_HASH_LENGTH = 16  # hex digits: 64 bits, as no two files of one process may share a name
_ABSENT = "no such file"
_LARGEST_LIBRARY = 2 * 1024**3
_STEM = re.compile(r"(?P<stem>.+?)(?P<rest>\.so(?:\..*)?|)", re.DOTALL)
_ORIGIN = re.compile(r"\$(?:\{ORIGIN\}|ORIGIN\b)")


def without_soname_version(name: str) -> str:
    """Return ``libfoo.so`` for ``libfoo.so.5.1``."""
    head, dot_so, _ = name.partition(".so.")
    return f"{head}.so" if dot_so else name


@dataclass(eq=False)
class ElfCandidate:
    """A library that was found, and what it needs in turn."""

    source: Source
    filename: str
    elf: ElfObject
    keeps_name: bool
    salt: str
    """What its new name depends on besides contents."""
    needs: dict[str, "ElfCandidate"] = field(default_factory=dict)
    """Needed name to the bundled library that serves it."""
    python: set[str] = field(default_factory=set)
    """Needed names of libpython, which are removed."""
    system: set[str] = field(default_factory=set)
    """Needed names that the system has."""
    resolved: bool = False

    @cached_property
    def bundled_name(self) -> str:
        """``<stem>-<hash>.so.<version>``; the hash covers its content and all it brings along."""
        if self.keeps_name:
            return self.filename
        digest = hashlib.sha256(self.source.sha256.encode())
        for name, sha256 in sorted({(n, c.source.sha256) for n, c in self._edges()}):
            digest.update(f"\n{name} {sha256}".encode())
        digest.update(self.salt.encode())
        match = _STEM.fullmatch(self.filename)
        assert match is not None
        return f"{match['stem']}-{digest.hexdigest()[:_HASH_LENGTH]}{match['rest']}"

    def _edges(self) -> Iterator[tuple[str, "ElfCandidate"]]:
        queue, seen = deque([self]), {id(self)}
        while queue:
            for name, candidate in queue.popleft().needs.items():
                yield name, candidate
                if id(candidate) not in seen:
                    seen.add(id(candidate))
                    queue.append(candidate)


@dataclass(eq=False)
class _Absent:
    importers: dict[str, None] = field(default_factory=dict)
    searched: dict[str, None] = field(default_factory=dict)
    rejected: dict[str, None] = field(default_factory=dict)


class ElfFinder:
    """Looks for libraries as their importers' own loader would."""

    def __init__(
        self,
        search: HostSearch,
        target: LinuxTarget,
        machine: Arch,
        system: tuple[Policy, ...],
        options: RepairOptions,
    ) -> None:
        self.search = search
        self.target = target
        self.machine = machine
        self.system = system
        """Policies of which any may count a library as the system's."""
        self.options = options
        self.notes: dict[str, None] = {}
        self.excluded: dict[str, None] = {}
        self._used_patterns: set[str] = set()
        self._absent: dict[str, _Absent] = {}
        self._candidates: dict[str, ElfCandidate] = {}
        self._read: dict[Path, tuple[Source, ElfObject] | str] = {}

    def is_system(self, name: str) -> bool:
        """Tell whether the systems that the wheel is made for have a library."""
        return name in DRIVERS or any(policy.has(name) for policy in self.system)

    def is_excluded(self, name: str) -> bool:
        """Tell whether the user leaves a library to other means, and remember that."""
        last = name.rpartition("/")[2]
        spellings = {name, last, without_soname_version(last)}
        hits = [p for p in self.options.exclude if any(matches(s, [p]) for s in spellings)]
        self._used_patterns.update(hits)
        if hits:
            self.excluded[name] = None
        return bool(hits)

    def unused_patterns(self) -> tuple[str, ...]:
        """Return the patterns of --exclude that no library matched."""
        return tuple(p for p in self.options.exclude if p not in self._used_patterns)

    def find(
        self, name: str, importer: str, rpath: Iterable[str], runpath: Iterable[str]
    ) -> ElfCandidate | None:
        """Find a library, and all it needs in turn; None if there is none.

        ``rpath`` and ``runpath`` are the absolute folders of the importer's own.
        """
        rpath = tuple(rpath)
        first = self._find(name, importer, rpath, tuple(runpath))
        queue = deque([(first, rpath)] if first else [])
        while queue:
            candidate, inherited = queue.popleft()
            if candidate.resolved:
                continue
            candidate.resolved = True
            own, handed, own_runpath = self._paths(candidate, inherited)
            for wanted in candidate.elf.needed:
                if LIBPYTHON.fullmatch(wanted) and self.target.libc is not Libc.BIONIC:
                    candidate.python.add(wanted)
                elif self.is_excluded(wanted) or self.is_system(wanted):
                    candidate.system.add(wanted)
                else:
                    need = self._find(wanted, str(candidate.source), own, own_runpath)
                    if need is not None:
                        candidate.needs[wanted] = need
                        queue.append((need, handed))
        return first

    def missing(self) -> Iterator[Missing]:
        """Yield what was not found, sorted by name."""
        for library, absent in sorted(self._absent.items()):
            yield Missing(
                library=library,
                importers=tuple(absent.importers),
                searched=tuple(absent.searched),
                rejected=tuple(absent.rejected),
                hint=origin_hint(library.rpartition("/")[2]),
            )

    def _paths(
        self, candidate: ElfCandidate, inherited: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Return the RPATH folders for its needs and for theirs, and its RUNPATH folders."""
        elf = candidate.elf
        assert candidate.source.path is not None
        origin = str(candidate.source.path.parent)
        rpath = () if elf.runpath is not None else _absolute(elf.rpath, origin)
        runpath = _absolute(elf.runpath, origin)
        if self.target.libc is Libc.MUSL:
            # musl takes either for both and hands it down.
            both = (*runpath, *rpath, *inherited)
            return both, both, ()
        handed = (*rpath, *inherited)
        return (() if elf.runpath is not None else handed), handed, runpath

    def _find(
        self, name: str, importer: str, rpath: tuple[str, ...], runpath: tuple[str, ...]
    ) -> ElfCandidate | None:
        rejected: list[str] = []
        searched: list[str] = []
        chosen: tuple[Source, ElfObject] | None = None
        for place, path in self._files(name, rpath, runpath, searched):
            judged = self._judge(place, path)
            if isinstance(judged, str):
                if judged != _ABSENT:
                    rejected.append(f"{path}: {judged}")
                continue
            chosen = judged
            break
        if chosen is None:
            absent = self._absent.setdefault(name, _Absent())
            absent.importers[importer] = None
            absent.searched.update(dict.fromkeys(searched))
            absent.rejected.update(dict.fromkeys(rejected))
            return None
        return self._candidate(name, *chosen)

    def _candidate(self, name: str, source: Source, elf: ElfObject) -> ElfCandidate:
        """Return the one candidate for a file, whatever name led to it."""
        assert source.path is not None
        key = str(source.path)
        if key not in self._candidates:
            included = name in self.options.include
            filename = name.rpartition("/")[2] if included else source.path.name
            keeps = included or self.options.keeps_name(filename)
            if keeps and not included:
                filename = elf.soname or filename
            stripped = "\nstripped" if self.options.strip and elf.debug else ""
            self._candidates[key] = ElfCandidate(source, filename, elf, keeps, stripped)
        return self._candidates[key]

    def _files(
        self, name: str, rpath: tuple[str, ...], runpath: tuple[str, ...], searched: list[str]
    ) -> Iterator[tuple[Place, Path]]:
        last = name.rpartition("/")[2]
        if "/" in name:
            for place in self.search.first:
                searched.append(str(place))
                yield place, place.folder / last
            if name.startswith("/"):
                searched.append(name)
                yield Place(Path(name).parent, "the path it is needed by"), self.search.rooted(name)
            return
        for place, _ in self.search.places(rpath, runpath):
            if str(place) not in searched:
                searched.append(str(place))
                yield place, place.folder / last

    def _judge(self, place: Place, path: Path) -> tuple[Source, ElfObject] | str:
        """Read a library once; a text says why it cannot be taken."""
        if not path.is_file():
            return _ABSENT
        real = path.resolve()
        if real not in self._read:
            self._read[real] = self._open(place, real)
        return self._read[real]

    def _open(self, place: Place, path: Path) -> tuple[Source, ElfObject] | str:
        try:
            if path.stat().st_size > _LARGEST_LIBRARY:
                return "larger than 2 GiB"
            data = path.read_bytes()
        except OSError as error:
            return error.strerror or str(error)
        elf = self._fitting(data)
        if isinstance(elf, str):
            return elf
        return Source(place.why, path, None, hashlib.sha256(data).hexdigest()), elf

    def _fitting(self, data: bytes) -> ElfObject | str:
        """Return the object, or why a loader for this wheel passes it over."""
        if identify(data, whole=True) is not Format.ELF:
            return "no ELF file (a linker script?)"
        try:
            elf = read_elf(data).slices[0]
        except BinaryError as error:
            return str(error)
        assert isinstance(elf, ElfObject)
        if elf.arch is not self.machine:
            return f"built for {elf.arch}, not {self.machine}"
        if not self.target.fits(elf.libc):
            return f"linked with {elf.libc}, not {self.target.libc}"
        return elf


def _absolute(text: str | None, origin: str) -> tuple[str, ...]:
    """Return the absolute folders of a search path, seen from a file of this machine."""
    entries = (_ORIGIN.sub(lambda _: origin, entry) for entry in (text or "").split(":"))
    return tuple(dict.fromkeys(entry for entry in entries if entry.startswith("/")))
