"""Where the loader of this Linux finds a library. Source: ld.so(8); musl ``ldso/dynlink.c``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Format, Import, Libc
from wheelcheck.findings import Outcome
from wheelcheck.installed.host.files import HostFiles
from wheelcheck.installed.host.ld_cache import read_ld_cache
from wheelcheck.platforms.linux.policies import MACHINE_NAMES
from wheelcheck.platforms.loading import Found, Image
from wheelcheck.repairing.linux.host import HostSearch
from wheelcheck.wheel import Native

__all__ = ["LinuxHost"]

_ORIGIN = re.compile(r"\$(?:\{ORIGIN\}|ORIGIN\b)")
_LIB = re.compile(r"\$(?:\{LIB\}|LIB\b)")
_MOST_LOADED = 500
_MOST_HANDED = 64

Handed: TypeAlias = tuple[str, ...]


class LinuxHost:
    """The loader, with the files of this host."""

    def __init__(
        self,
        installs: dict[str, Path],
        python: Path | None,
        environ: Mapping[str, str],
        cache: Path = Path("/etc/ld.so.cache"),
    ) -> None:
        """Take the distribution's files, and the interpreter that would load them."""
        self._files = HostFiles(Format.ELF, installs)
        self._environ = environ
        self._cache_path = cache
        self._cache: dict[str, list[str]] | None = None
        self._searches: dict[tuple[Libc, Arch], HostSearch] = {}
        self._program: ElfObject | None = None
        self._program_folder = ""
        self._loaded: dict[str, Path] = {}
        if cache.exists():
            self._cache = read_ld_cache(cache)
        if python is not None:
            self._load_python(python)

    def start(self, root: Image) -> Handed:  # noqa: ARG002 (one loader's way)
        """Return the RPATH of the interpreter, which holds for all that it loads."""
        return self._folders(self._program, self._program_folder)

    def below(self, context: Handed, image: Image) -> Handed:
        """Return the folders that an image hands down to what it loads."""
        own = self._folders(_elf(image), str(self._files.place(image.install).parent))
        return tuple(dict.fromkeys((*own, *context)))[:_MOST_HANDED]

    def resolve(self, context: Handed, importer: Image, wanted: Import) -> Found:
        """Return where an import ends."""
        elf = _elf(importer)
        place = self._files.place(importer.install)
        name = wanted.library
        if name in self._loaded:
            loaded = self._loaded[name]
            install = self._files.take(loaded, Arch.UNKNOWN)
            return Found(Outcome.PYTHON, install, f"Python has loaded {loaded}")
        searched: dict[str, None] = {}
        for path, how in self._paths(elf, place, context, name):
            searched[how] = None
            install = self._files.take(path, elf.arch) if path is not None else None
            if path is not None and install is not None:
                inside = self._files.own(path) is not None
                outcome = Outcome.WHEEL if inside else Outcome.SYSTEM
                return Found(outcome, install, f"{path} ({how})", tuple(searched))
        reason = f"no file named {name} is where this host's loader looks"
        return Found(Outcome.MISSING, None, reason, tuple(searched))

    def opened(self) -> Sequence[Native]:
        """Return the files of this host that searches ended in."""
        return self._files.opened()

    def _load_python(self, python: Path) -> None:
        """Find out what the interpreter has loaded before it loads anything else."""
        name = self._files.take(python, Arch.UNKNOWN)
        native = self._files.taken.pop(python.resolve(), None)
        if name is None or native is None or native.binary is None:
            return
        program = native.binary.slices[0]
        assert isinstance(program, ElfObject)
        self._program = program
        self._program_folder = str(python.resolve().parent)
        queue: list[tuple[ElfObject, Path, Handed]] = [(program, python.resolve(), ())]
        seen: set[str] = set()
        while queue and len(seen) < _MOST_LOADED:
            elf, place, handed = queue.pop(0)
            below = (*self._folders(elf, str(place.parent)), *handed)
            for library in elf.needed:
                if library in seen:
                    continue
                seen.add(library)
                for path, _ in self._paths(elf, place, handed, library):
                    if path is not None and self._files.take(path, elf.arch) is not None:
                        loaded = self._files.taken[path.resolve()].binary
                        assert loaded is not None
                        [piece] = loaded.slices
                        assert isinstance(piece, ElfObject)
                        queue.append((piece, path.resolve(), below))
                        self._loaded[library] = path
                        break
        self._files.taken.clear()

    def _folders(self, elf: ElfObject | None, origin: str) -> Handed:
        """Return what an object hands down: DT_RPATH; musl also takes DT_RUNPATH for that."""
        if elf is None:
            return ()
        if elf.libc is Libc.MUSL:
            return self._absolute(elf.runpath or elf.rpath, origin)
        return () if elf.runpath is not None else self._absolute(elf.rpath, origin)

    def _paths(
        self, elf: ElfObject, place: Path, handed: Handed, name: str
    ) -> Iterator[tuple[Path | None, str]]:
        """Yield the files that the loader would try, each with where that comes from."""
        origin = str(place.parent)
        if "/" in name:
            path = Path(_ORIGIN.sub(lambda _: origin, name))
            yield path, f"{name}, as it stands"
            return
        own = self._folders(elf, origin)
        glibc = elf.libc is not Libc.MUSL
        rpath = () if glibc and elf.runpath is not None else (*own, *handed)
        runpath = self._absolute(elf.runpath, origin) if glibc else ()
        search = self._search(elf)
        for found, _ in search.places(rpath, runpath):
            if found.why in {"RPATH", "RUNPATH", "LD_LIBRARY_PATH"}:
                yield found.folder / name, str(found)
        if glibc and self._cache is not None:
            yield None, str(self._cache_path)
            for file in self._cache.get(name, ()):
                yield Path(file), str(self._cache_path)
            for folder in _defaults(elf.arch):
                yield Path(folder, name), folder
            return
        for found, _ in search.places():
            if found.why not in {"RPATH", "RUNPATH", "LD_LIBRARY_PATH"}:
                yield found.folder / name, str(found.folder)

    def _search(self, elf: ElfObject) -> HostSearch:
        libc = Libc.MUSL if elf.libc is Libc.MUSL else Libc.GLIBC
        key = libc, elf.arch
        if key not in self._searches:
            self._searches[key] = HostSearch((), self._environ, None, *key)
        return self._searches[key]

    @staticmethod
    def _absolute(text: str | None, origin: str) -> Handed:
        entries = (_ORIGIN.sub(lambda _: origin, entry) for entry in (text or "").split(":"))
        folders = (_LIB.sub("lib", entry) for entry in entries)
        return tuple(dict.fromkeys(folder for folder in folders if folder.startswith("/")))


def _elf(image: Image) -> ElfObject:
    assert isinstance(image.slice, ElfObject)
    return image.slice


def _defaults(arch: Arch) -> Iterator[str]:
    triplet = f"{MACHINE_NAMES.get(arch, arch)}-linux-gnu"
    yield from (
        f"/lib/{triplet}",
        f"/usr/lib/{triplet}",
        "/lib64",
        "/usr/lib64",
        "/lib",
        "/usr/lib",
    )
