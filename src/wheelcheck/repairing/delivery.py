"""Putting a finished wheel into a folder: whole, or not at all.

On Linux the wheel is written to a file without a name, which vanishes by
itself if the process is killed. Elsewhere it is written beside the target
under a hidden name that no ``*.whl`` matches. Either way the target appears by
one atomic step that never replaces another file unless it is asked to.
"""

import contextlib
import errno
import filecmp
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wheelcheck.errors import RepairError, UsageError

__all__ = ["Delivery", "refuse_other_content"]

_UNSUPPORTED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}


class Delivery:
    """A wheel on its way into a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._target = folder / name
        self._hidden: Path | None = None
        self.file: BinaryIO = self._open(folder)
        """Where to write; readable too, so that the result can be inspected first."""

    @classmethod
    @contextmanager
    def into(cls, folder: Path, name: str) -> Iterator["Delivery"]:
        """Open a delivery; what was not committed leaves no trace, not even a folder.

        Raises:
            UsageError: the folder cannot be made or written.
            RepairError: the disk is full, or fails.
        """
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            delivery = cls(folder, name)
        except FileExistsError:
            raise UsageError(f"cannot write into {folder}: it is no folder") from None
        except OSError as error:
            raise UsageError(f"cannot write into {folder}: {error.strerror or error}") from error
        try:
            yield delivery
        except OSError as error:
            raise RepairError(
                f"cannot write {delivery._target}: {error.strerror or error}; nothing was delivered"
            ) from error
        finally:
            # What a full disk left in the buffer is lost on purpose.
            with contextlib.suppress(OSError):
                delivery.file.close()
            if delivery._hidden is not None:
                delivery._hidden.unlink(missing_ok=True)
            for path in made:
                # Fails, as it should, where a wheel was delivered.
                with contextlib.suppress(OSError):
                    path.rmdir()

    def commit(self, *, force: bool) -> Path:
        """Make the file appear under its name. A file that it replaces leaves its mode.

        Raises:
            RepairError: another file of that name is there, and ``force`` is false.
        """
        self.file.flush()
        os.fsync(self.file.fileno())
        if self._hidden is not None:
            # Windows renames no file that is open.
            self.file.close()
        try:
            self._link(self._target)
        except FileExistsError:
            if self._same_as_target():
                return self._target
            if not force:
                raise _other_content(self._target) from None
            self._replace()
        return self._target

    def _replace(self) -> None:
        """Put the file in the place of the one that has its name, in one step."""
        if self._hidden is None:
            # A link cannot replace, so a second name is made and renamed over the first.
            second = self._target.with_name(_hidden_name())
            self._link_unnamed(second)
            self._hidden = second
        shutil.copymode(self._target, self._hidden)
        self._hidden.replace(self._target)

    def _open(self, folder: Path) -> BinaryIO:
        if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
            try:
                fd = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666)
            except OSError as error:
                if error.errno not in _UNSUPPORTED:
                    raise
            else:
                return os.fdopen(fd, "w+b")
        self._hidden = folder / _hidden_name()
        return self._hidden.open("x+b")

    def _link(self, path: Path) -> None:
        """Give the file a name that is free.

        Raises:
            FileExistsError: it is not.
        """
        if self._hidden is None:
            self._link_unnamed(path)
            return
        with contextlib.suppress(OSError, NotImplementedError):
            os.link(self._hidden, path)
            return
        # No hard links here (FAT, some network shares), or the name is taken.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        self._hidden.rename(path)

    def _link_unnamed(self, path: Path) -> None:
        # Only linkat can follow the descriptor's link, and Python calls it rather
        # than link when a folder's descriptor is given.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            source = f"/proc/self/fd/{self.file.fileno()}"
            os.link(source, path.name, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def _same_as_target(self) -> bool:
        name = self._hidden or Path(f"/proc/self/fd/{self.file.fileno()}")
        return self._target.is_file() and filecmp.cmp(name, self._target, shallow=False)


def refuse_other_content(target: Path, pieces: Iterable[bytes]) -> None:
    """Refuse what a delivery of these bytes without ``force`` would refuse, and touch nothing.

    Raises:
        RepairError: another file of that name is there.
    """
    try:
        with target.open("rb") as file:
            same = all(file.read(len(piece)) == piece for piece in pieces) and not file.read(1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise RepairError(f"cannot read {target}: {error.strerror or error}") from error
    if not same:
        raise _other_content(target)


def _other_content(target: Path) -> RepairError:
    return RepairError(f"{target} exists with other content; use --force to replace it")


def _hidden_name() -> str:
    """Return a name that is free, and no longer than that of any wheel."""
    return f".{secrets.token_hex(8)}.part"
