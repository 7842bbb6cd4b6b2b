"""The cache in which glibc's loader looks libraries up: ``/etc/ld.so.cache``.

Source: glibc ``sysdeps/generic/dl-cache.h``: ``struct cache_file_new`` and
``struct file_entry_new``, possibly behind a cache of the old format.
"""

import struct
from pathlib import Path

__all__ = ["read_ld_cache"]

_LARGEST = 64 * 1024 * 1024
_OLD = b"ld.so-1.7.0\0"
_NEW = b"glibc-ld.so.cache1.1"
_HEADER = 48
_ENTRY = struct.Struct("<iIIIQ")
_OLD_ENTRY = 12
_MOST_ENTRIES = 200_000
_LONGEST = 4096


def read_ld_cache(path: Path) -> dict[str, list[str]] | None:
    """Return the files that the cache has for each name, in its order.

    None if it cannot be read, as on musl and in small containers.
    """
    try:
        if path.stat().st_size > _LARGEST:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    start = 0
    if data.startswith(_OLD) and len(data) >= len(_OLD) + 4:
        # The old entries come first; the new cache is aligned behind them.
        [count] = struct.unpack_from("<I", data, len(_OLD))
        start = len(_OLD) + 4 + count * _OLD_ENTRY
        start = -(-start // 8) * 8
    if data[start : start + len(_NEW)] != _NEW or len(data) < start + _HEADER:
        return None
    [count] = struct.unpack_from("<I", data, start + len(_NEW))
    found: dict[str, list[str]] = {}
    for index in range(min(count, _MOST_ENTRIES)):
        offset = start + _HEADER + index * _ENTRY.size
        if offset + _ENTRY.size > len(data):
            return None
        _, key, value, _, _ = _ENTRY.unpack_from(data, offset)
        name, file = _string(data, start + key), _string(data, start + value)
        if name and file:
            found.setdefault(name, []).append(file)
    return found


def _string(data: bytes, offset: int) -> str:
    end = data.find(b"\0", offset, offset + _LONGEST)
    return "" if end < 0 else data[offset:end].decode("utf-8", "surrogateescape")
