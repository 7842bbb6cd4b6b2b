"""Reading PE images: the DLLs, extension modules and programs of Windows."""

import struct

from wheelcheck.binary.model import Arch, Binary, Format
from wheelcheck.binary.pe_config import read_load_config
from wheelcheck.binary.pe_headers import (
    Data,
    Directory,
    Headers,
    Rvas,
    debug_rows,
    read_headers,
)
from wheelcheck.binary.pe_image import Hybrid, PeImage
from wheelcheck.binary.pe_tables import TableReader, text

__all__ = ["read_pe"]

_ARCH = {0x14C: Arch.X86, 0x8664: Arch.X86_64, 0xAA64: Arch.ARM64, 0x1C4: Arch.ARM}

_DLL = 0x2000
_SYMBOL_SIZE = 18
_DEBUG_CODEVIEW = 2
_EXECUTABLE = 0x2000_0000  # IMAGE_SCN_MEM_EXECUTE
_MAX_PDB_PATH = 0x1000


def read_pe(data: Data) -> Binary:
    """Read a PE image.

    :raises BinaryError: the headers are damaged. Damage in a table behind them
        does not raise; it is told in :attr:`PeImage.damage`.
    """
    headers = read_headers(data)
    rvas = Rvas(data, headers)
    tables = TableReader(rvas, headers, _header_damage(data, headers))
    imports, exports = tables.imports(), tables.exports()
    config = read_load_config(rvas, headers)
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
                if config.hybrid is Hybrid.ARM64EC
                else _ARCH.get(headers.machine, Arch.UNKNOWN),
                bits=64 if headers.plus else 32,
                imports=imports,
                exports=exports,
                debug=tuple(kind for kind, present in kinds.items() if present),
                is_dll=bool(headers.characteristics & _DLL),
                machine=headers.machine,
                hybrid=config.hybrid,
                managed=bool(headers.directory(Directory.CLR)[0]),
                subsystem=headers.subsystem,
                linker_version=headers.linker_version,
                dll_characteristics=headers.dll_characteristics,
                dependent_load_flags=config.dependent_load_flags,
                checksum=headers.checksum,
                size_of_image=headers.size_of_image,
                sections=headers.sections,
                overlay=(overlay, len(data) - overlay) if overlay < len(data) else None,
                certificate=_certificate(data, headers),
                coff_symbols=symbols,
                pdb_path=pdb_path,
                bound_imports=bool(headers.directory(Directory.BOUND_IMPORT)[0]),
                damage=tuple(tables.damage),
                code=tuple(
                    (section.file_offset, section.file_size)
                    for section in headers.sections
                    if section.characteristics & _EXECUTABLE
                ),
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
    embedded, path = False, None
    for row in debug_rows(rvas, headers):
        kind, length, _, offset = struct.unpack_from("<4I", data, row + 12)
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
