"""The deflate implementation: the fastest that is installed.

zlib-ng (``pip install wheelcheck[fast]``) inflates and deflates two to three
times as fast as the zlib of most Pythons; the standard library serves where it
is absent. What is read is the same with either. What is written inflates to the
same bytes, but is itself the same only for one implementation and version.
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
    crc32: Callable[[bytes, int], int]
    """Of bytes, going on from an earlier value or 0."""
    _inflater: Callable[[int], Inflater]
    _deflater: Callable[[int, int, int], _Deflater]

    def inflater(self) -> Inflater:
        """Return what follows a stream without head and checksum."""
        return self._inflater(-zlib.MAX_WBITS)

    def deflated(self, data: bytes, level: int) -> bytes:
        """Return such a stream; the level is 0 to 9."""
        deflater = self._deflater(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflater.compress(data) + deflater.flush()


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
