"""A gzipped tar file as a stream: the name and size of each regular file, and its bytes on demand.

Goes forward only and keeps nothing, so that bombs and looping headers cost at
most the limits. Read: ustar, GNU long names, pax (POSIX.1-2001) ``path`` and
``size``; that is all that source distributions are made of.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from wheelcheck.errors import UnreadableError

__all__ = ["Inflated", "read_tar_files"]

_BLOCK = 512
_PIECE = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_LARGEST_HEADER = 64 * 1024
_LONGEST_NUMBER = 20
_REGULAR = b"0\0"
_WITHOUT_CONTENT = b"123456"
_DESCRIBE_THE_NEXT = b"xgLK"
_PAX, _GNU_NAME = b"xL"


class Inflated:
    """The content of a gzip file, forward only, up to a limit."""

    def __init__(self, file: BinaryIO, name: str, most: int) -> None:
        self.name = name
        self._file = file
        self._left = most
        self._inflate = zlib.decompressobj(_GZIP)
        self._buffer = b""
        self._start = 0

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes.

        Raises:
            UnreadableError: there are fewer, the data are damaged, or the limit is reached.
        """
        pieces = []
        while size > 0:
            piece = self._take(size)
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip(self, size: int) -> None:
        """Pass over so many bytes; errors are those of :meth:`read`."""
        while size > 0:
            size -= len(self._take(size))

    def _take(self, most: int) -> bytes:
        if self._start == len(self._buffer):
            self._fill()
        piece = self._buffer[self._start : self._start + most]
        self._start += len(piece)
        return piece

    def _fill(self) -> None:
        self._buffer, self._start = b"", 0
        while not self._buffer:
            data = self._inflate.unconsumed_tail or self._file.read(_PIECE)
            if not data or self._inflate.eof:
                raise UnreadableError(f"the source {self.name} is truncated")
            try:
                self._buffer = self._inflate.decompress(data, _PIECE)
            except zlib.error as error:
                raise UnreadableError(f"the source {self.name} is damaged: {error}") from None
        self._left -= len(self._buffer)
        if self._left < 0:
            raise UnreadableError(f"the source {self.name} inflates to more than the limit")


def read_tar_files(
    content: Inflated, most: int, wanted: Callable[[str, int], bool]
) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name of each regular file, with its bytes if ``wanted(name, size)`` says so.

    Raises:
        UnreadableError: the archive is damaged, or has more than ``most`` headers.
    """
    name: str | None = None
    size: int | None = None
    for _ in range(most):
        header = content.read(_BLOCK)
        if not any(header):
            return
        _check_sum(header, content.name)
        kind = header[156]
        if kind in _DESCRIBE_THE_NEXT:
            text = _payload(content, _number(header[124:136], content.name))
            if kind == _PAX:
                records = _pax(text)
                name = records.get("path", name)
                size = _pax_size(records, content.name) if "size" in records else size
            elif kind == _GNU_NAME:
                name = text.rstrip(b"\0").decode("utf-8", "surrogateescape")
            continue
        stated = _number(header[124:136], content.name) if size is None else size
        if kind in _REGULAR:
            own = _name(header) if name is None else name
            data = content.read(stated) if wanted(own, stated) else None
            content.skip(-stated % _BLOCK if data is not None else stated + -stated % _BLOCK)
            yield own, data
        elif kind not in _WITHOUT_CONTENT:
            content.skip(stated + -stated % _BLOCK)
        name = size = None
    raise UnreadableError(f"the source {content.name} has more than {most} members")


def _payload(content: Inflated, size: int) -> bytes:
    if size > _LARGEST_HEADER:
        raise UnreadableError(f"the source {content.name} has a header of {size} bytes")
    data = content.read(size)
    content.skip(-size % _BLOCK)
    return data


def _check_sum(header: bytes, name: str) -> None:
    if _number(header[148:156], name) != sum(header) - sum(header[148:156]) + 8 * ord(" "):
        raise UnreadableError(f"the source {name} is damaged: a header has a wrong checksum")


def _number(field: bytes, name: str) -> int:
    """Read an octal number, or GNU's binary form."""
    if field[0] == 0x80:  # noqa: PLR2004 - the mark of the binary form
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise UnreadableError(f"the source {name} is damaged: a header has no number") from None


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "surrogateescape")


def _pax(data: bytes) -> dict[str, str]:
    """Read the records of an extended header: ``length key=value`` and a line end each."""
    records: dict[str, str] = {}
    position = 0
    while position < len(data):
        digits, blank, _ = data[position : position + _LONGEST_NUMBER].partition(b" ")
        if not blank or not digits.isdigit() or int(digits) <= len(digits) + 1:
            break
        record = data[position + len(digits) + 1 : position + int(digits) - 1]
        key, _, value = record.partition(b"=")
        records[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        position += int(digits)
    return records


def _pax_size(records: dict[str, str], name: str) -> int:
    text = records["size"]
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise UnreadableError(f"the source {name} is damaged: a header has no number")
    return int(text)
