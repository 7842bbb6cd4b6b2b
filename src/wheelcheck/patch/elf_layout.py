"""Where the grown parts of an ELF object go.

One segment, the *annex*, is added behind all others and holds what grew. Its
program header needs room, and the table stays where it is, right behind the
file header: binutils' ``strip`` and ``objcopy`` always write it there, so a table
that was moved to the annex does not survive them. What stands in its way (notes,
the interpreter's name, a hash table) moves to the annex instead; all that
points at it is known. (Where code or data stands there, as behind the table of an
object that an old patchelf enlarged, the table of a library goes to the annex after
all.) Every part that moved is described by its own section
header, so that binutils carry it along.

The annex obeys the loaders' rules: it comes last by address, and its address is
congruent to its offset modulo the file's own largest alignment, be it 4, 16 or
64 KiB. It is writable only when it holds the dynamic table, to which loaders
write. An annex from an earlier edit, by this or another tool, is recognised by
holding nothing but parts that can be moved, and is laid out anew in its place.
"""

from collections.abc import Iterable

from wheelcheck.binary.elf_image import DT, PT, Segment
from wheelcheck.errors import PatchError
from wheelcheck.patch.elf_draft import Block, Draft, align_up, occupies

__all__ = ["lay_out"]

_PF_R, _PF_W = 4, 2
_LEAST_PAGE = 0x1000
_FILLING = b"\0XZ"
"""Zeros, and the letters with which patchelf overwrites what it moves."""
_ALIGN = 16
"""Of the annex and of what follows it in the file: enough for every table."""


def lay_out(draft: Draft, added: list[Segment]) -> None:
    """Give every block its new content and place, and the header table its new segments.

    Raises:
        PatchError: when nothing is loaded, or a program's header table cannot grow.

    """
    grown = [block for block in draft.blocks if block.new_size > block.size]
    moved = _relocate(draft, grown, added) if grown or added else []
    for block in draft.blocks:
        if block not in moved and block.content is not None:
            draft.data[block.offset : block.end] = block.content.ljust(block.size, b"\0")


def _relocate(draft: Draft, grown: list[Block], added: list[Segment]) -> list[Block]:
    """Make room for what grew and for more program headers; return the blocks that moved."""
    if not draft.loads:
        raise PatchError("no segment is loaded: there is nothing for a loader to read")
    annex, extra = _annex(draft), list(added)
    blocking = _blocking(draft, len(extra))
    if annex is None and (grown or blocking != []):
        annex = Segment(PT.LOAD, 0, 0, 0, 0, 0, 0, 0)
        extra.insert(0, annex)
        blocking = _blocking(draft, len(extra))
    moved: list[Block] = []
    table = (len(draft.segments) + len(extra)) * draft.image.layout.segment.size
    if annex is not None and (grown or blocking != []):
        moved = [
            block
            for block in draft.blocks
            if block.tag == DT.STRTAB
            or block in grown
            or block in (blocking or ())
            or _inside(block, annex)
        ]
        _refuse_overlap(draft.blocks, moved)
        _write_annex(draft, annex, moved, table if blocking is None else 0)
    for segment in extra:
        loaded = segment.type == PT.LOAD
        at = draft.segments.index(draft.loads[-1]) + 1 if loaded else len(draft.segments)
        draft.segments.insert(at, segment)
    if blocking is not None:
        draft.phoff = draft.image.header_size
    _follow_table(draft, table)
    return moved


def _inside(block: Block, segment: Segment) -> bool:
    return segment.holds(block.offset, block.size)


def _annex(draft: Draft) -> Segment | None:
    """Return the last segment if it holds movable blocks, among them the strings, and no more."""
    last = max(draft.loads, key=lambda s: s.vaddr)
    blocks = [block for block in draft.blocks if _inside(block, last)]
    if not any(block.tag == DT.STRTAB for block in blocks) or last.memsz != last.filesz:
        return None
    image = draft.image
    table = Block(image.phoff, 0, len(draft.segments) * image.layout.segment.size, 1)
    if last.holds(0, image.header_size):
        return None
    if draft.sections:
        sections = [s for s in draft.occupants() if last.holds(s.offset, s.size)]
        whole = all(any(b.covers(s.offset, s.size) for b in blocks) for s in sections)
    else:
        whole = not _unknown(draft, [*blocks, table], last.offset, last.offset + last.filesz)
    known = {id(segment) for block in blocks for segment in block.segments}
    for segment in draft.segments:
        inside = segment.filesz and last.holds(segment.offset, segment.filesz)
        if inside and segment is not last and segment.type != PT.PHDR and id(segment) not in known:
            return None
    return last if whole else None


def _unknown(draft: Draft, known: Iterable[Block], start: int, end: int) -> bool:
    """Tell whether a range holds bytes that belong to no known block and are no filling."""
    at = start
    for block in sorted(known, key=lambda b: b.offset):
        if draft.data[at : min(block.offset, end)].strip(_FILLING):
            return True
        at = max(at, min(block.end, end))
    return bool(draft.data[at:end].strip(_FILLING))


