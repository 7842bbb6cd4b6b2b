"""Moving a whole Mach-O image away from its header, when the header needs room.

The old image, its header included, stays in one piece: it only starts some
pages later, in the file and in memory, and a new header stands before it. Code
that reaches data, or its own header, by distance therefore needs no change.
What counts from the header, or holds an address, is moved here: the load
commands, symbols, exports, function starts, data-in-code, unwinding tables,
initializer offsets, and every pointer that the loader would slide.

Only what is known by name is moved. An image with anything else in it that
could hold an address is refused, for a guess would be a corrupt file.
"""

import struct
from collections.abc import Callable, Iterator

from wheelcheck.binary.macho_layout import DYLIB_COMMANDS, Image, Lc, Segment, architecture
from wheelcheck.errors import PatchError
from wheelcheck.patch.macho_addresses import (
    UnknownTableError,
    move_chained_fixups,
    move_data_in_code,
    move_function_starts,
    move_initializers,
    move_rebased_pointers,
    move_symbols,
    move_unwind_info,
)
from wheelcheck.patch.macho_trie import move_trie
from wheelcheck.records import record

__all__ = ["shift"]

_PAGE = 0x4000
"""The larger page of the two architectures: it keeps every alignment."""
_MOVABLE = {0x01000007: (3, 8), 0x0100000C: (0, 1)}
"""CPU types with their subtypes: x86_64, x86_64h, arm64; arm64e signs its pointers."""
_LIBRARY, _BUNDLE = 6, 8
_STEP = 16
_TEXT_RELOCATIONS = 0x300
_INITIALIZER_OFFSETS = 0x16

_NO_ADDRESSES = {
    *DYLIB_COMMANDS,
    Lc.ID_DYLIB,
    Lc.RPATH,
    Lc.UUID,
    Lc.SOURCE_VERSION,
    Lc.BUILD_VERSION,
    Lc.VERSION_MIN_MACOSX,
    Lc.SUB_FRAMEWORK,
    Lc.SUB_UMBRELLA,
    Lc.SUB_CLIENT,
    Lc.SUB_LIBRARY,
}
_OFFSETS: dict[int, tuple[int, ...]] = dict.fromkeys(
    (
        Lc.CODE_SIGNATURE,
        Lc.SEGMENT_SPLIT_INFO,
        Lc.FUNCTION_STARTS,
        Lc.DATA_IN_CODE,
        Lc.DYLIB_CODE_SIGN_DRS,
        Lc.LINKER_OPTIMIZATION_HINT,
        Lc.DYLD_EXPORTS_TRIE,
        Lc.DYLD_CHAINED_FIXUPS,
    ),
    (8,),
) | {
    Lc.SYMTAB: (8, 16),
    # Table of contents, modules, references, indirect symbols, two kinds of relocations.
    Lc.DYSYMTAB: (32, 40, 48, 56, 64, 72),
    Lc.DYLD_INFO: (8, 16, 24, 32, 40),
    Lc.DYLD_INFO_ONLY: (8, 16, 24, 32, 40),
}
"""Where a command of this kind holds offsets into the file."""


