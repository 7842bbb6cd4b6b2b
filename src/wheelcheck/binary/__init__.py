"""Native objects, read from bytes. Knows nothing of wheels."""

import struct

from wheelcheck.binary.model import Binary, Format
from wheelcheck.binary.pe_headers import Data

__all__ = ["identify", "read_binary"]

_MACHO = {
    bytes.fromhex(magic)
    for magic in ("feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "cafebabf")
}
_FAT = bytes.fromhex("cafebabe")
# A Java class file starts like a fat Mach-O file; its next word holds its version,
# which is above any number of architectures that one file has ever held.
_MOST_ARCHITECTURES = 30


def identify(head: Data, *, whole: bool = False) -> Format | None:
    """Tell the format of a native object by its first bytes (4096 are enough).

    A PE header that lies behind them is taken for granted, unless ``head`` is
    the whole file.
    """
    if head[:4] == b"\x7fELF":
        return Format.ELF
    if head[:2] == b"MZ" and len(head) >= 64:
        # Programs for DOS, and text, may start with MZ, too: PE is where the header says.
        (offset,) = struct.unpack_from("<I", head, 60)
        beyond = offset + 4 > len(head)
        return Format.PE if (beyond and not whole) or head[offset : offset + 4] == b"PE\0\0" else None
    if head[:4] == b"\0asm":
        return Format.WASM
    if head[:4] in _MACHO and len(head) >= 8:
        (count,) = struct.unpack_from(">I", head, 4)
        return None if head[:4] == _FAT and count > _MOST_ARCHITECTURES else Format.MACHO
    return None


def read_binary(data: Data, form: Format) -> Binary | None:
    """Read a native object; None for a format that has no reader yet.

    Raises:
        BinaryError: the object is damaged.
    """
    if form is Format.PE:
        from wheelcheck.binary.pe import read_pe

        return read_pe(data)
    if form is Format.MACHO:
        from wheelcheck.binary.macho import read_macho
        from wheelcheck.binary.macho_layout import holds_images

        # Static libraries for several architectures come in the same container.
        return read_macho(data) if holds_images(data) else None
    return None
