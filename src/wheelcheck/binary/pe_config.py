"""The load configuration of a PE image (IMAGE_LOAD_CONFIG_DIRECTORY)."""

import struct

from wheelcheck.binary.pe_headers import Directory, Headers, Rvas
from wheelcheck.binary.pe_image import Hybrid
from wheelcheck.records import record

__all__ = ["Hybrid", "LoadConfig", "read_load_config"]

_MOST = 0x200  # bytes of it that are looked at


@record
class LoadConfig:
    """The fields of it that decide what is loaded."""

    hybrid: Hybrid = Hybrid.PLAIN
    dependent_load_flags: int = 0
    flags_rva: int = 0
    """Where DependentLoadFlags stands."""


def read_load_config(rvas: Rvas, headers: Headers) -> LoadConfig:
    """Read CHPEMetadataPointer and DependentLoadFlags."""
    rva, _ = headers.directory(Directory.LOAD_CONFIG)
    raw = rvas.read(rva, 4) if rva else None
    if raw is None:
        return LoadConfig()
    # The structure grew over the years; its first field says how far this one goes.
    size = min(struct.unpack("<I", raw)[0], _MOST)
    config = (rvas.read(rva, size) or b"").ljust(_MOST, b"\0")
    field = 0x4E if headers.plus else 0x36
    (flags,) = struct.unpack_from("<H", config, field)
    hybrid = Hybrid.PLAIN
    if headers.plus and any(config[0xC8:0xD0]):
        kinds = {0x8664: Hybrid.ARM64EC, 0xAA64: Hybrid.ARM64X}
        hybrid = kinds.get(headers.machine, Hybrid.PLAIN)
    return LoadConfig(hybrid, flags, rva + field)
