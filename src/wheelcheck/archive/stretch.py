"""Bytes that are known again after their file was closed, without being kept."""

from contextlib import closing
from pathlib import Path

from wheelcheck.archive.source import Source, open_source
from wheelcheck.errors import UnreadableError
from wheelcheck.records import record

__all__ = ["Stretch", "stretch_of"]

_PIECE = 1024 * 1024


@record
class Stretch:
    """So many bytes from an offset of a file, as it was when it was read."""

    path: Path
    stamp: tuple[int, ...]
    offset: int
    size: int

    def stands_in(self, other: Source, offset: int) -> bool:
        """Tell whether another file has the same bytes there.

        No, too, if the own file is gone, or was written to since.

        Raises:
            UnreadableError: one of the files could no longer be read.
        """
        try:
            own = open_source(self.path, None)
        except UnreadableError:
            return False
        with closing(own):
            return own.stamp == self.stamp and all(
                own.read_at(self.offset + at, size) == other.read_at(offset + at, size)
                for at in range(0, self.size, _PIECE)
                for size in (min(_PIECE, self.size - at),)
            )


def stretch_of(source: Source, offset: int, size: int) -> Stretch | None:
    """Return what knows these bytes again; None if they are in no file that has a path."""
    if source.path is None or source.stamp is None:
        return None
    return Stretch(source.path, source.stamp, offset, size)
