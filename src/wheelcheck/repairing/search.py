"""Where libraries are looked for on the machine that repairs.

Unlike an inspection, a repair reads this machine's folders; which ones, and in
which order, is a value that the caller can print and pass in.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from wheelcheck.binary.model import Arch
from wheelcheck.records import record
from wheelcheck.repair_options import split_paths

__all__ = ["PATH", "Place", "SearchPath", "read_library"]

PATH = "PATH"
"""Why a folder is searched that this variable names."""
_LARGEST_LIBRARY = 2 * 1024**3

_VCPKG_TRIPLETS = {
    Arch.X86: ("x86-windows", "x86-mingw-dynamic"),
    Arch.X86_64: ("x64-windows", "x64-mingw-dynamic"),
    Arch.ARM64: ("arm64-windows", "arm64-mingw-dynamic"),
}


@record
class Place:
    """A folder on this machine, and why it is searched."""

    folder: Path
    why: str

    def __str__(self) -> str:
        """Return it for a person, e.g. ``/opt/gmp/bin (--add-path)``."""
        return f"{self.folder} ({self.why})"


def read_library(path: Path) -> bytes | str:
    """Return the bytes of a file of this machine, or a text that says why they cannot be had."""
    try:
        if path.stat().st_size > _LARGEST_LIBRARY:
            return "larger than 2 GiB"
        return path.read_bytes()
    except OSError as error:
        return error.strerror or str(error)


class SearchPath:
    """Folders in order, read once each, whose names are compared without regard to case."""

    def __init__(self, first: Iterable[Place], last: Iterable[Place]) -> None:
        """Take the places before and after the wheel's own files."""
        self.first = tuple(first)
        """What the user named: searched before the rest of the wheel."""
        self.last = tuple(last)
        """What the environment names: searched after it."""
        self._listings: dict[Path, dict[str, list[str]]] = {}

    @classmethod
    def for_windows(
        cls,
        add_paths: Iterable[Path],
        prefixes: Iterable[Path],
        environ: Mapping[str, str],
        machine: Arch,
    ) -> "SearchPath":
        """Return the places for DLLs: what the user names, then PATH, then known prefixes."""
        return cls(
            [
                *(Place(folder, "--add-path") for folder in add_paths),
                *(place for prefix in prefixes for place in _prefix(prefix, machine)),
            ],
            [
                *(Place(p, PATH) for p in split_paths([environ.get("PATH", "")])),
                *_known_prefixes(environ, machine),
            ],
        )

    def absent(self) -> tuple[str, ...]:
        """Return a sentence for each place that the user named and that cannot be read."""
        return tuple(
            f"warning: {place.why} {place.folder}: {problem}"
            for place in self.first
            if (problem := _problem(place.folder)) is not None
        )

    def files(self, places: Iterable[Place], name: str) -> Iterator[tuple[Place, Path]]:
        """Yield the regular files of this name, whatever their case, in order."""
        for place in places:
            listing = self._listings.get(place.folder)
            if listing is None:
                listing = self._listings[place.folder] = _listing(place.folder)
            for spelled in listing.get(name.lower(), ()):
                path = place.folder / spelled
                # A link that leads nowhere says nothing of the files beside it.
                with contextlib.suppress(OSError):
                    if path.is_file():
                        yield place, path


def _problem(folder: Path) -> str | None:
    try:
        os.scandir(folder).close()
    except NotADirectoryError:
        return "is a file, not a folder"
    except FileNotFoundError:
        return "there is no such folder"
    except OSError as error:
        return error.strerror or str(error)
    return None


def _listing(folder: Path) -> dict[str, list[str]]:
    """Return the names in a folder by what they are in lower case."""
    found: dict[str, list[str]] = {}
    # A folder of PATH that is absent or closed to us holds nothing for us; those that
    # the user named are told by `absent`.
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for name in sorted(entry.name for entry in entries):
            found.setdefault(name.lower(), []).append(name)
    return found


def _prefix(root: Path, machine: Arch) -> Iterator[Place]:
    """Yield the folders of a prefix that hold DLLs, whatever laid it out: itself first."""
    yield Place(root, "--prefix")
    parts = ["bin", "lib", "Library/bin", "DLLs"]
    parts += [f"installed/{triplet}/bin" for triplet in _VCPKG_TRIPLETS.get(machine, ())]
    yield from (Place(root / p, "--prefix") for p in parts if (root / p).is_dir())


def _known_prefixes(environ: Mapping[str, str], machine: Arch) -> Iterator[Place]:
    """Yield the DLL folders of MSYS2, conda and vcpkg where their variables are set."""
    for variable in ("MSYSTEM_PREFIX", "MINGW_PREFIX"):
        if environ.get(variable):
            yield Place(Path(environ[variable], "bin"), f"{variable} of MSYS2")
    if environ.get("CONDA_PREFIX"):
        for part in ("Library/bin", "Library/mingw-w64/bin", "Library/usr/bin", "DLLs"):
            yield Place(Path(environ["CONDA_PREFIX"], part), "CONDA_PREFIX")
    for variable in ("VCPKG_INSTALLED_DIR", "VCPKG_ROOT", "VCPKG_INSTALLATION_ROOT"):
        if environ.get(variable):
            root = Path(environ[variable])
            if variable != "VCPKG_INSTALLED_DIR":
                root /= "installed"
            for triplet in _VCPKG_TRIPLETS.get(machine, ()):
                yield Place(root / triplet / "bin", variable)
