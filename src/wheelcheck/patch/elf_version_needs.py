"""The version needs of an ELF object, renamed and shortened in place."""

import struct
from collections.abc import Callable, Collection

from wheelcheck.binary.elf_image import DT
from wheelcheck.binary.elf_symbols import version_numbers
from wheelcheck.binary.elf_versions import INDEX_MASK, VersionNeed
from wheelcheck.patch.elf_draft import Draft

__all__ = ["drop_numbers", "write_needs"]

_VER_NDX_GLOBAL = 1
_GONE_WITHOUT_NEEDS = frozenset({DT.VERNEED, DT.VERNEEDNUM})


def write_needs(
    draft: Draft, needs: Collection[VersionNeed], file_of: Callable[[VersionNeed], int]
) -> None:
    """Write the needs that stay, each naming the string that ``file_of`` gives.

    Without any, the tags that lead to them go; loaders take an empty table for damage.
    """
    block = draft.block(DT.VERNEED)
    assert block is not None
    order = draft.image.layout.order
    head, aux = struct.Struct(order + "HHIII"), struct.Struct(order + "IHHII")
    content = bytearray()
    for position, need in enumerate(needs, 1):
        size = head.size + aux.size * len(need.versions)
        after = size if position < len(needs) else 0
        content += head.pack(1, len(need.versions), file_of(need), head.size, after)
        for index, version in enumerate(need.versions, 1):
            record = draft.image.bytes_at(version.offset, aux.size, "version needs")
            hashed, flags, number, name, _ = aux.unpack(record)
            step = aux.size if index < len(need.versions) else 0
            content += aux.pack(hashed, flags, number, name, step)
    block.content = bytes(content).ljust(block.size, b"\0")
    draft.dynamic = [
        (tag, len(needs) if tag == DT.VERNEEDNUM else value)
        for tag, value in draft.dynamic
        if needs or tag not in _GONE_WITHOUT_NEEDS
    ]
    for section in draft.sections:
        if section.offset == block.offset and section.size:
            section.info = len(needs)


def drop_numbers(draft: Draft, numbers: Collection[int]) -> None:
    """Let symbols that asked for these versions ask for none."""
    block = draft.block(DT.VERSYM)
    table = version_numbers(draft.image, draft.symbols)
    if block is None or not numbers:
        return
    form = struct.Struct(draft.image.layout.order + "H")
    content = b"".join(
        form.pack(_VER_NDX_GLOBAL if number & INDEX_MASK in numbers else number)
        for (number,) in form.iter_unpack(table)
    )
    block.content = content.ljust(block.size, b"\0")
