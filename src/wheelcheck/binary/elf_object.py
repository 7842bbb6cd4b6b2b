"""What ELF files say besides what all native objects say."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from wheelcheck.binary.model import Libc, Slice
from wheelcheck.records import record

__all__ = ["ElfObject", "ElfType", "Reference", "Relro", "StackExecution"]


class ElfType(StrEnum):
    """What the file header calls the object."""

    RELOCATABLE = "relocatable"
    EXECUTABLE = "executable"
    SHARED = "shared"
    """A library, an extension module or a position-independent program."""
    OTHER = "other"


class StackExecution(StrEnum):
    """What the object asks of the stack (``PT_GNU_STACK``)."""

    FORBIDDEN = "forbidden"
    REQUESTED = "requested"
    UNSTATED = "unstated"
    """No such header: the architecture's default, which on x86 is an executable stack."""


class Relro(StrEnum):
    """How far relocated data is made read-only after start."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Reference(NamedTuple):
    """A dynamic symbol that another object must define."""

    name: str
    weak: bool
    """May stay undefined."""
    version: str | None
    library: str | None
    """The library that the version is asked of, as it stands in the version needs."""


@record
class ElfObject(Slice):
    """An ELF file as its loader sees it. Its imports name no symbols: ELF binds by scope."""

    type: ElfType
    machine: int
    """``e_machine``, for machines that the model does not name."""
    little_endian: bool
    hard_float: bool | None
    """32-bit ARM only: whether floats are passed in their registers; None where not stated."""
    dynamic: bool
    """Whether there is a ``PT_DYNAMIC`` at all."""
    soname: str | None
    rpath: str | None
    """``DT_RPATH`` as it stands; a loader ignores it beside a runpath."""
    runpath: str | None
    interpreter: str | None
    pie: bool
    """Whether it is stated to be a position-independent program (``DF_1_PIE``)."""
    version_needs: Mapping[str, tuple[str, ...]]
    """Library to the versions asked of it, both in file order."""
    version_definitions: tuple[str, ...]
    """The versions that the object defines, without the one that names the file."""
    references: tuple[Reference, ...]
    stack: StackExecution
    text_relocations: bool
    relro: Relro
    isa: int
    """The x86-64 level that a property note asks for (1 to 4); 0 where none does."""
    alignment: int
    """The smallest ``p_align`` of the loaded segments, in bytes; 0 without any.

    A system with larger pages refuses the object (glibc, ``_dl_map_object_from_fd``)."""
    libc: Libc | None
    android_api: int | None

    @property
    def needed(self) -> tuple[str, ...]:
        """The libraries asked for, in file order."""
        return tuple(entry.library for entry in self.imports)

    @property
    def program(self) -> bool:
        """Whether it is run by itself; some libraries can be run too, but have a soname."""
        executable = self.type is ElfType.EXECUTABLE or self.pie
        return executable or (self.interpreter is not None and self.soname is None)
