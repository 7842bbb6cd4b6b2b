"""Where dyld of this macOS finds a library. Source: dyld(1).

Libraries of the system have no files of their own since macOS 11: what lies in
``/usr/lib`` and ``/System`` is taken to be there.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Arch, Format, Import
from wheelcheck.findings import Outcome
from wheelcheck.installed.host.files import HostFiles
from wheelcheck.platforms.loading import Found, Image
from wheelcheck.platforms.macos.names import Place, Via, is_system, iter_candidates
from wheelcheck.wheel import Native

__all__ = ["MacHost"]

_MOST_RPATHS = 24
_FALLBACK = "/usr/local/lib:/usr/lib"

Chain: TypeAlias = tuple[Via, ...]


class MacHost:
    """The loader, with the files of this host."""

    def __init__(
        self, installs: dict[str, Path], python: Path, machine: Arch, environ: Mapping[str, str]
    ) -> None:
        """Take the distribution's files, the folder of the program that runs, and its machine."""
        self._files = HostFiles(Format.MACHO, installs)
        self._python = python
        self._machine = machine
        self._first = environ.get("DYLD_LIBRARY_PATH", "")
        self._last = environ.get("DYLD_FALLBACK_LIBRARY_PATH") or _FALLBACK

    def start(self, root: Image) -> Chain:  # noqa: ARG002 (one loader's way)
        """Return no image: Python's own rpaths are not known here."""
        return ()

    def below(self, context: Chain, image: Image) -> Chain:
        """Return the images whose rpaths count for what this one loads."""
        via = self._via(image)
        return (*context, via)[-_MOST_RPATHS:] if via.rpaths else context

    def resolve(self, context: Chain, importer: Image, wanted: Import) -> Found:
        """Return where an import ends."""
        library, arch = wanted.library, importer.slice.arch
        if arch is not self._machine:
            return Found(Outcome.EXCLUDED, None, f"this Python runs on {self._machine}")
        searched: dict[str, None] = {}
        for path in self._paths(library, (*context, self._via(importer))):
            searched[str(path)] = None
            install = self._files.take(path, arch)
            if install is not None:
                inside = self._files.own(path) is not None
                outcome = Outcome.WHEEL if inside else Outcome.SYSTEM
                return Found(outcome, install, str(path), tuple(searched))
            if is_system(str(path)) and not library.startswith("@rpath/"):
                return Found(Outcome.SYSTEM, None, "macOS has it", tuple(searched))
        if library.startswith("@rpath/libswift"):
            return Found(Outcome.SYSTEM, None, "macOS has it", tuple(searched))
        reason = f"no file for {library} is where dyld looks on this host"
        return Found(Outcome.MISSING, None, reason, tuple(searched))

    def opened(self) -> Sequence[Native]:
        """Return the files of this host that searches ended in."""
        return self._files.opened()

    def _paths(self, library: str, chain: Chain) -> Iterator[Path]:
        leaf = library.rpartition("/")[2]
        yield from (Path(folder, leaf) for folder in self._first.split(":") if folder)
        for found in iter_candidates(library, chain):
            if found.place is Place.PROGRAM:
                yield self._python / found.path
            elif found.place is not Place.WORKING:
                yield Path(found.path)
        yield from (Path(folder, leaf) for folder in self._last.split(":") if folder)

    def _via(self, image: Image) -> Via:
        assert isinstance(image.slice, MachoSlice)
        path = str(self._files.place(image.install))
        return Via(path, image.slice.rpaths[:_MOST_RPATHS])
