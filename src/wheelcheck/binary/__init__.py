"""Native objects, read from bytes. Knows nothing of wheels."""

import struct

from wheelcheck.binary.header import read_header
from wheelcheck.binary.model import Binary, Format
from wheelcheck.binary.pe_headers import Data

__all__ = ["identify", "read_binary"]

_DOS_HEADER = 64


def identify(head: Data, *, whole: bool = False) -> Format | None:
    """Tell the format of a native object by its first bytes (4096 are enough).

    A PE header that lies behind them is taken for granted, unless ``head`` is
    the whole file.
    """
    if head[:2] == b"MZ" and len(head) >= _DOS_HEADER and not whole:
        (offset,) = struct.unpack_from("<I", head, _DOS_HEADER - 4)
        if offset + 4 > len(head):
            return Format.PE
    header = read_header(head)
    return None if header is None else header.format


def read_binary(data: Data, form: Format) -> Binary | None:
    """Read a native object; None for a format that has no reader yet.

    Raises:
        BinaryError: the object is damaged.
    """
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
