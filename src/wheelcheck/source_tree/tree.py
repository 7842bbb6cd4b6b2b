"""The files of a source tree, and the text of those that declare something. Plain data."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from wheelcheck.records import field, record

__all__ = [
    "LARGEST_TEXT",
    "MOST_FILES",
    "MOST_NAMES",
    "MOST_TEXT",
    "SourceTree",
    "is_kept",
    "is_safe",
]

MOST_FILES = 100_000
LARGEST_TEXT = 1024 * 1024
"""Bytes of one file that is kept; a larger one counts as empty."""
MOST_NAMES = 8 * 1024 * 1024
"""Characters in the names of all files."""
MOST_TEXT = 64 * 1024 * 1024

_KEPT = re.compile(
    r"(?:.*/)?(?:pyproject\.toml|setup\.py|setup\.cfg|MANIFEST\.in|Cargo\.toml|PKG-INFO"
    r"|\.gitignore|__init__\.py)"
)
_LONGEST_NAME = 1024
_DEEPEST = 40


@record
class SourceTree:
    """A source tree; paths in it are relative to its root, with ``/``."""

    path: str
    """As it was given."""
    files: frozenset[str]
    texts: Mapping[str, str] = field(default_factory=dict)
    """The contents of files that declare something; undecodable bytes are replaced."""
    links: tuple[str, ...] = ()
    """Folders that are symbolic links, which are not followed."""

    def below(self, folder: str) -> list[str]:
        """Return the files in a folder and in those below it, sorted; ``""`` is the root."""
        prefix = f"{folder}/" if folder else ""
        return sorted(name for name in self.files if name.startswith(prefix))

    def has_folder(self, folder: str) -> bool:
        """Tell whether there is a file in the folder, or below it."""
        return any(name.startswith(f"{folder}/") for name in self.files)


def is_kept(name: str) -> bool:
    """Tell whether the text of this file is of use."""
    return _KEPT.fullmatch(name) is not None


def is_safe(name: str) -> bool:
    """Tell whether a name stays inside of the tree, and is one that people give."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and "\\" not in name
        and "\0" not in name
        and not name.startswith("/")
        and name.count("/") < _DEEPEST
        and ".." not in PurePosixPath(name).parts
    )
