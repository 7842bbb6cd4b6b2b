"""What PE images say besides what all native objects say."""

from enum import StrEnum
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Slice
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.binary.pe_headers import Section

__all__ = ["Hybrid", "PeImage"]


class Hybrid(StrEnum):
    """Whether an image mixes ARM64 code with x64 code or its calling convention."""

    PLAIN = "plain"
    ARM64EC = "ARM64EC"
    """Says x64, holds ARM64 code behind x64 conventions: loads into x64 processes on ARM64."""
    ARM64X = "ARM64X"
    """Says ARM64, is both at once: loads into ARM64 and into x64 processes on ARM64."""


@record(kw_only=True)
class PeImage(Slice):
    """What only PE files say. Offsets and sizes are bytes in the file."""

    is_dll: bool
    machine: int
    """As it stands in the file, for machines that the model does not know."""
    hybrid: Hybrid
    managed: bool
    """Holds .NET code."""
    subsystem: int
    linker_version: tuple[int, int]
    dll_characteristics: int
    dependent_load_flags: int
    """Non-zero: the loader searches this image's own imports by these flags only."""
    checksum: int
    """0 when it was never set."""
    size_of_image: int
    sections: "tuple[Section, ...]"
    """In the order of their RVAs."""
    overlay: tuple[int, int] | None
    """Offset and size of what lies behind the last section, certificate included."""
    certificate: tuple[int, int] | None
    coff_symbols: tuple[int, int] | None
    """Offset and size of the COFF symbols and their strings."""
    pdb_path: str | None
    """Where the linker wrote the debug file: a path of the building machine."""
    bound_imports: bool

    @property
    def program(self) -> bool:
        """Whether it is run by itself rather than loaded by others."""
        return not self.is_dll

    @property
    def high_entropy(self) -> bool:
        """Whether it may be placed anywhere in 64 bits of addresses."""
        return bool(self.dll_characteristics & 0x0020)

    @property
    def aslr(self) -> bool:
        """Whether the loader may place it at an address of its own choice."""
        return bool(self.dll_characteristics & 0x0040)

    @property
    def nx(self) -> bool:
        """Whether it runs with data pages that cannot be executed."""
        return bool(self.dll_characteristics & 0x0100)

    @property
    def cfg(self) -> bool:
        """Whether it takes part in Control Flow Guard."""
        return bool(self.dll_characteristics & 0x4000)
