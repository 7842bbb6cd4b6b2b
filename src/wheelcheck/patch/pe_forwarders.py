"""Forwarders: exports that another library serves, named ``LIBRARY.function``.

They need rewriting as imports do. A forwarder is known as one only because it
lies inside the export directory, so a longer one takes the directory along:
its 40 bytes and all forwarders move, the tables that they point to stay.
"""

import struct
from collections.abc import Mapping
from itertools import pairwise

from wheelcheck.binary.pe_headers import Directory, Headers, Rvas
from wheelcheck.binary.pe_tables import MAX_NAME_BYTES, BadTableError, read_name, text
from wheelcheck.patch.pe_sound import editable
from wheelcheck.records import record

__all__ = ["Forwarders", "find_forwarders"]

_DIRECTORY_SIZE = 40
_MAX_FUNCTIONS = 0x10000  # ordinals have 16 bits


@record
class Forwarders:
    """All forwarders of an image of which at least one changes."""

    fields: tuple[int, ...]
    """RVA of each one's entry in the export address table."""
    places: tuple[int, ...]
    """RVA of what each one says."""
    before: tuple[bytes, ...]
    targets: tuple[bytes, ...]
    """What each is to say."""
    directory: bytes

    @property
    def fit(self) -> bool:
        """Whether each takes no more bytes than before, all of them its own."""
        spans = sorted(
            {(p, p + len(old) + 1) for p, old in zip(self.places, self.before, strict=True)}
        )
        return all(
            len(new) <= len(old) for old, new in zip(self.before, self.targets, strict=True)
        ) and all(end <= begin for (_, end), (begin, _) in pairwise(spans))

    def write_in_place(self, image: bytearray, rvas: Rvas) -> None:
        """Write each over its old text."""
        for place, old, new in zip(self.places, self.before, self.targets, strict=True):
            offset = editable(rvas, place, len(old))
            image[offset : offset + len(old)] = new.ljust(len(old), b"\0")

    @property
    def size(self) -> int:
        """Bytes that the moved directory takes."""
        return _DIRECTORY_SIZE + sum(len(target) + 1 for target in set(self.targets))

    def write(self, image: bytearray, headers: Headers, rvas: Rvas, rva: int) -> None:
        """Put the directory at ``rva`` and make everything point there."""
        block = bytearray(self.directory)
        places: dict[bytes, int] = {}
        for field, target in zip(self.fields, self.targets, strict=True):
            if target not in places:
                places[target] = rva + len(block)
                block += target + b"\0"
            struct.pack_into("<I", image, editable(rvas, field, 4), places[target])
        offset = editable(rvas, rva, len(block))
        image[offset : offset + len(block)] = block
        entry = headers.directory_table + 8 * Directory.EXPORT
        struct.pack_into("<2I", image, entry, rva, len(block))


def find_forwarders(rvas: Rvas, headers: Headers, wanted: Mapping[str, str]) -> Forwarders | None:
    """Find the forwarders if a library that they name is renamed.

    :raises BadTableError: the export directory is damaged
    """
    start, size = headers.directory(Directory.EXPORT)
    directory = rvas.read(start, _DIRECTORY_SIZE) if start else None
    if directory is None:
        return None
    count, _, functions = struct.unpack_from("<3I", directory, 20)
    offset, present, _ = rvas.locate(functions)
    if count > _MAX_FUNCTIONS or 4 * count > present:
        raise BadTableError(f"export address table at RVA {functions:#x}: too many entries")
    fields, places, before, targets = [], [], [], []
    left = MAX_NAME_BYTES
    for index, rva in enumerate(struct.unpack_from(f"<{count}I", rvas.data, offset)):
        if not start <= rva < start + size:
            continue
        old = read_name(rvas, rva, "forwarder")
        left -= len(old)
        if left < 0:
            raise BadTableError("the forwarders overlap each other")
        fields.append(functions + 4 * index)
        places.append(rva)
        before.append(old)
        targets.append(_renamed(old, wanted))
    if before == targets:
        return None
    return Forwarders(tuple(fields), tuple(places), tuple(before), tuple(targets), directory)


def _renamed(target: bytes, wanted: Mapping[str, str]) -> bytes:
    """Rename the library in ``LIBRARY.function``; it is written without ``.dll``.

    Where the library's name has a dot of its own, the loader adds no suffix,
    so the suffix stays.
    """
    library, dot, function = target.rpartition(b".")
    name = text(library).lower()
    new = wanted.get(name, wanted.get(f"{name}.dll"))
    if not dot or new is None:
        return target
    stem, _, suffix = new.rpartition(".")
    short = stem if suffix.lower() == "dll" and "." not in stem else new
    return short.encode("ascii") + dot + function