def _blocking(draft: Draft, extra: int) -> list[Block] | None:
    """Return the blocks that the header table would overwrite with ``extra`` more entries.

    None stands for something that cannot be moved; then a library's table goes to the annex,
    as loaders allow. A program's does not: Linux before 5.18 tells it a wrong place then.
    """
    image = draft.image
    entry = image.layout.segment.size
    taken = start = image.header_size
    if image.phoff == start:
        taken += len(draft.segments) * entry
    end = start + (len(draft.segments) + extra) * entry
    if taken >= end:
        return []
    blocking = [b for b in draft.blocks if b.offset < end and b.end > taken]
    if draft.sections:
        others = [s for s in draft.occupants() if s.offset < end and s.offset + s.size > taken]
        free = all(any(b.covers(s.offset, s.size) for b in blocking) for s in others)
        free = free and not taken - draft.section_headers_size < draft.shoff < end
    else:
        free = not _unknown(draft, blocking, taken, end)
    first = min(draft.loads, key=lambda s: s.vaddr)
    if free and not first.offset and first.filesz >= end:
        return blocking
    if any(s.type in (PT.PHDR, PT.INTERP) for s in draft.segments):
        raise PatchError("the program headers cannot grow: what follows them cannot be moved")
    return None


def _refuse_overlap(blocks: list[Block], moved: list[Block]) -> None:
    """Refuse to move what shares bytes with something else; no linker makes such a file."""
    end, last = 0, None
    for block in sorted(blocks, key=lambda b: b.offset):
        if block.offset < end and (block in moved or last in moved):
            raise PatchError(f"two tables share the bytes at offset {block.offset:#x}")
        if block.end > end:
            end, last = block.end, block


def _write_annex(draft: Draft, annex: Segment, blocks: list[Block], table: int) -> None:
    """Write the blocks as one segment, in the place of the annex or at the end of the file.

    Before them, ``table`` bytes are left for the program headers.
    """
    loads = [load for load in draft.loads if load is not annex]
    start = old_end = len(draft.data)
    if annex.filesz and all(load.offset < annex.offset for load in loads):
        start, old_end = annex.offset, annex.offset + annex.filesz
    start = align_up(start, _ALIGN)
    align = max(_LEAST_PAGE, *(load.align for load in loads))
    address = align_up(max(load.vaddr + load.memsz for load in loads), align) + start % align
    content, places = _join(draft, blocks, start, table)
    if table:
        draft.phoff = start
    size = len(content)
    if start <= draft.shoff < old_end:  # patchelf keeps the section headers in its segment
        content += bytes(-(start + size) % _ALIGN)
        draft.shoff = start + len(content)
        content += bytes(draft.section_headers_size)
    tail = bytes(draft.data[old_end:])
    if tail:
        content += bytes(-(start + size - old_end) % _ALIGN)
        content += bytes(max(old_end - start - len(content), 0))
    if max(address + size, start + len(content) + len(tail)) >> draft.image.layout.bits:
        raise PatchError("no address is left behind the last segment")
    draft.data[min(start, old_end) :] = bytes(max(start - old_end, 0)) + content + tail
    _shift_tail(draft, old_end, start + len(content) - old_end)
    for block, offset in places:
        _point_at(draft, block, offset - block.offset, address + offset - start - block.address)
    holds_dynamic = any(s.type == PT.DYNAMIC for block in blocks for s in block.segments)
    annex.flags = _PF_R | (_PF_W if holds_dynamic else 0)
    annex.offset, annex.vaddr, annex.paddr, annex.align = start, address, address, align
    annex.filesz = annex.memsz = size


def _join(
    draft: Draft, blocks: list[Block], start: int, table: int
) -> tuple[bytearray, list[tuple[Block, int]]]:
    """Return the blocks' bytes one after the other, and each block's offset in the file.

    The strings are always among them, by which the annex is known again. The interpreter's
    name comes last: before the annex in the header table, but at the same offset, LLVM's
    strip takes its alignment, of one byte, for that of the annex. Where the blocks stood is
    blanked.
    """

    def order(block: Block) -> tuple[bool, int]:
        return any(s.type == PT.INTERP for s in block.segments), block.offset

    content = bytearray(table)
    places = []
    for block in sorted(blocks, key=order):
        content += bytes(-(start + len(content)) % min(max(block.align, 1), _ALIGN))
        places.append((block, start + len(content)))
        content += block.content or draft.data[block.offset : block.end]
    for block in blocks:
        draft.data[block.offset : block.end] = bytes(block.size)
    return content, places


def _shift_tail(draft: Draft, start: int, shift: int) -> None:
    """Follow the end of the file, which no loader maps, to where it is now."""
    for section in draft.sections:
        if section.offset >= start:
            section.offset += shift
    for segment in draft.segments:
        if segment.offset >= start and segment.type != PT.LOAD:
            segment.offset += shift
    if draft.image.shoff >= start:
        draft.shoff += shift


def _point_at(draft: Draft, block: Block, shift: int, delta: int) -> None:
    """Tell all that points at a block that it moved, in the file and in memory."""
    for index, section in enumerate(draft.sections):
        if index in draft.moved or not occupies(section):
            continue  # where a section stands now, another block may have stood
        if block.covers(section.offset, section.size):
            section.offset += shift
            section.addr += delta
            draft.moved[index] = delta
            if block.content is not None:
                section.size = block.new_size
    for segment in block.segments:
        segment.offset += shift
        segment.vaddr += delta
        segment.paddr += delta
        if block.content is not None:
            segment.filesz = segment.memsz = block.new_size
    draft.dynamic = [
        (tag, value + delta if tag == block.tag else value) for tag, value in draft.dynamic
    ]


def _follow_table(draft: Draft, size: int) -> None:
    """Tell PT_PHDR of the header table, which is mapped at the start of the first segment."""
    first = min(draft.loads, key=lambda s: s.vaddr)
    for segment in draft.segments:
        if segment.type == PT.PHDR:
            segment.offset = draft.phoff
            segment.vaddr = segment.paddr = first.vaddr + draft.phoff
            segment.filesz = segment.memsz = size
