"""Where a build backend puts which files of the source, as far as it is declared. Plain data."""

from collections.abc import Iterable

from wheelcheck.records import record
from wheelcheck.source_tree.tree import SourceTree

__all__ = ["DataFile", "Layout", "folder_modules", "is_module_path", "join"]


@record
class DataFile:
    """A file that a pattern of the project names."""

    install: str
    source: str
    pattern: str
    """With the setting that holds it."""


@record
class Layout:
    """What a wheel of the project holds, by path as installed."""

    packages: tuple[str, ...]
    """Top-level packages and modules that are declared by name, e.g. ``pkg`` or ``mod.py``."""
    modules: tuple[tuple[str, str], ...]
    """Each module, and the file in the source."""
    data: tuple[DataFile, ...] = ()
    excused: tuple[str, ...] = ()
    """Patterns of files in the source that may be left out."""
    generated: str | None = None
    """Why the wheel may hold modules that are not in the source; None if it may not."""


def join(folder: str, name: str) -> str:
    """Join two paths, of which the first may be empty or ``.``."""
    folder = folder.strip("/").removeprefix("./")
    return name if folder in {"", "."} else f"{folder}/{name}"


def is_module_path(path: str) -> bool:
    """Tell whether a path is one of a module that can be imported by name."""
    return path.endswith(".py") and all(
        part.isidentifier() for part in path.removesuffix(".py").split("/")
    )


def folder_modules(tree: SourceTree, source: str, install: str) -> Iterable[tuple[str, str]]:
    """Yield all modules below a folder, as installed and in the source."""
    start = len(source) + 1 if source else 0
    for name in tree.below(source):
        path = join(install, name[start:])
        if is_module_path(path):
            yield path, name
