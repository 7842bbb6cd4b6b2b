"""What every platform's loader is asked, and how it answers."""

from collections.abc import Hashable
from typing import Protocol, TypeVar

from wheelcheck.binary.model import Import, Slice
from wheelcheck.findings import Outcome, Role
from wheelcheck.records import record

__all__ = ["Found", "Image", "Loader"]


@record
class Found:
    """Where a loader ends with one library."""

    outcome: Outcome
    install: str | None
    """The install path, when it ends in the wheel."""
    reason: str
    searched: tuple[str, ...] = ()
    """The places looked in, in the loader's order, in words."""
    elsewhere: tuple[str, ...] = ()
    """Install paths that bear the name but lie where this loader does not look."""
    provider: str | None = None
    """The distribution that is said to bring it, for the outcome ``excluded``."""


@record
class Image:
    """One slice of a native object, where it is installed."""

    install: str
    role: Role
    slice: Slice


_Context = TypeVar("_Context", bound=Hashable)


class Loader(Protocol[_Context]):
    """How one platform's loader finds libraries. Pure: it reads no file.

    What a loader finds depends on what was loaded before: Windows searches the
    folder of the extension for all that it needs in turn, ELF and Mach-O hand
    rpaths down. That is the *context* of a load.
    """

    def start(self, root: Image) -> _Context:
        """Return the context in which a load begins; equal contexts find the same."""

    def below(self, context: _Context, image: Image) -> _Context:
        """Return the context of what ``image`` loads, when it was itself loaded in this one."""

    def resolve(self, context: _Context, importer: Image, wanted: Import) -> Found:
        """Return where an import ends. ``context`` is that of the importer's own load."""
