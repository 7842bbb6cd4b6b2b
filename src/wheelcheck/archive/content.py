"""The bytes of one member: inflated once, hashed and checked on the way."""

import io
import mmap
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from wheelcheck.archive.codec import STANDARD, Codec, fastest_codec
from wheelcheck.archive.hashes import started
from wheelcheck.archive.source import Source
from wheelcheck.archive.structure import DEFLATED, STORED, Flag, Member
from wheelcheck.errors import UnreadableError

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["HEAD_SIZE", "Content", "raw_chunks", "read_content", "unreadable"]

HEAD_SIZE: Final = 4096
"""So many first bytes, or all if there are fewer, decide whether a member is wanted."""

_CHUNK = 1024 * 1024
"""What is larger comes in pieces: one call to inflate it would hold it twice and a half."""


class Content(NamedTuple):
    """What reading a member gave."""

    digests: Mapping[str, bytes]
    """By algorithm, over what was inflated; those of the asked ones that are known."""
    size: int
    """So many bytes were inflated: at most one more than the member claims."""
    data: bytes | bytearray | mmap.mmap | None
    """What was inflated, if it was wanted and could be kept; to be read only.

    Large data is a map of an unnamed temporary file. It needs no closing: the
    last reference gives it back.
    """
    problem: str | None = None
    """Why it is not what the archive promises; ``data`` may then be cut off or wrong."""
    not_kept: str | None = None
    """Why ``data`` is None although it was wanted and there is no problem with the member."""
    raw: bytes | None = None
    """The compressed bytes, if the member was small enough to come in one piece."""


def unreadable(member: Member) -> str | None:
    """Say why a member cannot be inflated whatever its bytes are, or None."""
    if member.data_offset < 0:
        return "it has no local header"
    if member.flags & Flag.ANY_ENCRYPTION:
        return "it is encrypted"
    if member.flags & Flag.UNREADABLE or member.method not in (STORED, DEFLATED):
        return f"its compression (method {member.method}) is not stored or deflate"
    return None


def read_content(
    source: Source,
    member: Member,
    *,
    algorithms: Collection[str],
    want: Callable[[bytes], bool] | None,
    spill: int,
) -> Content:
    """Inflate a member. See :meth:`wheelcheck.archive.reader.Archive.read`."""
    reason = unreadable(member)
    if reason is not None:
        return Content({}, 0, None, reason)
    size = max(member.size, member.compressed_size)

    def read(codec: Codec) -> Content:
        if size <= min(_CHUNK, spill):
            return _read_small(source, member, codec, algorithms, want)
        place = _Spilled if size > spill else _Held
        return _read_large(source, member, codec, started(algorithms), want, place)

    codec = fastest_codec()
    content = read(codec)
    if content.problem is not None and codec is not STANDARD:
        # Whether a member is damaged, and how that is said, must not depend on what is installed.
        content = read(STANDARD)
    return content


def _read_small(
    source: Source,
    member: Member,
    codec: Codec,
    algorithms: Collection[str],
    want: Callable[[bytes], bool] | None,
) -> Content:
    raw = source.read_at(member.data_offset, member.compressed_size)
    if len(raw) != member.compressed_size:
        raise UnreadableError(f"{source.name} ends inside a member")
    problem = None
    if member.method == STORED:
        data = raw[: member.size + 1]
        if len(raw) != member.size:
            problem = _size_problem(member, len(raw))
    else:
        inflater = codec.inflater()
        try:
            data = inflater.decompress(raw, member.size + 1)
        except codec.error as error:
            data, problem = b"", f"its deflate stream is damaged ({error})"
        else:
            problem = _stream_problem(member, inflater.eof, len(data), len(inflater.unused_data))
    if problem is None and codec.crc32(data, 0) != member.crc:
        problem = "its CRC is wrong"
    digests = _finish(started(algorithms, data))
    wanted = want is None or want(data[:HEAD_SIZE])
    return Content(digests, len(data), data if wanted else None, problem, raw=raw)


def _read_large(
    source: Source,
    member: Member,
    codec: Codec,
    hashes: "dict[str, _Hash]",
    want: Callable[[bytes], bool] | None,
    place: "type[_Held | _Spilled]",
) -> Content:
    """Inflate piece by piece, and keep the pieces if the content is wanted."""
    inflation = _Inflation(source, member, codec)
    crc = size = 0
    head = b""
    keep: _Held | _Spilled | None = None
    decided = False
    for piece in inflation.pieces():
        crc = codec.crc32(piece, crc)
        size += len(piece)
        for running in hashes.values():
            running.update(piece)
        if decided:
            if keep is not None:
                keep.write(piece)
            continue
        head += piece
        if len(head) >= HEAD_SIZE:
            decided = True
            if want is None or want(head[:HEAD_SIZE]):
                keep = place()
                keep.write(head)
            head = b""
    if not decided and (want is None or want(head)):
        keep = place()
        keep.write(head)
    problem = inflation.problem
    if problem is None and crc != member.crc:
        problem = "its CRC is wrong"
    data, not_kept = (None, None) if keep is None else keep.finish()
    return Content(_finish(hashes), size, data, problem, not_kept)


