"""An ELF object while it is rewritten: its headers as objects, its bytes beside them."""

import struct

from wheelcheck.binary.elf_image import DT, PT, ElfImage, Section, Segment
from wheelcheck.binary.elf_symbols import gnu_hash, hash_size, symbol_count
from wheelcheck.binary.elf_versions import version_definitions, version_needs
from wheelcheck.errors import PatchError
from wheelcheck.records import field, record

__all__ = ["Block", "Draft", "align_up", "occupies"]

_SHF_ALLOC = 2
_SHT_NOBITS, _SHT_SYMTAB, _SHT_DYNSYM = 8, 2, 11
_VERNEED_RECORD = 16


@record(frozen=False, eq=False)
class Block:
    """Bytes that can be moved, because all that points at them is known."""

    offset: int
    address: int
    size: int
    align: int
    tag: int | None = None
    """The dynamic tag that holds its address."""
    segments: list[Segment] = field(default_factory=list)
    """The segments that lie inside and move along."""
    content: bytes | None = None
    """What it shall hold; None for what it holds now."""

    @property
    def end(self) -> int:
        """Where it ends in the file."""
        return self.offset + self.size

    @property
    def new_size(self) -> int:
        """How many bytes it takes after the edit."""
        return self.size if self.content is None else len(self.content)

    def covers(self, offset: int, size: int) -> bool:
        """Tell whether all these bytes are its own."""
        return self.offset <= offset and offset + size <= self.end


