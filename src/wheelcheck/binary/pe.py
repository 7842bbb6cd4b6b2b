"""Reading PE images: the DLLs, extension modules and programs of Windows."""

import struct
from dataclasses import dataclass
from enum import StrEnum

from wheelcheck.binary.model import Arch, Binary, Format, Slice
from wheelcheck.binary.pe_headers import Data, Directory, Headers, Rvas, Section, read_headers
from wheelcheck.binary.pe_tables import TableReader, text

__all__ = ["Hybrid", "PeImage", "read_pe"]

_ARCH = {0x14C: Arch.X86, 0x8664: Arch.X86_64, 0xAA64: Arch.ARM64, 0x1C4: Arch.ARM}

_DLL = 0x2000
_SYMBOL_SIZE = 18
_DEBUG_CODEVIEW = 2
_MAX_DEBUG_ENTRIES = 64
_MAX_PDB_PATH = 0x1000


class Hybrid(StrEnum):
    """Whether an image mixes ARM64 code with x64 code or its calling convention."""

    PLAIN = "plain"
    ARM64EC = "ARM64EC"
    """Says x64, holds ARM64 code behind x64 conventions: loads into x64 processes on ARM64."""
    ARM64X = "ARM64X"
    """Says ARM64, is both at once: loads into ARM64 and into x64 processes on ARM64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeImage(Slice):
    """What only PE files say. Offsets and sizes are bytes in the file."""

    is_dll: bool
    machine: int
    """As it stands in the file, for machines that :class:`Arch` does not know."""
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
    sections: tuple[Section, ...]
    """In the order of their RVAs."""
    overlay: tuple[int, int] | None
    """Offset and size of what lies behind the last section, certificate included."""
    certificate: tuple[int, int] | None
    coff_symbols: tuple[int, int] | None
    """Offset and size of the COFF symbols and their strings."""
    pdb_path: str | None
    """Where the linker wrote the debug file: a path of the building machine."""
    bound_imports: bool
    damage: tuple[str, ...]
    """What is wrong in the tables, one sentence each; what could be read is still here."""

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


def read_pe(data: Data) -> Binary:
    """Read a PE image.

    :raises BinaryError: the headers are damaged. Damage in a table behind them
        does not raise; it is told in :attr:`PeImage.damage`.
    """
    headers = read_headers(data)
    rvas = Rvas(data, headers)
    tables = TableReader(rvas, headers, _header_damage(data, headers))
    imports, exports = tables.imports(), tables.exports()
    hybrid, dependent_load_flags = _load_config(rvas, headers)
    symbols = _coff_symbols(data, headers)
    codeview, pdb_path = _codeview(data, rvas, headers)
    kinds = {
        "COFF symbols": symbols is not None,
        "DWARF": any(s.name.startswith((".debug_", ".zdebug_")) for s in headers.sections),
        "CodeView": codeview,
        "PDB path": pdb_path is not None,
    }
    overlay = headers.raw_end
    return Binary(
        Format.PE,
        (
            PeImage(
                arch=Arch.ARM64EC
                if hybrid is Hybrid.ARM64EC
                else _ARCH.get(headers.machine, Arch.UNKNOWN),
                bits=64 if headers.plus else 32,
                imports=imports,
                exports=exports,
                debug=tuple(kind for kind, present in kinds.items() if present),
                is_dll=bool(headers.characteristics & _DLL),
                machine=headers.machine,
                hybrid=hybrid,
                managed=bool(headers.directory(Directory.CLR)[0]),
                subsystem=headers.subsystem,
                linker_version=headers.linker_version,
                dll_characteristics=headers.dll_characteristics,
                dependent_load_flags=dependent_load_flags,
                checksum=headers.checksum,
                size_of_image=headers.size_of_image,
                sections=headers.sections,
                overlay=(overlay, len(data) - overlay) if overlay < len(data) else None,
                certificate=_certificate(data, headers),
                coff_symbols=symbols,
                pdb_path=pdb_path,
                bound_imports=bool(headers.directory(Directory.BOUND_IMPORT)[0]),
                damage=tuple(tables.damage),
            ),
        ),
    )


def _header_damage(data: Data, headers: Headers) -> list[str]:
    """Tell what Windows would refuse to map, without giving up on the rest."""
    damage = []
    if len(headers.sections) != headers.section_count:
        damage.append(
            f"section table at offset {headers.section_table:#x}: {headers.section_count} "
            f"sections declared, {len(headers.sections)} readable"
        )
    for section in headers.sections:
        end = section.raw_offset + section.raw_size
        if section.file_size and end > len(data):
            damage.append(
                f"section {section.name}: its bytes end at offset {end:#x}, "
                f"the file ends at {len(data):#x}"
            )
            break
    return damage


def _load_config(rvas: Rvas, headers: Headers) -> tuple[Hybrid, int]:
    """Read CHPEMetadataPointer and DependentLoadFlags (IMAGE_LOAD_CONFIG_DIRECTORY)."""
    rva, _ = headers.directory(Directory.LOAD_CONFIG)
    raw = rvas.read(rva, 4) if rva else None
    if raw is None:
        return Hybrid.PLAIN, 0
    # The structure grew over the years; its first field says how far this one goes.
    size = min(struct.unpack("<I", raw)[0], 0x200)
    config = (rvas.read(rva, size) or b"").ljust(0x200, b"\0")
    (flags,) = struct.unpack_from("<H", config, 0x4E if headers.plus else 0x36)
    hybrid = Hybrid.PLAIN
    if headers.plus and any(config[0xC8:0xD0]):
        kinds = {0x8664: Hybrid.ARM64EC, 0xAA64: Hybrid.ARM64X}
        hybrid = kinds.get(headers.machine, Hybrid.PLAIN)
    return hybrid, flags


def _certificate(data: Data, headers: Headers) -> tuple[int, int] | None:
    """Find the Authenticode signatures; the directory holds a file offset, not an RVA."""
    offset, size = headers.directory(Directory.CERTIFICATE)
    size = min(size, len(data) - offset)
    return (offset, size) if offset and size > 0 else None


def _coff_symbols(data: Data, headers: Headers) -> tuple[int, int] | None:
    if not headers.symbol_table or not headers.symbol_count:
        return None
    start = headers.symbol_table
    end = start + _SYMBOL_SIZE * headers.symbol_count
    if end > len(data):
        return None
    if end + 4 <= len(data):
        (strings,) = struct.unpack_from("<I", data, end)
        end = min(end + strings, len(data))
    return start, end - start


def _codeview(data: Data, rvas: Rvas, headers: Headers) -> tuple[bool, str | None]:
    """Tell whether CodeView symbols are inside, and the path of a PDB file outside."""
    rva, size = headers.directory(Directory.DEBUG)
    embedded, path = False, None
    for index in range(min(size // 28, _MAX_DEBUG_ENTRIES)) if rva else ():
        row = rvas.read(rva + 28 * index, 28)
        if row is None:
            break
        kind, length, _, offset = struct.unpack_from("<4I", row, 12)
        if kind != _DEBUG_CODEVIEW or offset + 4 > len(data):
            continue
        block = bytes(data[offset : offset + min(length, _MAX_PDB_PATH)])
        # Signature, identity and age come before the path.
        skip = {b"RSDS": 24, b"NB10": 16}.get(block[:4])
        if skip is not None:
            path = text(block[skip:].partition(b"\0")[0]) or None
        else:
            embedded = embedded or block[:4] in {b"NB09", b"NB11"}
    return embedded, path