class _Inflation:
    """A large member's content in pieces of bounded size."""

    def __init__(self, source: Source, member: Member, codec: Codec) -> None:
        self.problem: str | None = None
        """Set once the pieces are through."""
        self._source = source
        self._member = member
        self._codec = codec

    def pieces(self) -> Iterator[bytes]:
        return self._stored() if self._member.method == STORED else self._deflated()

    def _stored(self) -> Iterator[bytes]:
        member = self._member
        if member.compressed_size != member.size:
            self.problem = _size_problem(member, member.compressed_size)
        left = member.size + 1
        for piece in raw_chunks(self._source, member):
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return

    def _deflated(self) -> Iterator[bytes]:
        member = self._member
        inflater = self._codec.inflater()
        left = member.size + 1
        passed = 0
        try:
            for raw in raw_chunks(self._source, member):
                passed += len(raw)
                rest = raw
                while left and not inflater.eof:
                    piece = inflater.decompress(rest, min(left, _CHUNK))
                    if not piece:
                        break
                    rest = inflater.unconsumed_tail
                    left -= len(piece)
                    yield piece
                if inflater.eof or not left:
                    break
        except self._codec.error as error:
            self.problem = f"its deflate stream is damaged ({error})"
            return
        unused = member.compressed_size - passed + len(inflater.unused_data)
        self.problem = _stream_problem(member, inflater.eof, member.size + 1 - left, unused)


class _Held:
    """Content in memory, once: its buffer grows in place and is handed on as it is."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()

    def write(self, piece: bytes) -> None:
        self._buffer.write(piece)

    def finish(self) -> tuple[bytes, None]:
        return self._buffer.getvalue(), None


class _Spilled:
    """Content on its way into an unnamed temporary file, and from there into a map."""

    def __init__(self) -> None:
        self._failed: str | None = None
        self._file: IO[bytes] | None = None
        import tempfile  # which most wheels have no use for, and which imports much

        try:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by finish
        except OSError as error:
            self._failed = error.strerror or str(error)

    def write(self, piece: bytes) -> None:
        if self._failed is None and self._file is not None:
            try:
                self._file.write(piece)
            except OSError as error:
                self._failed = error.strerror or str(error)

    def finish(self) -> tuple[bytes | mmap.mmap | None, str | None]:
        """Return the map, or the reason why there is none."""
        data: bytes | mmap.mmap | None = None
        if self._file is not None:
            try:
                with self._file:
                    self._file.flush()
                    # A map of nothing is refused by the system.
                    empty = self._file.tell() == 0
                    data = (
                        b"" if empty else mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
                    )
            except (OSError, ValueError, OverflowError) as error:
                self._failed = self._failed or str(error)
        if self._failed is not None:
            return None, f"too large for memory, and no temporary file holds it: {self._failed}"
        return data, None


def raw_chunks(source: Source, member: Member) -> Iterator[bytes]:
    """Yield a member's compressed bytes.

    Raises:
        UnreadableError: the file is shorter than its central directory says.
    """
    at = member.data_offset
    end = at + member.compressed_size
    while at < end:
        chunk = source.read_at(at, min(_CHUNK, end - at))
        if not chunk:
            raise UnreadableError(f"{source.name} ends inside a member")
        yield chunk
        at += len(chunk)


def _stream_problem(member: Member, eof: bool, size: int, unused: int) -> str | None:  # noqa: FBT001 (zlib has it as a flag)
    """Judge a deflate stream that could be followed."""
    if size > member.size:
        return f"it inflates to more than the {member.size} bytes that it claims"
    if not eof:
        return "its deflate stream is cut off"
    if size != member.size:
        return _size_problem(member, size)
    if unused:
        return f"{unused} bytes follow its deflate stream"
    return None


def _size_problem(member: Member, size: int) -> str:
    return f"it has {size} bytes instead of the {member.size} that it claims"


def _finish(hashes: "dict[str, _Hash]") -> dict[str, bytes]:
    return {name: running.digest() for name, running in hashes.items()}
