"""One image for all tests of the PE patcher, and what holds for every rewrite."""

from typing import Any

from tests.pe_builder import Pe
from tests.pe_oracle import checksum, parse
from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.patch.pe import PatchResult, rewrite_imports

LONG = "libdemo-0123456789abcdef0123456789abcdef.dll"
OTHER = "libdemo-fedcba9876543210fedcba9876543210.dll"


def image(data: bytes) -> PeImage:
    (piece,) = read_pe(data).slices
    assert isinstance(piece, PeImage)
    return piece


def libraries(data: bytes) -> list[str]:
    return [entry.library for entry in image(data).imports]


def demo(**changes: Any) -> Pe:
    settings: dict[str, Any] = {"imports": {"KERNEL32.dll": ["Sleep"], "libDemo.dll": ["f", 7]}}
    return Pe(**settings | changes)


def renamed(data: bytes, new: str = LONG) -> PatchResult:
    """Rename libdemo.dll, and check what holds for every rewrite."""
    result = rewrite_imports(data, {"libdemo.dll": new})
    before, after = image(data), image(result.data)
    names = {"libdemo.dll": new}
    assert libraries(result.data) == [names.get(n.lower(), n) for n in libraries(data)]
    assert [i.symbols for i in after.imports] == [i.symbols for i in before.imports]
    assert after.exports.names == before.exports.names
    assert after.pdb_path == before.pdb_path
    assert after.damage == ()
    oracle = parse(result.data)
    assert [name for name, _ in oracle.imports + oracle.delay] == libraries(result.data)
    assert after.checksum == (checksum(result.data) if before.checksum else 0)
    last = after.sections[-1]
    assert after.size_of_image == last.rva + -(-last.virtual_size // 0x1000) * 0x1000
    for section, old in zip(after.sections, before.sections, strict=False):
        assert (section.name, section.rva) == (old.name, old.rva)
        assert not section.raw_offset % 0x200
    return result


def bytes_of(data: bytes, name: str) -> bytes:
    section = next(s for s in image(data).sections if s.name == name)
    return data[section.raw_offset : section.raw_offset + section.raw_size]
