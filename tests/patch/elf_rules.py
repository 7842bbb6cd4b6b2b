"""What loaders and binutils ask of an ELF file, checked independently of the patcher."""

from itertools import pairwise

from tests.elf_samples import elf
from wheelcheck.binary.elf_image import DT, PT, ElfImage, Segment

_TABLES = {
    5: DT.HASH,
    11: DT.SYMTAB,
    0x6FFFFFF6: DT.GNU_HASH,
    0x6FFFFFFD: DT.VERDEF,
    0x6FFFFFFE: DT.VERNEED,
    0x6FFFFFFF: DT.VERSYM,
}
_NAMED = frozenset({"imports", "soname", "rpath", "runpath", "version_needs", "references"})


def check_legal(data: bytes, *, strippable: bool = True) -> None:
    """Assert what glibc, musl and the kernel rely on, and that sections tell the same."""
    image = ElfImage(data)
    loads = [s for s in image.segments if s.type == PT.LOAD]
    alignment = max(load.align for load in loads)
    for load in loads:
        assert load.vaddr % load.align == load.offset % load.align
        assert load.offset + load.filesz <= len(data)
        assert load.filesz <= load.memsz
    for lower, upper in pairwise(loads):
        assert lower.vaddr + lower.memsz <= upper.vaddr
    if loads[-1].flags & 1 == 0 and loads[-1].filesz:
        end = loads[-2].vaddr + loads[-2].memsz
        assert (end - 1) // alignment < loads[-1].vaddr // alignment
    _check_headers(image, loads, strippable=strippable)
    for segment in image.segments:
        if segment.filesz and segment.type != PT.LOAD:
            around = next(load for load in loads if load.holds(segment.offset, segment.filesz))
            assert segment.vaddr - segment.offset == around.vaddr - around.offset
            if segment.type == PT.DYNAMIC:
                assert around.flags & 2, "loaders write into the dynamic table"
            if segment.align > 1:
                assert segment.vaddr % segment.align == 0
    _check_sections(image)


def _check_headers(image: ElfImage, loads: list[Segment], *, strippable: bool) -> None:
    size = len(image.segments) * image.layout.segment.size
    holder = next(load for load in loads if load.holds(image.phoff, size))
    if strippable:  # binutils write the table behind the file header
        assert holder.offset == 0
        assert image.phoff == image.header_size
    kinds = [s.type for s in image.segments]
    if PT.PHDR in kinds:
        table = image.segments[0]
        assert table.type == PT.PHDR
        assert (table.offset, table.filesz, table.memsz) == (image.phoff, size, size)
        assert table.vaddr == holder.vaddr + image.phoff
    if PT.INTERP in kinds:
        assert kinds.index(PT.INTERP) < kinds.index(PT.LOAD)


def _check_sections(image: ElfImage) -> None:
    sections = image.sections()
    loads = [s for s in image.segments if s.type == PT.LOAD]
    for section in sections:
        if section.type in _TABLES and section.info + section.size:
            assert section.addr == image.tag(_TABLES[section.type])
        if section.flags & 2 and section.type != 8 and section.size:
            load = next(s for s in loads if s.holds(section.offset, section.size))
            assert section.addr - section.offset == load.vaddr - load.offset
            assert section.addr % max(section.align, 1) == 0
    names = image.section_names(sections)
    if ".dynstr" in names:
        strings = sections[names.index(".dynstr")]
        assert strings.addr == image.tag(DT.STRTAB)
        assert strings.size == image.tag(DT.STRSZ)
        dynamic, segment = sections[names.index(".dynamic")], image.first(PT.DYNAMIC)
        assert segment is not None
        assert (dynamic.addr, dynamic.offset) == (segment.vaddr, segment.offset)
        assert dynamic.size == segment.filesz


def unnamed(data: bytes) -> dict[str, object]:
    """Return all that an edit of names leaves alone."""
    read = elf(data)
    kept: dict[str, object] = {
        field: getattr(read, field) for field in read.__dataclass_fields__ if field not in _NAMED
    }
    kept["references"] = [(r.name, r.weak, r.version) for r in read.references]
    kept["versions"] = list(read.version_needs.values())
    return kept