def shift(image: Image, room: int) -> bytes:
    """Return the image with at least ``room`` more bytes behind its load commands.

    :raises PatchError: it holds something that cannot be moved with certainty.
    """
    name = architecture(image.cputype, image.cpusubtype)
    reason = next(_obstacles(image), None)
    if reason is None:
        try:
            # Enough for all of the new header, so that the old one behind it stays whole.
            needed = image.commands_end + image.room + room
            return _Move(image, -(-needed // _PAGE) * _PAGE).result()
        except (ValueError, IndexError, struct.error) as error:
            reason = str(error)
    raise PatchError(
        f"{name}: the header lacks {room} bytes, and the image cannot be moved to make room "
        f"({reason}); link it with -headerpad_max_install_names"
    )


def _obstacles(image: Image) -> Iterator[str]:
    """Say what makes an image one that cannot be moved with certainty."""
    if image.cpusubtype & 0xFFFFFF not in _MOVABLE.get(image.cputype, ()) or image.order != "<":
        yield "it is for another architecture than x86_64 and arm64"
    if image.filetype not in {_LIBRARY, _BUNDLE}:
        yield "it is neither a library nor a bundle"
    for command in image.commands:
        if command.kind not in _NO_ADDRESSES | _OFFSETS.keys() | {Lc.SEGMENT_64}:
            yield f"it has a load command {command.kind:#x}"
    tables = [c.kind for c in image.commands if c.kind in _OFFSETS]
    if len(tables) > len(set(tables)):
        yield "it has two tables of one kind"
    dysymtab = image.first(Lc.DYSYMTAB)
    # Modules hold addresses, relocations are counted from places that depend on the segments.
    if dysymtab and any(image.fields("I", dysymtab.offset + at)[0] for at in (44, 68, 76)):
        yield "it has modules or relocations of an old linker"
    if image.segments:
        yield from _segment_obstacles(image)
    else:
        yield "it has no segments"


def _segment_obstacles(image: Image) -> Iterator[str]:
    first, last = image.segments[0], image.segments[-1]
    if first.name != "__TEXT" or first.offset:
        yield "its first segment is not __TEXT"
    addresses = [s.address for s in image.segments]
    if addresses != sorted(addresses) or last.name != "__LINKEDIT":
        yield "its segments are not in order"
    if last.offset + last.size != len(image.data):
        yield "something follows its last segment"
    for section in (section for segment in image.segments for section in segment.sections):
        if section.segment == "__DWARF" or section.name.startswith("__debug_"):
            yield "it holds DWARF"
        if section.segment == "__TEXT" and section.flags & _TEXT_RELOCATIONS:
            yield "it has relocations in its code"


@record
class _Regrown:
    """A table in __LINKEDIT that became longer."""

    start: int
    end: int
    """In the old image."""
    content: bytes

    @property
    def growth(self) -> int:
        return len(self.content) - (self.end - self.start)


class _Move:
    """One image on its way to its new place."""

    def __init__(self, image: Image, by: int) -> None:
        self._image = image
        self._by = by
        # The old image as a whole, its tables changed in place; what grows is put in last.
        self._old = bytearray(image.data)
        self._regrown: list[_Regrown] = []
        self._sizes: dict[int, int] = {}
        """New values of the size fields in load commands, by their offset."""

    def result(self) -> bytes:
        self._move_tables()
        self._move_sections()
        self._regrown.sort(key=lambda t: t.start)
        pieces = [self._header()]
        at = 0
        for table in self._regrown:
            pieces += [bytes(self._old[at : table.start]), table.content]
            at = table.end
        pieces.append(bytes(self._old[at:]))
        return b"".join(pieces)

    def _move_tables(self) -> None:
        image, old, by = self._image, self._old, self._by
        move_symbols(image, old, by)
        for command in image.commands:
            at = command.offset + 8
            if command.kind == Lc.DYLD_EXPORTS_TRIE:
                self._regrow(at, move_trie)
            elif command.kind == Lc.FUNCTION_STARTS:
                self._regrow(at, move_function_starts)
            elif command.kind in {Lc.DYLD_INFO, Lc.DYLD_INFO_ONLY}:
                start, size = image.fields("2I", at)
                move_rebased_pointers(image, old, start, size, by)
                self._regrow(at + 32, move_trie)
            elif command.kind == Lc.DYLD_CHAINED_FIXUPS:
                move_chained_fixups(image, old, image.fields("I", at)[0], by)
            elif command.kind == Lc.DATA_IN_CODE:
                start, size = image.fields("2I", at)
                move_data_in_code(old, start, size, by)
            elif command.kind == Lc.LINKER_OPTIMIZATION_HINT and image.fields("I", at + 4)[0]:
                raise UnknownTableError("it holds hints for the linker")

    def _move_sections(self) -> None:
        for segment in self._image.segments:
            for section in segment.sections:
                if section.name == "__unwind_info" and section.size:
                    move_unwind_info(self._old, section, self._by)
                elif section.flags & 0xFF == _INITIALIZER_OFFSETS:
                    move_initializers(self._old, section, self._by)

    def _regrow(self, fields: int, move: Callable[[bytes, int], bytes]) -> None:
        """Move a table whose length may change; ``fields`` is where offset and size stand."""
        start, size = self._image.fields("2I", fields)
        if not size:
            return
        new = move(self._image.part(start, start + size), self._by)
        # Whole steps, so that what follows keeps its alignment.
        growth = max(0, -(-(len(new) - size) // _STEP) * _STEP)
        self._regrown.append(_Regrown(start, start + size, new.ljust(size + growth, b"\0")))
        self._sizes[fields + 4] = size + growth

    def _offset(self, old: int) -> int:
        """Tell where something in the file comes to lie."""
        if any(t.start < old < t.end for t in self._regrown):
            raise UnknownTableError("two of its tables overlap")
        return old + self._by + sum(t.growth for t in self._regrown if t.end <= old)

    def _header(self) -> bytes:
        """Return the pages that come to stand before the old image."""
        image = self._image
        head = bytearray(image.part(0, image.commands_end).ljust(self._by, b"\0"))
        for command in image.commands:
            for at in _OFFSETS.get(command.kind, ()):
                (old,) = image.fields("I", command.offset + at)
                if old:
                    struct.pack_into("<I", head, command.offset + at, self._offset(old))
        for at, size in self._sizes.items():
            struct.pack_into("<I", head, at, size)
        for segment in image.segments:
            self._place(head, segment)
        return bytes(head)

    def _place(self, head: bytearray, segment: Segment) -> None:
        by, at = self._by, segment.command.offset
        address, space, offset, size = segment[2:6]
        if segment is self._image.segments[0]:
            space, size = space + by, size + by
        else:
            address, offset = address + by, offset + by if offset else 0
        if segment.name == "__LINKEDIT":
            size += sum(t.growth for t in self._regrown)
            space = max(space, -(-size // _PAGE) * _PAGE)
        struct.pack_into("<4Q", head, at + 24, address, space, offset, size)
        for index, section in enumerate(segment.sections):
            row = at + 72 + 80 * index
            struct.pack_into("<Q", head, row + 32, section.address + by)
            struct.pack_into("<I", head, row + 48, section.offset + by if section.offset else 0)
