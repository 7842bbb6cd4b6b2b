"""Deflate streams written, and read again as a whole: by the fastest implementation installed.

libdeflate (``pip install wheelcheck[fast]``) takes a fourth of zlib's time for a
stream of the same size, zlib-ng a third for one that is some 2 % larger; the
standard library serves where both are absent. What is written inflates to the
same bytes, but is itself the same only for one implementation and version.
"""

import zlib
from collections.abc import Callable
from functools import cache

from wheelcheck.archive.codec import fastest_codec

__all__ = ["deflated", "inflated"]

_LIBDEFLATE = (0, 1, 1, 2, 3, 5, 5, 6, 7, 10)
"""Its level whose streams have about the size of zlib's with a level; 9 is smaller than that.

Measured on libraries of numpy, scipy and av: docs/performance.md.
"""

_Deflate = Callable[[bytes, int], "bytes | bytearray"]


def deflated(data: bytes, level: int) -> bytes | bytearray:
    """Return a stream without head and checksum; the level is 0 to 9, as zlib means it."""
    return _fastest()(data, level)


@cache
def _fastest() -> _Deflate:
    try:
        from deflate import DeflateError, deflate_compress
    except ImportError:
        return _streamed

    def by_libdeflate(data: bytes, level: int) -> bytes | bytearray:
        try:
            return deflate_compress(data, _LIBDEFLATE[level])
        except DeflateError:
            return _streamed(data, level)

    return by_libdeflate


def _streamed(data: bytes, level: int) -> bytes:
    deflater = fastest_codec().deflater(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


def inflated(stream: bytes, size: int) -> bytearray | None:
    """Return what a stream holds, if it is of this size; else None.

    None, too, where libdeflate is absent. It takes two thirds of the time of
    zlib-ng, but wants the stream in one piece, and does not say where the stream
    ends: enough for what was just written.
    """
    try:
        from deflate import DeflateError, deflate_decompress
    except ImportError:
        return None
    try:
        content = deflate_decompress(stream, size)
    except DeflateError:
        return None
    return content if len(content) == size else None
