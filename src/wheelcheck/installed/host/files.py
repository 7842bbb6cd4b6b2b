"""The native files of this host, each read once."""

from collections.abc import Sequence
from pathlib import Path

from wheelcheck.binary import identify, read_binary
from wheelcheck.binary.model import Arch, Format
from wheelcheck.errors import BinaryError
from wheelcheck.wheel import Native

__all__ = ["HostFiles"]

_LARGEST = 1 << 30


class HostFiles:
    """Files that loaders come to, besides those of the distribution."""

    def __init__(self, format_: Format, installs: dict[str, Path]) -> None:
        """Take the places of the distribution's own files, by their install paths."""
        self._format = format_
        self._places = installs
        self._own = {_key(path): install for install, path in installs.items()}
        self._read: dict[Path, Native | None] = {}
        self.taken: dict[Path, Native] = {}
        """Those in which a search ended, in order."""

    def place(self, install: str) -> Path:
        """Return where an image lies."""
        return self._places.get(install) or Path(install)

    def own(self, path: Path) -> str | None:
        """Return the install path of a file of the distribution."""
        return self._own.get(_key(path))

    def take(self, path: Path, arch: Arch) -> str | None:
        """Return the name for a file that serves this machine; None if it does not."""
        own = self.own(path)
        if own is not None:
            return own
        real = _key(path)
        if real not in self._read:
            self._read[real] = self._open(path, real)
        native = self._read[real]
        if native is None or native.binary is None:
            return None
        archs = {piece.arch for piece in native.binary.slices}
        if arch not in archs and Arch.UNKNOWN not in {arch, *archs}:
            return None
        self.taken.setdefault(real, native)
        return native.install

    def opened(self) -> Sequence[Native]:
        """Return the files that searches ended in."""
        return tuple(self.taken.values())

    def _open(self, path: Path, real: Path) -> Native | None:
        try:
            if not real.is_file() or real.stat().st_size > _LARGEST:
                return None
            data = real.read_bytes()
            found = identify(data, whole=True)
            if found is not self._format:
                return None
            binary = read_binary(data, found)
        except (OSError, BinaryError):
            return None
        return Native(str(path), str(path), found, binary)


def _key(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
