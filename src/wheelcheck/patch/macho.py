"""Rewriting Mach-O files: other library names, another identity, other rpaths.

The number and the order of the commands that load libraries never change, for
imported symbols name their library by its place among them. Every slice that
changes is signed anew if it was signed or must be.
"""

import struct
from collections.abc import Mapping, Sequence

from wheelcheck.binary.macho_layout import (
    DYLIB_COMMANDS,
    Image,
    Lc,
    architecture,
    read_image,
    read_parts,
)
from wheelcheck.errors import PatchError
from wheelcheck.patch.codesign import must_be_signed, sign, signature_command
from wheelcheck.patch.macho_fat import assemble
from wheelcheck.patch.macho_shift import shift
from wheelcheck.records import field, record

__all__ = ["MachoEdit", "MachoPatch", "rewrite"]

_NAMED = (*DYLIB_COMMANDS, Lc.ID_DYLIB, Lc.RPATH)
_RPATH_FIELDS = 12
_TABLES = (Lc.DATA_IN_CODE, Lc.DYLIB_CODE_SIGN_DRS, Lc.LINKER_OPTIMIZATION_HINT)
"""Tables in __LINKEDIT that linkers name even when they are empty."""


@record
class MachoEdit:
    """What to change in a slice; what is not named stays."""

    libraries: Mapping[str, str] = field(default_factory=dict)
    """Names of libraries to load, old to new; a name that a slice lacks is passed over."""
    install_name: str | None = None
    """The new identity, for slices that have one."""
    rpaths: Mapping[str, str | None] = field(default_factory=dict)
    """Rpaths to replace, or to remove where the new one is None."""
    add_rpaths: tuple[str, ...] = ()
    """Rpaths to search after all others."""


@record
class MachoPatch:
    """A rewritten file."""

    data: bytes
    notes: tuple[str, ...] = ()
    """What was done besides, to make room: a sentence each."""


def rewrite(data: bytes, edit: MachoEdit | Sequence[MachoEdit], *, identifier: str) -> MachoPatch:
    """Return the file with its load commands changed, and signed again where that is due.

    A slice in which nothing changes stays as it is, down to its signature. An
    rpath that would stand twice is written once: dyld refuses duplicates in what
    was linked for macOS 15.4 or later.

    :param edit: for all slices, or one for each in the order of the file's header.
    :param identifier: names images that never had a signature; the file's name will do.
    :raises BinaryError: it is no Mach-O file, or its headers are damaged.
    :raises PatchError: the edit does not fit, or a name in it is none.
    """
    parts = read_parts(data)
    edits = [edit] * len(parts) if isinstance(edit, MachoEdit) else edit
    contents, notes = [], []
    for part, wanted in zip(parts, edits, strict=True):
        content, said = _rewrite_slice(data[part.offset : part.offset + part.size], wanted)
        if said is not None:
            notes += said
            image = read_image(content)
            if image.first(Lc.CODE_SIGNATURE) is not None:
                content = sign(content, identifier)
        contents.append(content)
    return MachoPatch(assemble(data, contents), tuple(notes))


def _rewrite_slice(data: bytes, edit: MachoEdit) -> tuple[bytes, list[str] | None]:
    """Return the slice with other load commands, and notes; None when nothing changed."""
    image = read_image(data)
    new = _edited(image, edit)
    if new == _raw_commands(image):
        return data, None
    notes: list[str] = []
    if _excess(image, new) > 0:
        squeezed = _squeezed(image, new)
        name = architecture(image.cputype, image.cpusubtype)
        if _excess(image, squeezed) <= 0:
            gone = len(new) - len(squeezed)
            if gone:
                notes.append(f"{name}: dropped {gone} load commands that no loader reads")
            new = squeezed
        else:
            moved = read_image(shift(image, _excess(image, new)))
            by = moved.content_start - image.content_start
            notes.append(f"{name}: moved the image by {by} bytes, for its header had no room")
            image, new = moved, _edited(moved, edit)
    return _written(image, new), notes


def _raw_commands(image: Image) -> list[bytes]:
    return [image.part(c.offset, c.offset + c.size) for c in image.commands]


