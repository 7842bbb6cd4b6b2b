"""One model for native objects of every format.

A :class:`Binary` has one :class:`Slice` for each architecture in the file: one
for PE and ELF, one or more for Mach-O. The readers return subclasses of
``Slice`` with what only their format knows.

Symbol names are many (hundreds of thousands in one library), so they are plain
strings in tuples and frozensets rather than an object each.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from wheelcheck.records import field, record

__all__ = ["Arch", "Binary", "Exports", "Format", "Import", "ImportKind", "Libc", "Slice", "Symbol"]

Symbol: TypeAlias = str | int
"""What an import asks for: a name, or an ordinal (PE only)."""


class Format(StrEnum):
    """The container formats of native code."""

    PE = "PE"
    ELF = "ELF"
    MACHO = "Mach-O"
    WASM = "WebAssembly"


class Arch(StrEnum):
    """A machine, in one spelling for all formats."""

    X86 = "x86"
    X86_64 = "x86_64"
    ARM = "arm"
    ARM64 = "arm64"
    ARM64EC = "arm64ec"
    PPC = "ppc"
    PPC64 = "ppc64"
    PPC64LE = "ppc64le"
    S390X = "s390x"
    RISCV64 = "riscv64"
    LOONGARCH64 = "loongarch64"
    UNKNOWN = "unknown"


class Libc(StrEnum):
    """The C library that an object names, or a tag of Linux is for."""

    GLIBC = "glibc"
    MUSL = "musl"
    BIONIC = "bionic"
    UNNAMED = "libc.so"
    """Needed by this plain name and no Android note: musl, as zig and musl's own gcc link it."""


class ImportKind(StrEnum):
    """How, and when, a loader follows an import."""

    REGULAR = "regular"
    DELAY = "delay"
    WEAK = "weak"
    REEXPORT = "reexport"
    UPWARD = "upward"
    LAZY = "lazy"
    FORWARD = "forward"
    """Not imported by the slice itself: what it exports under that name, the library serves."""


@record
class Import:
    """A library that a slice asks its loader for."""

    library: str
    """The name as it stands in the file."""
    kind: ImportKind = ImportKind.REGULAR
    symbols: tuple[Symbol, ...] = ()
    """What is imported from it, in file order; empty where the format does not say."""


@record
class Exports:
    """What a slice offers to others."""

    names: frozenset[str] = frozenset()
    ordinals: frozenset[int] = frozenset()
    forwarders: Mapping[str, str] = field(default_factory=dict)
    """PE only: exported name to ``LIBRARY.symbol`` that serves it."""

    def offers(self, symbol: Symbol) -> bool:
        """Tell whether an import of ``symbol`` is satisfied."""
        return symbol in (self.ordinals if isinstance(symbol, int) else self.names)


@record
class Slice:
    """The code for one architecture."""

    arch: Arch
    bits: int
    """Width of an address: 32 or 64."""
    imports: tuple[Import, ...]
    exports: Exports
    debug: tuple[str, ...]
    """The kinds of debug data inside the file, e.g. ``DWARF`` or ``COFF symbols``."""
    damage: tuple[str, ...] = field(default=(), kw_only=True)
    """What is wrong in its tables, a sentence each; what could be read is here all the same."""
    code: tuple[tuple[int, int], ...] = field(default=(), kw_only=True)
    """Offset in the file and size of each part that holds nothing but code."""

    @property
    def needs(self) -> tuple[Import, ...]:
        """Its imports, and the libraries that its exports are forwarded to."""
        if not self.exports.forwarders:
            return self.imports
        forwarded: dict[str, list[Symbol]] = {}
        for target in self.exports.forwarders.values():
            library, _, symbol = target.rpartition(".")
            ordinal = symbol.removeprefix("#")
            by_ordinal = ordinal != symbol and ordinal.isascii() and ordinal.isdigit()
            forwarded.setdefault(f"{library}.dll", []).append(
                int(ordinal) if by_ordinal else symbol
            )
        return self.imports + tuple(
            Import(library, ImportKind.FORWARD, tuple(symbols))
            for library, symbols in forwarded.items()
        )

    @property
    def program(self) -> bool:
        """Whether it is run by itself rather than loaded by others."""
        return False


@record
class Binary:
    """A native object."""

    format: Format
    slices: tuple[Slice, ...]
    """Never empty."""
