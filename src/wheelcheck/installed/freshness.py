"""Whether the extensions of an editable installation are built, and newer than their sources."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from wheelcheck.installation import extension_name
from wheelcheck.installed_facts import Stale

__all__ = ["stale_extensions", "unbuilt_sources"]

_SOURCES = (
    ".pyx", ".pxd", ".pxi", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".rs", ".f", ".f90",
)  # fmt: skip
_OWN = (".pyx", ".pxd", ".c", ".cc", ".cpp", ".cxx", ".rs", ".f90")
_NAMES = {"Cargo.toml", "Cargo.lock", "CMakeLists.txt", "meson.build"}
_ASIDE = {
    "build", "dist", "doc", "docs", "examples", "node_modules", "target", "test", "tests",
    "venv", "benchmarks", "__pycache__",
}  # fmt: skip
_MOST_ENTRIES = 50_000
_GRACE = 2.0
"""Seconds that file systems round times by."""


def stale_extensions(project: Path, files: Mapping[str, Path]) -> Iterator[Stale]:
    """Yield the extensions that are older than a source of theirs.

    A source with the extension's own name beside it decides; where there is none, the
    newest native source of the project does.
    """
    newest: tuple[float, Path] | None = None
    asked = False
    for install, place in sorted(files.items()):
        extension = extension_name(install)
        built = _time(place)
        if extension is None or built is None:
            continue
        own = _newest(place.with_name(extension.leaf + suffix) for suffix in _OWN)
        if own is None and not asked:
            newest, asked = _newest(_native_sources(project)), True
        source = own or newest
        if source is not None and source[0] > built + _GRACE:
            yield Stale(install, _shown(source[1], project), certain=own is not None)


def unbuilt_sources(files: Mapping[str, Path], suffixes: Iterable[str]) -> Iterator[str]:
    """Yield the Cython sources that have no module beside them which this Python imports."""
    ends = (*suffixes, ".py")
    for install, place in sorted(files.items()):
        if place.suffix == ".pyx" and not any(
            place.with_name(place.stem + end).is_file() for end in ends
        ):
            yield install


def _native_sources(project: Path) -> Iterator[Path]:
    left = _MOST_ENTRIES
    for place, folders, files in os.walk(project):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _ASIDE)
        left -= len(files) + len(folders)
        if left < 0:
            return
        for file in files:
            if file.endswith(_SOURCES) or file in _NAMES:
                yield Path(place, file)


def _newest(paths: Iterable[Path]) -> tuple[float, Path] | None:
    times = ((time, path) for path in paths if (time := _time(path)) is not None)
    return max(times, default=None)


def _time(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _shown(path: Path, project: Path) -> str:
    return path.relative_to(project).as_posix() if path.is_relative_to(project) else str(path)