def _edited(image: Image, edit: MachoEdit) -> list[bytes]:
    """Return the load commands as the edit wants them, with room for a signature."""
    new: list[bytes] = []
    rpaths: set[str] = set()
    for command, raw in zip(image.commands, _raw_commands(image), strict=True):
        old = image.string(command) if command.kind in _NAMED else ""
        name = _new_name(command.kind, old, edit)
        if command.kind == Lc.RPATH:
            if name is None or name in rpaths:
                continue
            rpaths.add(name)
        if name is None or name == old:
            new.append(raw)
        else:
            (start,) = image.fields("I", command.offset + 8)
            new.append(_with_string(image, raw[:start], _encoded(name)))
    for rpath in edit.add_rpaths:
        if rpath not in rpaths:
            rpaths.add(rpath)
            head = struct.pack(image.order + "3I", Lc.RPATH, 0, _RPATH_FIELDS)
            new.append(_with_string(image, head, _encoded(rpath)))
    if new != _raw_commands(image) and _lacks_signature(image):
        new.append(signature_command(image))
    return new


def _new_name(kind: int, old: str, edit: MachoEdit) -> str | None:
    if kind in DYLIB_COMMANDS:
        return edit.libraries.get(old, old)
    if kind == Lc.RPATH:
        return edit.rpaths.get(old, old)
    return edit.install_name if kind == Lc.ID_DYLIB else old


def _lacks_signature(image: Image) -> bool:
    return must_be_signed(image) and image.first(Lc.CODE_SIGNATURE) is None


def _encoded(name: str) -> bytes:
    raw = name.encode("utf-8", "backslashreplace")
    if not raw or b"\0" in raw:
        raise PatchError(f"{name!r} is no name that a load command can hold")
    return raw


def _with_string(image: Image, head: bytes, raw: bytes) -> bytes:
    """Build a command from the fields before its string, and the string."""
    unit = 8 if image.wide else 4
    size = -(-(len(head) + len(raw) + 1) // unit) * unit
    filled = (head + raw).ljust(size, b"\0")
    return filled[:4] + struct.pack(image.order + "I", size) + filled[8:]


def _excess(image: Image, commands: Sequence[bytes]) -> int:
    """Return the bytes by which these commands are too long for the header."""
    end = image.header_size + sum(map(len, commands))
    return end - (image.commands_end + image.room)


def _squeezed(image: Image, commands: Sequence[bytes]) -> list[bytes]:
    """Win bytes back from padding, then from commands that no loader reads."""
    packed = [_packed(image, raw) for raw in commands]
    excess = _excess(image, packed)
    kept = []
    for raw in packed:
        if excess > 0 and _says_nothing(image, raw):
            excess -= len(raw)
        else:
            kept.append(raw)
    return kept


def _packed(image: Image, raw: bytes) -> bytes:
    """Cut the padding that older tools left behind a name that became shorter."""
    (kind,) = struct.unpack_from(image.order + "I", raw)
    if kind not in _NAMED:
        return raw
    (start,) = struct.unpack_from(image.order + "I", raw, 8)
    return _with_string(image, raw[:start], raw[start:].partition(b"\0")[0])


def _says_nothing(image: Image, raw: bytes) -> bool:
    """Tell whether a command is a remark of the linker, or points to an empty table.

    LC_UUID is no such remark: crash reports need it, and the dyld of macOS 26 wants it.
    """
    (kind,) = struct.unpack_from(image.order + "I", raw)
    if kind in _TABLES:
        return struct.unpack_from(image.order + "I", raw, 12) == (0,)
    return bool(kind == Lc.SOURCE_VERSION)


def _written(image: Image, commands: Sequence[bytes]) -> bytes:
    """Return the image with these load commands; bytes that come free are zero."""
    block = b"".join(commands)
    start = image.header_size
    out = bytearray(image.data)
    out[start : image.commands_end] = bytes(image.commands_end - start)
    out[start : start + len(block)] = block
    struct.pack_into(image.order + "2I", out, 16, len(commands), len(block))
    return bytes(out)
