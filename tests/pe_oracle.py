"""pefile's full parse, as an oracle; its own limits are set aside."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pefile

TESTDATA = Path(__file__).parents[1] / "testdata"


class Tables(NamedTuple):
    """Imports in file order, exports as sets."""

    imports: list[tuple[str, list[str | int]]]
    delay: list[tuple[str, list[str | int]]]
    names: set[str]
    ordinals: set[int]
    forwarders: dict[str, str]


def text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def parse(data: bytes) -> Tables:
    pe = pefile.PE(data=data, fast_load=True)
    pe.parse_data_directories(directories=[0, 1, 13])

    def imports(attribute: str) -> list[tuple[str, list[str | int]]]:
        return [
            (
                text(entry.dll),
                # pefile looks up the names of ordinals in a list of its own.
                [i.ordinal if i.import_by_ordinal else text(i.name) for i in entry.imports],
            )
            for entry in getattr(pe, attribute, [])
        ]

    exports: Any = getattr(pe, "DIRECTORY_ENTRY_EXPORT", None)
    tables = Tables(
        imports("DIRECTORY_ENTRY_IMPORT"), imports("DIRECTORY_ENTRY_DELAY_IMPORT"), set(), set(), {}
    )
    for symbol in exports.symbols if exports else ():
        name = None if symbol.name is None else text(symbol.name)
        tables.ordinals.add(symbol.ordinal)
        if name is not None:
            tables.names.add(name)
        if symbol.forwarder:
            tables.forwarders[name or f"#{symbol.ordinal}"] = text(symbol.forwarder)
    return tables


def header_fields(data: bytes) -> tuple[object, ...]:
    """Return the fields of ``binary.pe_headers.Headers`` in their order; sections without names."""
    pe = pefile.PE(data=data, fast_load=True)
    coff, optional = pe.FILE_HEADER, pe.OPTIONAL_HEADER
    return (
        coff.get_file_offset(),
        optional.get_file_offset(),
        optional.get_file_offset() + coff.SizeOfOptionalHeader,
        coff.NumberOfSections,
        coff.Machine,
        coff.Characteristics,
        coff.PointerToSymbolTable,
        coff.NumberOfSymbols,
        pe.PE_TYPE == pefile.OPTIONAL_HEADER_MAGIC_PE_PLUS,
        (optional.MajorLinkerVersion, optional.MinorLinkerVersion),
        optional.ImageBase,
        optional.SectionAlignment,
        optional.FileAlignment,
        optional.SizeOfImage,
        optional.SizeOfHeaders,
        optional.CheckSum,
        optional.Subsystem,
        optional.DllCharacteristics,
        tuple((d.VirtualAddress, d.Size) for d in optional.DATA_DIRECTORY),
        tuple(
            (
                row.VirtualAddress,
                row.Misc_VirtualSize,
                row.PointerToRawData,
                row.SizeOfRawData,
                row.Characteristics,
            )
            for row in pe.sections
        ),
    )


def checksum(data: bytes) -> int:
    total: int = pefile.PE(data=data, fast_load=True).generate_checksum()
    return total


def real_images() -> Iterator[tuple[str, bytes]]:
    """Every PE file of the test data: DLLs, programs, members of wheels."""
    for path in sorted(TESTDATA.rglob("*")):
        if path.suffix in {".dll", ".exe", ".pyd"}:
            yield path.relative_to(TESTDATA).as_posix(), path.read_bytes()
        elif path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                for name in sorted(wheel.namelist()):
                    if name.endswith((".dll", ".exe", ".pyd")):
                        yield f"{path.name}/{name}", wheel.read(name)
