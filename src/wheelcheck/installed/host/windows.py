"""Where this Windows finds a DLL for Python.

PATH is not searched: CPython 3.8 and later loads extension modules with
``LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR``. Source:
CPython ``Python/dynload_win.c``; Microsoft Learn, "Dynamic-link library search order".
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from wheelcheck.binary.model import Format, Import
from wheelcheck.findings import Outcome, Role
from wheelcheck.installed.host.files import HostFiles
from wheelcheck.platforms.loading import Found, Image
from wheelcheck.platforms.windows.supply import is_api_set
from wheelcheck.wheel import Native

__all__ = ["WindowsHost"]

Folder: TypeAlias = tuple[str, bool]
"""The folder of the module or program that is loaded, and whether Python loads it."""


class WindowsHost:
    """The loader, with the files of this host."""

    def __init__(
        self, installs: dict[str, Path], python: Path, system: Path, added: Mapping[Path, str]
    ) -> None:
        """Take the distribution's files, and the folders that every load searches.

        Args:
            installs: Where the distribution's files lie, by install path.
            python: The folder of ``python.exe``.
            system: ``System32``.
            added: Folders that sources add, each with the reason.
        """
        self._files = HostFiles(Format.PE, installs)
        self._python = python
        self._system = system
        self._added = added
        self._listings: dict[Path, dict[str, Path]] = {}

    def start(self, root: Image) -> Folder:
        """Return the folder of the root, which serves all that it needs in turn."""
        return str(self._files.place(root.install).parent), root.role is not Role.PROGRAM

    def below(self, context: Folder, image: Image) -> Folder:  # noqa: ARG002 (one loader's way)
        """Return the same."""
        return context

    def resolve(self, context: Folder, importer: Image, wanted: Import) -> Found:
        """Return where an import ends."""
        name = wanted.library.lower()
        if is_api_set(name):
            return Found(Outcome.SYSTEM, None, "an API set of Windows")
        searched: list[str] = []
        for folder, label in self._places(context):
            searched.append(label)
            path = self._listing(folder).get(name)
            if path is None:
                continue
            install = self._files.own(path)
            if install is not None:
                return Found(Outcome.WHEEL, install, str(path), tuple(searched))
            if folder in {self._system, self._python}:
                # What these hold is whole, or nothing on this machine would work.
                return Found(Outcome.SYSTEM, None, str(path), tuple(searched))
            install = self._files.take(path, importer.slice.arch)
            if install is not None:
                return Found(Outcome.SYSTEM, install, str(path), tuple(searched))
        reason = f"no file named {wanted.library} is where Windows looks (PATH does not count)"
        return Found(Outcome.MISSING, None, reason, tuple(searched))

    def opened(self) -> Sequence[Native]:
        """Return the files of this host that searches ended in."""
        return self._files.opened()

    def _places(self, context: Folder) -> Iterator[tuple[Path, str]]:
        folder, by_python = context
        yield Path(folder), folder
        if by_python:
            yield from ((path, f"{path} ({reason})") for path, reason in self._added.items())
            yield self._python, f"{self._python} (Python's own folder)"
        yield self._system, str(self._system)

    def _listing(self, folder: Path) -> dict[str, Path]:
        if folder not in self._listings:
            try:
                found = {path.name.lower(): path for path in sorted(folder.iterdir())}
            except OSError:
                found = {}
            self._listings[folder] = found
        return self._listings[folder]
