"""A path to a source tree: a folder, or a source distribution, which is never unpacked."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.errors import UnreadableError, UsageError
from wheelcheck.source_tree.sdist import read_tar, read_zip
from wheelcheck.source_tree.tree import (
    LARGEST_TEXT,
    MOST_FILES,
    MOST_NAMES,
    MOST_TEXT,
    SourceTree,
    is_kept,
    is_safe,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_source"]

# What tools leave beside the sources, and nothing is ever installed from.
_SKIPPED = frozenset(
    {
        ".bzr", ".eggs", ".git", ".hg", ".hypothesis", ".mypy_cache", ".nox", ".pytest_cache",
        ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "node_modules",
    }
)  # fmt: skip
_SKIPPED_AT_ROOT = frozenset({"build", "dist", "target", "venv", "wheelhouse"})


def read_source(path: str | Path) -> SourceTree:
    """Read a project's folder, or its source distribution (``.tar.gz`` or ``.zip``).

    Symbolic links are not followed out of a folder. Of an archive, at most
    1 GiB is inflated.

    Raises:
        UsageError: there is nothing of that name, or no project in it.
        UnreadableError: it is damaged or beyond the limits.
    """
    path = Path(path)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"the source {path} cannot be read: {reason}") from None
    if stat.S_ISDIR(mode):
        tree = _read_folder(path)
    elif not stat.S_ISREG(mode):
        raise UsageError(f"the source {path} is neither a folder nor a file")
    elif path.name.endswith((".tar.gz", ".tgz")):
        tree = read_tar(path)
    elif path.name.endswith(".zip"):
        tree = read_zip(path)
    else:
        raise UsageError(
            f"the source {path} is neither a folder nor a source distribution "
            "(.tar.gz or .zip)"
        )  # fmt: skip
    if not tree.files & {"pyproject.toml", "setup.py", "setup.cfg"}:
        raise UsageError(
            f"the source {path} is no project: it has neither pyproject.toml nor setup.py"
        )
    return tree


def _read_folder(root: Path) -> SourceTree:
    files: list[str] = []
    links: list[str] = []
    texts: dict[str, str] = {}
    left = MOST_TEXT
    letters = 0
    for name, entry in _walk(str(root)):
        if entry.is_dir(follow_symlinks=False) or _is_folder_link(entry):
            links.append(name)
            continue
        if not is_safe(name):
            continue
        files.append(name)
        letters += len(name)
        if len(files) > MOST_FILES or letters > MOST_NAMES:
            raise UnreadableError(f"the source {root} has more than {MOST_FILES} files")
        if is_kept(name) and entry.is_file(follow_symlinks=False) and left > 0:
            data = _start_of(entry.path)
            left -= len(data)
            texts[name] = data.decode("utf-8", "replace") if len(data) <= LARGEST_TEXT else ""
    return SourceTree(str(root), frozenset(files), texts, tuple(sorted(links)))


def _walk(root: str) -> "Iterator[tuple[str, os.DirEntry[str]]]":
    """Yield the files, and links to folders, with their names from the root."""
    stack = [("", root)]
    while stack:
        prefix, folder = stack.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            text = f"the source {folder} cannot be read: {error.strerror or error}"
            raise UnreadableError(text) from None
        for entry in entries:
            name = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield name, entry
            elif entry.name not in _SKIPPED and not (not prefix and _is_output(entry)):
                stack.append((f"{name}/", entry.path))


def _is_output(entry: "os.DirEntry[str]") -> bool:
    """Tell whether a folder at the root holds what builds left; a package may have the name."""
    package = Path(entry.path, "__init__.py").is_file()
    return not package and (entry.name in _SKIPPED_AT_ROOT or entry.name.endswith(".egg-info"))


def _is_folder_link(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def _start_of(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path of scandir
            return file.read(LARGEST_TEXT + 1)
    except OSError as error:
        text = f"the source {path} cannot be read: {error.strerror or error}"
        raise UnreadableError(text) from None
