"""What Mach-O files say besides what all native objects say."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from wheelcheck.binary.model import Slice
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.binary.macho_signature import SignatureState

__all__ = ["Build", "FileType", "MachoSlice"]


class FileType(StrEnum):
    """What an image is for."""

    OBJECT = "object"
    PROGRAM = "program"
    LIBRARY = "dylib"
    BUNDLE = "bundle"
    """Loaded at run time only; no other image can link to it. Most extension modules."""
    OTHER = "other"


class Build(NamedTuple):
    """A platform that an image was built for."""

    platform: str
    """``macOS``, ``iOS``, ``iOS Simulator`` and so on."""
    minimum: tuple[int, int, int]
    """The oldest version of it that it runs on."""
    sdk: tuple[int, int, int]


@record(kw_only=True)
class MachoSlice(Slice):
    """What only Mach-O files say, for one architecture.

    Names of symbols are those of C, without the underscore that compilers for
    macOS put before each. Imports stand in the order of their ordinals.
    """

    name: str
    """The architecture as Apple's tools spell it, e.g. ``arm64e`` or ``x86_64``."""
    cputype: int
    cpusubtype: int
    big_endian: bool
    offset: int
    """Of the slice in the file, in bytes."""
    size: int
    align: int
    """Power of two that the offset is a multiple of; 0 in a thin file."""
    file_type: FileType
    install_name: str | None
    """The name that images which link to this one will ask for (LC_ID_DYLIB)."""
    rpaths: tuple[str, ...]
    """In the order in which they are searched; may hold duplicates."""
    builds: tuple[Build, ...]
    """Empty in files of old tools; several for macOS and Mac Catalyst at once."""
    lookup: tuple[str, ...]
    """Symbols that any loaded image may give, e.g. those of Python."""
    program_symbols: tuple[str, ...]
    """Symbols that the running program itself must give."""
    weak_symbols: frozenset[str]
    """Symbols, of any library, that may be missing."""
    two_level: bool
    """Whether each symbol names its library; if not, all are in ``lookup``."""
    signature: "SignatureState"
    room: int
    """Bytes by which the load commands may grow."""

    @property
    def program(self) -> bool:
        """Whether it is run by itself rather than loaded by others."""
        return self.file_type is FileType.PROGRAM

    @property
    def macos(self) -> Build | None:
        """The macOS that it was built for, if any."""
        return next((b for b in self.builds if b.platform == "macOS"), None)
