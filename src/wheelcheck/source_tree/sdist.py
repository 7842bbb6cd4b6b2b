"""A source distribution read as a stream: names, and the few texts that declare something.

Nothing is written to disk.
"""

from pathlib import Path

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.errors import UnreadableError
from wheelcheck.source_tree.tar import Inflated, read_tar_files
from wheelcheck.source_tree.tree import (
    LARGEST_TEXT,
    MOST_FILES,
    MOST_NAMES,
    MOST_TEXT,
    SourceTree,
    is_kept,
    is_safe,
)

__all__ = ["read_tar", "read_zip"]

_MOST_INFLATED = 1024 * 1024 * 1024


class _Gathered:
    """The files seen so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: set[str] = set()
        self.texts: dict[str, str] = {}
        self._left = MOST_TEXT
        self._letters = 0

    def wants(self, name: str, size: int) -> bool:
        """Tell whether the bytes of a file are of use."""
        kept = is_safe(name) and is_kept(name.partition("/")[2])
        return kept and size <= LARGEST_TEXT and self._left > 0

    def add(self, name: str, data: bytes | None) -> None:
        """Note a file, with its bytes if they were wanted."""
        if is_safe(name):
            self.files.add(name)
            self._letters += len(name)
            if self._letters > MOST_NAMES:
                raise UnreadableError(f"the names of the files in {self.path} are too long")
            if data is not None:
                self._left -= len(data)
                self.texts[name] = data.decode("utf-8", "replace")

    def tree(self) -> SourceTree:
        """Return the tree below the one folder that all is in.

        Raises:
            UnreadableError: there are several, or none.
        """
        tops = {name.partition("/")[0] for name in self.files if "/" in name}
        if len(tops) != 1:
            text = f"the source {self.path} is no source distribution: it has not one folder at top"
            raise UnreadableError(text)
        start = len(tops.pop()) + 1
        return SourceTree(
            str(self.path),
            frozenset(name[start:] for name in self.files if "/" in name),
            {name[start:]: text for name, text in self.texts.items()},
        )


def read_tar(path: Path) -> SourceTree:
    """Read a ``.tar.gz``.

    Raises:
        UnreadableError: it is damaged or beyond the limits.
    """
    gathered = _Gathered(path)
    try:
        with path.open("rb") as file:
            content = Inflated(file, str(path), _MOST_INFLATED)
            for name, data in read_tar_files(content, MOST_FILES, gathered.wants):
                gathered.add(name, data)
    except OSError as error:
        text = f"the source {path} cannot be read: {error.strerror or error}"
        raise UnreadableError(text) from None
    return gathered.tree()


def read_zip(path: Path) -> SourceTree:
    """Read a ``.zip``.

    Raises:
        UnreadableError: it is damaged or beyond the limits.
    """
    gathered = _Gathered(path)
    limits = Limits(members=MOST_FILES, total_size=_MOST_INFLATED, ratio_exempt=_MOST_INFLATED)
    with Archive.open(path, limits=limits) as archive:
        for member in archive.members:
            if not member.is_dir:
                wanted = gathered.wants(member.name, member.size)
                data = archive.read(member, want=_always).data if wanted else None
                gathered.add(member.name, None if data is None else bytes(data))
    return gathered.tree()


def _always(_head: bytes) -> bool:
    return True
