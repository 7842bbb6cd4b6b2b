"""Where the files of a distribution are read from: an archive, or the disk of this host."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wheelcheck.archive.content import Content
    from wheelcheck.archive.limits import Limits
    from wheelcheck.archive.structure import Defect, Member

__all__ = ["Store"]


class Store(Protocol):
    """Files with names, each read once."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def size(self) -> int:
        """In bytes."""

    @property
    def limits(self) -> "Limits":
        """What it may ask for."""

    @property
    def members(self) -> "tuple[Member, ...]":
        """The files, in its own order."""

    @property
    def defects(self) -> "tuple[Defect, ...]":
        """What is wrong with its structure."""

    def read(
        self,
        member: "Member",
        *,
        algorithms: Collection[str] = ("sha256",),
        want: Callable[[bytes], bool] | None = None,
    ) -> "Content":
        """Read and hash one file; see :meth:`wheelcheck.archive.reader.Archive.read`."""
