"""The extra fields of a record (APPNOTE 4.5), most of all the ZIP64 one."""

import struct
import zlib
from collections.abc import Iterable, Iterator

from wheelcheck.archive.structure import STORED, DefectKind

__all__ = ["SENTINEL", "extra_faults", "zip64_compressed_size", "zip64_field", "zip64_values"]

SENTINEL = 0xFFFF_FFFF
"""In a 32-bit field: the value is in the ZIP64 field."""

_ZIP64 = 0x0001
_UNICODE_PATH = 0x7075
_HEAD = struct.Struct("<HH")
_UNICODE_HEAD = struct.Struct("<BL")
# PyPI's list (warehouse, utils/zipfiles.py): up to three values and a disk number.
# No tool writes more than a handful; without a bound they cost more than the members.
_MOST_FIELDS = 16
_LONE_SIZE = 8
_BOTH_SIZES = 16
_ZIP64_LENGTHS = (0, _LONE_SIZE, _BOTH_SIZES, 24, 28)

Fault = tuple[DefectKind, str]


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield id and content of each whole field, up to a number."""
    at = count = 0
    while at + 4 <= len(extra) and count < _MOST_FIELDS:
        count += 1
        number, length = _HEAD.unpack_from(extra, at)
        at += 4
        if at + length > len(extra):
            return
        yield number, extra[at : at + length]
        at += length


def zip64_field(extra: bytes) -> bytes | None:
    """Return the content of the first ZIP64 field."""
    return next((content for number, content in _fields(extra) if number == _ZIP64), None)


def zip64_values(field: bytes | None, wanted: Iterable[int]) -> tuple[int, ...] | None:
    """Fill in 32-bit values (size, compressed size, offset) from the ZIP64 field.

    Only values that are :data:`SENTINEL` are stored in it, in this order.

    Returns:
        The true values, or None if the field does not hold one that it should.
    """
    at = 0
    values = []
    for value in wanted:
        if value == SENTINEL:
            if field is None or at + 8 > len(field):
                return None
            values.append(int.from_bytes(field[at : at + 8], "little"))
            at += 8
        else:
            values.append(value)
    return tuple(values)


def zip64_compressed_size(field: bytes) -> int | None:
    """Return the second value, the compressed size if both sizes are there."""
    if len(field) < _BOTH_SIZES:
        return None
    return int.from_bytes(field[8:16], "little")


def extra_faults(extra: bytes, raw_name: bytes, *, local_method: int | None) -> Iterator[Fault]:
    """Tell what PyPI, or a careful reader, holds against the extra fields of a record.

    ``local_method`` is the compression method when the record is a local header:
    there PyPI allows a lone size only for stored members.
    """
    where = "central directory" if local_method is None else "local header"
    seen: set[int] = set()
    used = 0
    for number, content in _fields(extra):
        used += 4 + len(content)
        if number in seen and number in (_ZIP64, _UNICODE_PATH):
            yield (
                DefectKind.EXTRA_REPEATED,
                f"repeats the extra field 0x{number:04x} in its {where}",
            )
        seen.add(number)
        if number == _ZIP64:
            length = len(content)
            lone = length == _LONE_SIZE and local_method not in (None, STORED)
            if lone or length not in _ZIP64_LENGTHS:
                yield (
                    DefectKind.EXTRA_ZIP64_LENGTH,
                    f"has in its {where} a ZIP64 field of {length} bytes",
                )
        elif number == _UNICODE_PATH and not _same_path(content, raw_name):
            yield (
                DefectKind.EXTRA_UNICODE_PATH,
                f"has in its {where} a Unicode path field with another name",
            )
    if used != len(extra):
        yield (
            DefectKind.EXTRA_MALFORMED,
            f"has extra fields in its {where} that are cut off or too many",
        )


def _same_path(content: bytes, raw_name: bytes) -> bool:
    if len(content) < _UNICODE_HEAD.size:
        return False
    _, crc = _UNICODE_HEAD.unpack_from(content)
    return crc == zlib.crc32(raw_name) and content[_UNICODE_HEAD.size :] == raw_name
