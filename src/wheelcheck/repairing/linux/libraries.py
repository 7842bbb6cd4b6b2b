"""The libraries that a Linux wheel lacks, found on this machine with all they need."""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from wheelcheck.binary import identify
from wheelcheck.binary.elf import read_elf
from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Format, Libc
from wheelcheck.errors import BinaryError
from wheelcheck.platforms.linux.loader import DRIVERS, LIBPYTHON
from wheelcheck.platforms.linux.policies import Policy
from wheelcheck.platforms.linux.target import LinuxTarget
from wheelcheck.records import field, record
from wheelcheck.repair_options import RepairOptions
from wheelcheck.repairing.absences import Absences
from wheelcheck.repairing.candidate import Candidate
from wheelcheck.repairing.left_out import LeftOut, provider_folder
from wheelcheck.repairing.linux.host import HostSearch
from wheelcheck.repairing.plan import Source
from wheelcheck.repairing.search import Place, read_library

__all__ = ["ElfFinder", "SharedObject"]

_ABSENT = "no such file"
_STEM = re.compile(r"(?P<stem>.+?)(?P<rest>\.so(?:\..*)?|)", re.DOTALL)
_ORIGIN = re.compile(r"\$(?:\{ORIGIN\}|ORIGIN\b)")


@record(frozen=False, eq=False, kw_only=True)
class SharedObject(Candidate):
    """A shared object that was found."""

    elf: ElfObject
    python: set[str] = field(default_factory=set)
    """Needed names of libpython, which are removed."""
    outside: dict[str, str] = field(default_factory=dict)
    """Needed name to the folder of another distribution that holds it."""

    def _named(self, digest: str) -> str:
        match = _STEM.fullmatch(self.filename)
        assert match is not None
        return f"{match['stem']}-{digest}{match['rest']}"


class ElfFinder:
    """Looks for libraries as their importers' own loader would."""

    def __init__(
        self,
        search: HostSearch,
        target: LinuxTarget,
        machine: Arch,
        system: tuple[Policy, ...],
        options: RepairOptions,
        left_out: LeftOut,
    ) -> None:
        self.search = search
        self.target = target
        self.machine = machine
        self.system = system
        """Policies of which any may count a library as the system's."""
        self.options = options
        self.absences = Absences()
        self._left_out = left_out
        self._candidates: dict[str, SharedObject] = {}
        self._read: dict[Path, tuple[Source, ElfObject] | str] = {}

    def is_system(self, name: str) -> bool:
        """Tell whether the systems that the wheel is made for have a library."""
        return name in DRIVERS or any(policy.has(name) for policy in self.system)

    def find(
        self, name: str, importer: str, rpath: Iterable[str], runpath: Iterable[str]
    ) -> SharedObject | None:
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
                elif self._left_out.covers(wanted):
                    provider = self._left_out.provider(wanted)
                    if provider is not None:
                        candidate.outside[wanted] = provider_folder(provider, wanted)
                elif not self.is_system(wanted):
                    need = self._find(wanted, str(candidate.source), own, own_runpath)
                    if need is not None:
                        candidate.needs[wanted] = need
                        queue.append((need, handed))
        return first

    def _paths(
        self, candidate: SharedObject, inherited: tuple[str, ...]
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
    ) -> SharedObject | None:
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
            self.absences.add(name, importer, searched, rejected)
            return None
        return self._candidate(name, *chosen)

    def _candidate(self, name: str, source: Source, elf: ElfObject) -> SharedObject:
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
            self._candidates[key] = SharedObject(
                source=source, filename=filename, elf=elf, keeps_name=keeps, salt=stripped
            )
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
        data = read_library(path)
        if isinstance(data, str):
            return data
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
