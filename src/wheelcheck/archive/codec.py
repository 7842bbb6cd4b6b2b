"""The deflate implementation: the fastest that is installed.

zlib-ng (``pip install wheelcheck[fast]``) inflates and deflates two to three
times as fast as the zlib of most Pythons; the standard library serves where it
is absent. What is read is the same with either. How streams are written, see
:mod:`wheelcheck.archive.deflating`.
"""

import zlib
from collections.abc import Callable
from functools import cache
from typing import Protocol

from wheelcheck.records import record

__all__ = ["STANDARD", "Codec", "Inflater", "fastest_codec"]


class Inflater(Protocol):
    """What follows one deflate stream; as :func:`zlib.decompressobj` gives it."""

    @property
    def eof(self) -> bool: ...  # noqa: D102 (zlib has it)
    @property
    def unused_data(self) -> bytes: ...  # noqa: D102
    @property
    def unconsumed_tail(self) -> bytes: ...  # noqa: D102

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...  # noqa: D102


class _Deflater(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


@record
class Codec:
    """Raw deflate streams, and CRC-32."""

    name: str
    error: type[Exception]
    """What an inflater raises for a damaged stream."""
    crc32: Callable[[bytes | bytearray, int], int]
    """Of bytes, going on from an earlier value or 0."""
    _inflater: Callable[[int], Inflater]
    deflater: Callable[[int, int, int], _Deflater]
    """Makes what writes a stream, from level, method and bits of the window as zlib has them."""

    def inflater(self) -> Inflater:
        """Return what follows a stream without head and checksum."""
        return self._inflater(-zlib.MAX_WBITS)


STANDARD = Codec("zlib", zlib.error, zlib.crc32, zlib.decompressobj, zlib.compressobj)
"""That of the standard library."""


@cache
def fastest_codec() -> Codec:
    """Return the implementation to use in this process."""
    try:
        from zlib_ng import zlib_ng
    except ImportError:
        return STANDARD
    error: type[Exception] = zlib_ng.error  # type: ignore[assignment] # its stub has an instance
    return Codec("zlib-ng", error, zlib_ng.crc32, zlib_ng.decompressobj, zlib_ng.compressobj)
