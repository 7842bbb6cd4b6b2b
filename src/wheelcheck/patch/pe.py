"""Rewriting the names of imported libraries in a PE image: bytes in, bytes out."""

import struct
from collections.abc import Mapping
from itertools import pairwise

from wheelcheck.binary.model import Slice
from wheelcheck.binary.pe import read_pe
from wheelcheck.binary.pe_config import Hybrid, read_load_config
from wheelcheck.binary.pe_headers import Rvas, read_headers
from wheelcheck.binary.pe_tables import (
    BadTableError,
    Descriptor,
    iter_descriptors,
    read_name,
    text,
)
from wheelcheck.errors import BinaryError, PatchError
from wheelcheck.patch.pe_forwarders import Forwarders, find_forwarders
from wheelcheck.patch.pe_room import make_room
from wheelcheck.patch.pe_signature import (
    checksum,
    clear_bindings,
    remove_certificate,
    unforce_integrity,
)
from wheelcheck.patch.pe_sound import editable, sound_headers
from wheelcheck.records import record, replace

__all__ = ["PatchResult", "rewrite_imports"]

_CHECKSUM = 64
"""Of the field in the optional header, PE32 and PE32+ alike."""


_MAX_ADDRESS = 0xFFFFFFFF
"""That fits into a field of a delay import."""


@record
class PatchResult:
    """A rewritten image."""

    data: bytes
    removed_certificate: bool = False
    """Its Authenticode signature was void and was removed."""
    method: str = "unchanged"
    """Where the new names went."""
    notes: tuple[str, ...] = ()
    """What else changed that somebody may want to know."""


@record
class _Rename:
    """One library name of the image that is asked to change."""

    row: Descriptor
    old: bytes
    new: bytes


def rewrite_imports(data: bytes, renames: Mapping[str, str]) -> PatchResult:
    """Change the names of libraries that an image imports or forwards to.

    Old names match whatever their case, in regular and delay imports and in
    forwarders; names that the image does not use are ignored. An image that
    does use one, under a new name or the same, is to find that library beside
    itself, so a restriction of its search (DependentLoadFlags) is lifted.
    Nothing of the image moves in memory, so code, relocations, guard tables
    and symbols stay as they are.

    :raises PatchError: the image is damaged, a new name cannot stand in it, or
        there is no room for it
    """
    wanted = {old.lower(): _checked(new) for old, new in renames.items()}
    try:
        headers = sound_headers(data)
        rvas = Rvas(data, headers)
        rows = list(iter_descriptors(rvas, headers))
        used, taken = _uses(rvas, rows, wanted)
        forwarders = find_forwarders(rvas, headers, wanted)
    except (BinaryError, BadTableError) as error:
        raise PatchError(f"its tables cannot be trusted: {error}") from error
    config = read_load_config(rvas, headers)
    changes = [rename for rename in used if rename.new != rename.old]
    restricted = bool(used or forwarders) and config.dependent_load_flags != 0
    if not changes and not forwarders and not restricted:
        return PatchResult(data)

    image = bytearray(data)
    notes: list[str] = []
    if restricted:
        struct.pack_into("<H", image, editable(rvas, config.flags_rva, 2), 0)
        notes.append("DependentLoadFlags was cleared, so that libraries beside it are found")
    removed, said = remove_certificate(image, headers)
    notes += said
    notes += unforce_integrity(image, headers)
    method = "unchanged"
    if changes or forwarders:
        notes += clear_bindings(image, headers, rvas, rows)
        method, said = _place(image, rvas, _exclusive(changes, taken), changes, forwarders)
        notes += said
        if config.hybrid is Hybrid.ARM64X:
            notes.append("ARM64X: imports that only its x64 half has were not looked at")
    field = headers.optional_header + _CHECKSUM
    if headers.checksum:
        struct.pack_into("<I", image, field, checksum(image, field))
    result = bytes(image)
    _prove(data, result, wanted)
    return PatchResult(result, removed, method, tuple(notes))


def _checked(name: str) -> str:
    """Refuse what Windows would read as another name (PE names have no encoding)."""
    if not name or not name.isascii() or not name.isprintable() or set(name) & set('\\/:*?"<>|'):
        raise PatchError(f"{name!r} cannot name a library in a PE image")
    return name


def _prove(before: bytes, after: bytes, wanted: Mapping[str, str]) -> None:
    """Read the result again: only where tables overlap each other can it differ."""
    old, new = read_pe(before).slices[0], read_pe(after).slices[0]
    imports = tuple(
        replace(entry, library=wanted.get(entry.library.lower(), entry.library))
        for entry in old.imports
    )
    if imports != new.imports or old.damage != new.damage or _offer(old) != _offer(new):
        raise PatchError("its tables overlap each other, so a name cannot change alone")


def _offer(image: Slice) -> tuple[frozenset[str], frozenset[int], frozenset[str]]:
    exports = image.exports
    return exports.names, exports.ordinals, frozenset(exports.forwarders)


def _uses(
    rvas: Rvas, rows: list[Descriptor], wanted: Mapping[str, str]
) -> tuple[list[_Rename], list[tuple[int, int]]]:
    """Find the rows to rename, and which RVAs each library name of the image takes."""
    used = []
    taken = set()
    for row in rows:
        old = read_name(rvas, row.name_rva, "library name")
        taken.add((row.name_rva, row.name_rva + len(old) + 1))
        new = wanted.get(text(old).lower())
        if new is not None:
            used.append(_Rename(row, old, new.encode("ascii")))
    return used, sorted(taken)


def _exclusive(changes: list[_Rename], taken: list[tuple[int, int]]) -> set[int]:
    """Give the RVAs of old names that the new ones fit into and no other library's name shares."""
    shared = set()
    for (begin, end), (following, _) in pairwise(taken):
        if following < end:
            shared |= {begin, following}
    return {
        change.row.name_rva
        for change in changes
        if len(change.new) <= len(change.old) and change.row.name_rva not in shared
    }


def _place(
    image: bytearray,
    rvas: Rvas,
    inside: set[int],
    changes: list[_Rename],
    forwarders: Forwarders | None,
) -> tuple[str, tuple[str, ...]]:
    """Write the new names: into their old place, or into room made for them."""
    moving = [change for change in changes if change.row.name_rva not in inside]
    names = list(dict.fromkeys(change.new for change in moving))
    sizes = [len(name) + 1 for name in names]
    if forwarders is not None:
        if forwarders.fit:
            forwarders.write_in_place(image, rvas)
            forwarders = None
        else:
            sizes.append(forwarders.size)
    for change in changes:
        if change.row.name_rva in inside:
            offset = editable(rvas, change.row.name_rva, len(change.old))
            image[offset : offset + len(change.old)] = change.new.ljust(len(change.old), b"\0")
    if not sizes:
        return "in place", ()

    room = make_room(image, read_headers(image), sizes)
    headers = read_headers(image)
    rvas = Rvas(image, headers)
    places = dict(zip(names, room.rvas, strict=False))
    for name, rva in places.items():
        offset = editable(rvas, rva, len(name) + 1)
        image[offset : offset + len(name)] = name
    for change in moving:
        offset = editable(rvas, change.row.name_field, 4)
        value = places[change.new] + change.row.address_base
        if value > _MAX_ADDRESS:
            raise PatchError("the image lies too high for its old delay imports")
        struct.pack_into("<I", image, offset, value)
    if forwarders is not None:
        forwarders.write(image, headers, rvas, room.rvas[-1])
    return room.method, room.notes
