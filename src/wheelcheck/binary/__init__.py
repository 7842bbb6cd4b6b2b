"""Native objects, read from bytes. Knows nothing of wheels."""

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.binary.header import Header
    from wheelcheck.binary.model import Binary, Format
    from wheelcheck.binary.pe_headers import Data

__all__ = ["identify", "read_binary", "read_head"]

_DOS_HEADER = 64
_BEGINNINGS = (
    *(b"MZ", b"\x7fELF", b"\0asm"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
    *(b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"),
)
"""Whoever meets none of them needs no reader at all."""


def identify(head: "Data", *, whole: bool = False) -> "Format | None":
    """Tell the format of a native object by its first bytes (4096 are enough).

    A PE header that lies behind them is taken for granted, unless ``head`` is
    the whole file.
    """
    if head[:2] == b"MZ" and len(head) >= _DOS_HEADER and not whole:
        (offset,) = struct.unpack_from("<I", head, _DOS_HEADER - 4)
        if offset + 4 > len(head):
            from wheelcheck.binary.model import Format

            return Format.PE
    header = read_head(head)
    return None if header is None else header.format


def read_head(data: "Data") -> "Header | None":
    """Read the head of a native object; None if ``data`` does not start as one."""
    if not bytes(data[:4]).startswith(_BEGINNINGS):
        return None
    from wheelcheck.binary.header import read_header

    return read_header(data)


def read_binary(data: "Data", form: "Format") -> "Binary | None":
    """Read a native object; None for a format that has no reader yet.

    Raises:
        BinaryError: the object is damaged.
    """
    from wheelcheck.binary.model import Format

    if form is Format.PE:
        from wheelcheck.binary.pe import read_pe

        return read_pe(data)
    if form is Format.ELF:
        from wheelcheck.binary.elf import read_elf

        return read_elf(data)
    if form is Format.MACHO:
        from wheelcheck.binary.macho import read_macho
        from wheelcheck.binary.macho_layout import holds_images

        # Static libraries for several architectures come in the same container.
        return read_macho(data) if holds_images(data) else None
    return None
