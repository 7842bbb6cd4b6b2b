"""ELF objects given other names for what they need, what they are and where they look.

Bytes in, bytes out, for any class, byte order and machine, on any host. What
fits is changed in place; what does not moves as :mod:`.elf_layout` tells.
"""

from collections.abc import Mapping

from wheelcheck.binary.elf_image import DT, PT, ElfImage, Segment
from wheelcheck.binary.elf_symbols import symbol_table
from wheelcheck.binary.elf_versions import VersionNeed, version_definitions, version_needs
from wheelcheck.errors import PatchError
from wheelcheck.patch.elf_draft import Draft
from wheelcheck.patch.elf_layout import lay_out
from wheelcheck.patch.elf_strings import StringTable
from wheelcheck.patch.elf_version_needs import drop_numbers, write_needs
from wheelcheck.records import field, record

__all__ = ["ElfEdit", "rewrite"]

_PF_X, _PF_RW = 1, 6
_STACK_ALIGN = 16
_SPARE = 4
"""Empty entries left in a dynamic table that had to move, for the next edit."""
_PATHS = frozenset({DT.RPATH, DT.RUNPATH})
_EDITED = _PATHS | {DT.NEEDED, DT.SONAME}
_STRINGS = _EDITED | {DT.CONFIG, DT.DEPAUDIT, DT.AUDIT, DT.AUXILIARY, DT.FILTER}


@record
class ElfEdit:
    """What to change in an ELF object; the default changes nothing."""

    needed: Mapping[str, str] = field(default_factory=dict)
    """Old to new name of needed libraries; their version needs are renamed with them."""
    remove_needed: frozenset[str] = frozenset()
    """Libraries not to be asked for any more, nor any version of them."""
    soname: str | None = None
    """The new soname; None keeps what there is."""
    rpath: str | None = None
    """The new search path; None keeps what there is, the empty string removes it."""
    runpath: bool = False
    """Whether to write the path as ``DT_RUNPATH`` rather than ``DT_RPATH``."""
    clear_execstack: bool = False
    """Whether to state that the stack need not be executable."""


def rewrite(data: bytes, edit: ElfEdit) -> bytes:
    """Return the object with the edit made; ``data`` itself when nothing changes.

    Raises:
        BinaryError: when the object is damaged.
        PatchError: when it has no dynamic table to edit, or no legal place for what grows.

    """
    draft = Draft(ElfImage(data))
    added = _state_stack(draft) if edit.clear_execstack else []
    _edit_dynamic(draft, edit)
    lay_out(draft, added)
    return draft.finish()


def _state_stack(draft: Draft) -> list[Segment]:
    """Forbid an executable stack; return the header to add where there is none."""
    stack = draft.image.first(PT.GNU_STACK)
    if stack is None:
        return [Segment(PT.GNU_STACK, _PF_RW, 0, 0, 0, 0, 0, _STACK_ALIGN)]
    stack.flags &= ~_PF_X
    return []


def _edit_dynamic(draft: Draft, edit: ElfEdit) -> None:
    """Give the dynamic table, its strings and the version needs their new content."""
    image = draft.image
    entries = _wanted(image, edit)
    needs = version_needs(image)
    kept = [need for need in needs if image.string(need.file) not in edit.remove_needed]
    dropped = [need for need in needs if need not in kept]
    names = {need.offset: image.string(need.file) for need in kept}
    renamed = {at: edit.needed[name] for at, name in names.items() if name in edit.needed}
    if entries == draft.dynamic and not dropped and not renamed:
        return
    block = draft.block(DT.STRTAB)
    if block is None:
        raise PatchError("there are no dynamic strings to edit: no loader links this object")
    strings = _string_table(draft, entries, kept, dropped, renamed)
    draft.dynamic = [
        (tag, strings.place(value) if isinstance(value, str) else value) for tag, value in entries
    ]
    if dropped or renamed:
        placed = {at: strings.place(name) for at, name in renamed.items()}
        write_needs(draft, kept, lambda need: placed.get(need.offset, need.file))
        drop_numbers(draft, {version.number for need in dropped for version in need.versions})
    block.content = bytes(strings.content)
    draft.dynamic = [
        (tag, len(strings.content) if tag == DT.STRSZ else value) for tag, value in draft.dynamic
    ]
    draft.make_room(_SPARE)


def _wanted(image: ElfImage, edit: ElfEdit) -> list[tuple[int, int | str]]:
    """Return the dynamic entries after the edit: text where a string changes."""
    path_tag = DT.RUNPATH if edit.runpath else DT.RPATH
    texts = {DT.SONAME: edit.soname, path_tag: edit.rpath}
    missing = {tag: text for tag, text in texts.items() if text}
    wanted: list[tuple[int, int | str]] = []
    for tag, value in image.dynamic:
        old = image.string(value) if tag in _EDITED else ""
        new: str | None = old
        if tag == DT.NEEDED:
            new = None if old in edit.remove_needed else edit.needed.get(old, old)
        elif tag == DT.SONAME and edit.soname is not None:
            new = missing.pop(tag, None)
        elif tag in _PATHS and edit.rpath is not None:
            new = missing.pop(path_tag, None)
        if new is not None:
            kept_tag = path_tag if tag in _PATHS and edit.rpath is not None else tag
            wanted.append((kept_tag, value if new == old else new))
    return wanted + list(missing.items())


def _string_table(
    draft: Draft,
    entries: list[tuple[int, int | str]],
    kept: list[VersionNeed],
    dropped: list[VersionNeed],
    renamed: Mapping[int, str],
) -> StringTable:
    """Return the dynamic strings with those given up that nothing uses after the edit."""
    image = draft.image
    layout = image.layout
    table = symbol_table(image, draft.symbols)
    used = {entry[0] for entry in layout.symbol.iter_unpack(table)}
    used.update(name for definition in version_definitions(image) for name in definition.names)
    used.update(version.name for need in kept for version in need.versions)
    used.update(need.file for need in kept if need.offset not in renamed)
    used.update(value for tag, value in entries if tag in _STRINGS and isinstance(value, int))
    address, size = image.tag(DT.STRTAB), image.tag(DT.STRSZ)
    assert address is not None
    assert size is not None
    strings = StringTable(bytes(image.table_at(address, size, "dynamic strings")), used)
    if not draft.shares_strings():
        for tag, value in image.dynamic:
            if tag in _EDITED:
                strings.give_up(value)
        for need in dropped:
            for name in (need.file, *(version.name for version in need.versions)):
                strings.give_up(name)
        for need in kept:
            strings.give_up(need.file)
    return strings
