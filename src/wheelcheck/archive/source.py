"""An open archive as bytes at offsets, without a shared position."""

import io
import os
import stat
import threading
from pathlib import Path
from typing import BinaryIO

from wheelcheck.errors import UnreadableError

__all__ = ["Source", "open_source"]

_SMALL = 16 * 1024
_AHEAD = 64 * 1024
_PREAD = getattr(os, "pread", None)
# A FIFO must not block, and Windows must not translate line ends.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


class Source:
    """Reads at offsets. Safe to use from several threads at once.

    On a real file ``pread`` is used where the system has it, so that threads
    do not wait for each other; otherwise a lock guards seek and read.
    """

    def __init__(self, name: str, size: int, *, fd: int | None, file: BinaryIO | None) -> None:
        self.name = name
        self.size = size
        self.path: Path | None = None
        """Where it was opened, if it was opened here."""
        self._fd = fd
        self._file = file
        self._lock = threading.Lock()
        self._ahead: tuple[int, bytes]
        self._next: int
        self.forget()
        self.stamp = self._stamped()
        """What the system said of the file when it was opened."""

    @property
    def changed(self) -> bool:
        """Whether the file was written to since it was opened, as far as the system tells."""
        return self.stamp != self._stamped()

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to ``size`` bytes from ``offset``; fewer at the end of the file.

        Raises:
            UnreadableError: the system refuses the read.
            ValueError: the source is closed.
        """
        start, ahead = self._ahead
        at = offset - start
        last, self._next = self._next, offset + size
        if 0 <= at <= len(ahead) - size:
            return ahead[at : at + size]
        # Most members are small, and are asked for in the order in which they stand.
        if size <= _SMALL and 0 <= offset - last <= _SMALL:
            ahead = self._whole(offset, _AHEAD)
            self._ahead = offset, ahead
            return ahead[:size]
        return self._whole(offset, size)

    def _whole(self, offset: int, size: int) -> bytes:
        try:
            data = self._read(offset, size)
            if len(data) == size or not data:
                return data
            # A read may come back early without being at the end.
            parts = [data]
            done = len(data)
            while done < size and data:
                data = self._read(offset + done, size - done)
                parts.append(data)
                done += len(data)
            return b"".join(parts)
        except OSError as error:
            raise UnreadableError(f"{self.name}: {error.strerror or error}") from error

    def _read(self, offset: int, size: int) -> bytes:
        if self._fd is not None and _PREAD is not None:
            return bytes(_PREAD(self._fd, size, offset))
        with self._lock:
            if self._fd is not None:
                os.lseek(self._fd, offset, os.SEEK_SET)
                return os.read(self._fd, size)
            if self._file is None:
                raise ValueError(f"{self.name} is closed")
            self._file.seek(offset)
            return self._file.read(size)

    def _stamped(self) -> tuple[int, ...] | None:
        if self._fd is None:
            return None
        status = os.fstat(self._fd)
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns

    def forget(self) -> None:
        """Let go of what was read ahead."""
        self._ahead = (0, b"")
        self._next = -1

    def close(self) -> None:
        """Give back what was opened here; a file that the caller opened stays open."""
        self.forget()
        fd, self._fd, self._file = self._fd, None, None
        if fd is not None:
            os.close(fd)


def open_source(source: Path | BinaryIO, name: str | None) -> Source:
    """Open a path, or look through an open file without disturbing its position.

    Raises:
        UnreadableError: it is absent, unreadable, or no regular file.
    """
    if isinstance(source, Path):
        return _open_path(source, name or str(source))
    name = name or str(getattr(source, "name", "") or "the archive")
    try:
        fd = source.fileno()
    except (OSError, AttributeError):  # io.UnsupportedOperation is an OSError: bytes in memory
        return _open_object(source, name)
    try:
        if source.writable():
            source.flush()
        # A number of its own, so that the caller may close the file early. On
        # Windows both numbers share one position, and so does the caller.
        if _PREAD is None:
            return _open_object(source, name)
        return _from_fd(os.dup(fd), name)
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror or error}") from error


def _open_path(path: Path, name: str) -> Source:
    try:
        # Asked before opening: the mere opening of a device may do something.
        _refuse_special(os.stat(path), name)  # noqa: PTH116 - Path.stat is this call
        source = _from_fd(os.open(path, _FLAGS), name)
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableError(f"{name}: cannot be opened: {reason or error}") from error
    source.path = path
    return source


def _from_fd(fd: int, name: str) -> Source:
    try:
        status = os.fstat(fd)
        _refuse_special(status, name)
    except BaseException:
        os.close(fd)
        raise
    return Source(name, status.st_size, fd=fd, file=None)


def _open_object(file: BinaryIO, name: str) -> Source:
    try:
        size = file.seek(0, io.SEEK_END)
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror or error}") from error
    return Source(name, size, fd=None, file=file)


def _refuse_special(status: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError(f"{name} is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(f"{name} is no regular file")