class Draft:
    """The parts of an ELF file that an edit changes; nothing is written to ``image``."""

    def __init__(self, image: ElfImage) -> None:
        self.image = image
        self.data = bytearray(image.view)
        self.phoff = image.phoff
        self.shoff = image.shoff
        self.segments = image.segments
        self.sections = image.sections()
        self.dynamic = list(image.dynamic)
        self.symbols = self._symbol_count()
        self.blocks = self._blocks()
        self.moved: dict[int, int] = {}
        """How far each section that moved did so in memory, by its index."""

    @property
    def loads(self) -> list[Segment]:
        """The segments that are mapped, in the order of the table."""
        return [s for s in self.segments if s.type == PT.LOAD]

    @property
    def section_headers_size(self) -> int:
        """The bytes that the section headers take."""
        return len(self.sections) * self.image.layout.section.size

    def occupants(self) -> list[Section]:
        """Return the sections that are mapped from bytes of the file."""
        return [section for section in self.sections if occupies(section)]

    def block(self, tag: int) -> Block | None:
        """Return the block that a dynamic tag points at."""
        return next((block for block in self.blocks if block.tag == tag), None)

    def shares_strings(self) -> bool:
        """Tell whether sections that no loader reads keep names among the dynamic strings."""
        table = self.block(DT.STRTAB)
        holders = {
            index
            for index, section in enumerate(self.sections)
            if table is not None and section.size and section.offset == table.offset
        }
        return self.image.shstrndx in holders or any(
            section.link in holders and not section.flags & _SHF_ALLOC for section in self.sections
        )

    def make_room(self, spare: int) -> None:
        """Let the dynamic table grow, by ``spare`` more entries, if the entries do not fit."""
        form = self.image.layout.dynamic
        for block in self.blocks:
            is_dynamic = any(segment.type == PT.DYNAMIC for segment in block.segments)
            if is_dynamic and (len(self.dynamic) + 1) * form.size > block.size:
                block.content = bytes((len(self.dynamic) + 1 + spare) * form.size)

    def _symbol_count(self) -> int:
        """Count the dynamic symbols; section headers know more than an empty hash table."""
        listed = (
            section.size // self.image.layout.symbol.size
            for section in self.sections
            if section.type == _SHT_DYNSYM
        )
        return max(symbol_count(self.image), *listed, 0)

    def _blocks(self) -> list[Block]:
        """Find what can be moved."""
        image = self.image
        word = 8 if image.layout.wide else 4
        sizes = {
            DT.STRTAB: (image.tag(DT.STRSZ) or 0, 1),
            DT.SYMTAB: (self.symbols * image.layout.symbol.size, word),
            DT.VERSYM: (2 * self.symbols, 2),
        }
        if image.tag(DT.HASH) is not None:
            sizes[DT.HASH] = (hash_size(image), word)
        if image.tag(DT.GNU_HASH) is not None:
            sizes[DT.GNU_HASH] = (gnu_hash(image).size, word)
        blocks = self._notes()
        for tag, (size, align) in sizes.items():
            address = image.tag(tag)
            if address is not None and size:
                blocks.append(self._table(tag, address, size, align))
        blocks += self._version_blocks(word)
        segment = image.first(PT.DYNAMIC)
        if segment is not None:
            blocks.append(_of_segment(segment, word))
        return blocks

    def _table(self, tag: int, address: int, size: int, align: int) -> Block:
        """Return a table's block, as large as its section says, where there is one."""
        offset, room = self.image.offset_of(address, "tables")
        size = max(size, *(s.size for s in self.occupants() if s.offset == offset), 0)
        if size > room:
            raise PatchError(f"the table at address {address:#x} reaches outside its segment")
        return Block(offset, address, size, align, tag)

    def _version_blocks(self, word: int) -> list[Block]:
        """Return the blocks of the version needs and definitions."""
        needs = [
            record + _VERNEED_RECORD
            for need in version_needs(self.image)
            for record in (need.offset, *(version.offset for version in need.versions))
        ]
        definitions = [definition.end for definition in version_definitions(self.image)]
        blocks = []
        for tag, ends in ((DT.VERNEED, needs), (DT.VERDEF, definitions)):
            address = self.image.tag(tag)
            if address is not None and ends:
                offset, _ = self.image.offset_of(address, "versions")
                blocks.append(self._table(tag, address, max(ends) - offset, word))
        return blocks

    def _notes(self) -> list[Block]:
        """Return the blocks of notes and the interpreter; segments that overlap share one."""
        blocks: list[Block] = []
        kinds = (PT.NOTE, PT.GNU_PROPERTY, PT.INTERP)
        mapped = [s for s in self.segments if s.type in kinds and s.filesz and self._maps(s)]
        for segment in sorted(mapped, key=lambda s: (s.offset, -s.filesz)):
            if blocks and segment.offset < blocks[-1].end:
                block = blocks[-1]
                block.size = max(block.size, segment.offset + segment.filesz - block.offset)
                block.align = max(block.align, segment.align)
                block.segments.append(segment)
            else:
                blocks.append(_of_segment(segment, 1))
        return blocks

    def _maps(self, segment: Segment) -> bool:
        """Tell whether a segment's bytes are mapped where it says."""
        shift = segment.vaddr - segment.offset
        return any(
            load.vaddr - load.offset == shift and load.holds(segment.offset, segment.filesz)
            for load in self.loads
        )

    def finish(self) -> bytes:
        """Write the dynamic table, the symbols of moved sections and the headers.

        Raises:
            PatchError: when a header says what no longer fits it; only damaged ones do.

        """
        try:
            self._write()
        except struct.error as error:
            raise PatchError(f"the headers contradict each other: {error}") from error
        return bytes(self.data)

    def _write(self) -> None:
        segment = self.image.first(PT.DYNAMIC)
        if segment is not None:
            form = self.image.layout.dynamic
            table = b"".join(form.pack(tag, value) for tag, value in self.dynamic)
            self.data[segment.offset : segment.offset + segment.filesz] = table.ljust(
                segment.filesz, b"\0"
            )
        self._move_symbols()
        self._write_headers()

    def _move_symbols(self) -> None:
        """Follow the sections that moved: ``_DYNAMIC``, and the symbols of sections themselves."""
        form = self.image.layout.symbol
        wide = self.image.layout.wide
        for section in self.sections:
            if not self.moved or section.type not in (_SHT_SYMTAB, _SHT_DYNSYM):
                continue
            end = section.offset + section.size - section.size % form.size
            table = bytes(self.data[section.offset : end])
            for index, entry in enumerate(form.iter_unpack(table)):
                delta = self.moved.get(entry[3] if wide else entry[5])
                if delta:
                    fields = list(entry)
                    fields[4 if wide else 1] += delta
                    form.pack_into(self.data, section.offset + index * form.size, *fields)

    def _write_headers(self) -> None:
        """Write the program headers and the section headers where the draft has them."""
        layout = self.image.layout
        order = layout.order
        for index, segment in enumerate(self.segments):
            s = segment
            fields = (
                (s.type, s.flags, s.offset, s.vaddr, s.paddr, s.filesz, s.memsz, s.align)
                if layout.wide
                else (s.type, s.offset, s.vaddr, s.paddr, s.filesz, s.memsz, s.flags, s.align)
            )
            layout.segment.pack_into(self.data, self.phoff + index * layout.segment.size, *fields)
        for index, section in enumerate(self.sections):
            c = section
            layout.section.pack_into(
                self.data,
                self.shoff + index * layout.section.size,
                *(c.name, c.type, c.flags, c.addr, c.offset, c.size),
                *(c.link, c.info, c.align, c.entsize),
            )
        word, at = ("Q", 32) if layout.wide else ("I", 28)
        struct.pack_into(order + word * 2, self.data, at, self.phoff, self.shoff)
        struct.pack_into(order + "H", self.data, 56 if layout.wide else 44, len(self.segments))


def occupies(section: Section) -> bool:
    """Tell whether a section is mapped from bytes of the file."""
    return bool(section.flags & _SHF_ALLOC and section.type != _SHT_NOBITS and section.size)


def _of_segment(segment: Segment, align: int) -> Block:
    align = max(segment.align, align)
    return Block(segment.offset, segment.vaddr, segment.filesz, align, None, [segment])


def align_up(value: int, align: int) -> int:
    """Return the next multiple of ``align`` that is not below ``value``."""
    return -(-value // align) * align
