"""An archive, read strictly.

Opening reads the central directory and every local header, and notes all that
is wrong with the structure as defects. Nothing is inflated before the limits
have been checked, nothing is ever written by a member's name.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Self

from wheelcheck.archive.attributes import check_members
from wheelcheck.archive.content import Content, raw_chunks, read_content
from wheelcheck.archive.directory import Directory, read_directory
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.local import read_members
from wheelcheck.archive.names import check_names
from wheelcheck.archive.source import Source, open_source
from wheelcheck.archive.stretch import Stretch, stretch_of
from wheelcheck.archive.structure import Defect, DefectKind, Defects, Member, shown
from wheelcheck.errors import UnreadableError

__all__ = ["Archive", "Content", "Defect", "DefectKind", "Member"]

_PIECE = 1024 * 1024


class Archive:
    """An open zip archive. A context manager; close it, or the file stays open.

    Reading members is safe from several threads at once.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        members: tuple[Member, ...],
        defects: tuple[Defect, ...],
    ) -> None:
        self._source = source
        self._limits = limits
        self.members = members
        """The entries in the order of the central directory."""
        self.defects = defects
        """All that is wrong with the structure, short of what inflating would show."""

    @classmethod
    def open(
        cls,
        source: Path | BinaryIO,
        *,
        limits: Limits | None = None,
        name: str | None = None,
    ) -> Self:
        """Open an archive and read its structure.

        Args:
            source: A path to a regular file, or a seekable file that is open
                for reading. The latter stays the caller's; whether its position
                changes is not defined.
            limits: What the archive may ask for; see :class:`Limits`.
            name: What to call it in messages; by default the path.

        Raises:
            UnreadableError: there is no regular file, it is no zip archive, it
                is truncated, its central directory is damaged, or it is beyond
                the limits. The message names the file.
        """
        limits = limits or Limits()
        defects = Defects(limits.faults_of_a_kind)
        opened = open_source(source, name)
        try:
            directory = read_directory(opened, limits, defects)
            _check_limits(opened, directory, limits)
            members = read_members(opened, directory, defects)
            opened.forget()
        except BaseException:
            opened.close()
            raise
        check_members(members, defects)
        check_names(members, defects)
        return cls(opened, limits, members, defects.all())

    @property
    def name(self) -> str:
        """What the archive is called in messages."""
        return self._source.name

    @property
    def limits(self) -> Limits:
        """What the archive may ask for."""
        return self._limits

    @property
    def size(self) -> int:
        """Of the file, in bytes."""
        return self._source.size

    @property
    def changed(self) -> bool:
        """Whether the file was written to since it was opened, as far as the system tells."""
        return self._source.changed

    def read(
        self,
        member: Member,
        *,
        algorithms: Collection[str] = ("sha256",),
        want: Callable[[bytes], bool] | None = None,
    ) -> Content:
        """Inflate a member once, and hash and check it on the way.

        What is wrong with the member is told in ``Content.problem``: a CRC or
        size that does not hold, a damaged stream, encryption, a method other
        than stored and deflate. At most one byte more than the claimed size is
        ever inflated.

        Args:
            member: One of :attr:`members`.
            algorithms: Names of hashes as in :mod:`hashlib`; unknown ones are
                left out of the result, since they may come from RECORD.
            want: Decides by the first 4096 bytes (or fewer, if that is all)
                whether the content is kept; without it, it is.

        Raises:
            UnreadableError: the file itself could no longer be read.
        """
        return read_content(
            self._source, member, algorithms=algorithms, want=want, spill=self._limits.spill
        )

    def raw(self, member: Member) -> Iterator[bytes]:
        """Yield a member's compressed bytes as they are, in pieces of at most 1 MiB.

        Raises:
            UnreadableError: the member has no local header, or the file became shorter.
        """
        if member.data_offset < 0:
            raise UnreadableError(f"{self.name}: {shown(member.name)} has no local header")
        return raw_chunks(self._source, member)

    def stretch(self, member: Member) -> Stretch | None:
        """Return what knows a member's compressed bytes again, if the file has a path."""
        return stretch_of(self._source, member.data_offset, member.compressed_size)

    def holds(self, member: Member, raw: bytes | Stretch) -> bool:
        """Tell whether these are the compressed bytes of a member that has as many.

        Raises:
            UnreadableError: the file could no longer be read.
        """
        if isinstance(raw, Stretch):
            return raw.stands_in(self._source, member.data_offset)
        return self._source.read_at(member.data_offset, len(raw)) == raw

    def whole(self) -> Iterator[bytes]:
        """Yield the file itself, in pieces of at most 1 MiB.

        Raises:
            UnreadableError: it became shorter.
        """
        for offset in range(0, self.size, _PIECE):
            yield self._source.read_at(offset, min(_PIECE, self.size - offset))

    def close(self) -> None:
        """Close the file if it was opened here. Contents that were read stay valid."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _check_limits(source: Source, directory: Directory, limits: Limits) -> None:
    """Refuse an archive by what it claims, before anything is inflated."""
    total = 0
    for entry in directory.entries:
        if entry.size > limits.member_size:
            raise UnreadableError(
                f"{source.name}: {shown(entry.name)} claims {entry.size} bytes; "
                f"{limits.member_size} are allowed"
            )
        if entry.compressed_size > source.size:
            raise UnreadableError(
                f"{source.name}: {shown(entry.name)} claims more compressed bytes than the file has"
            )
        total += entry.size
    if total > limits.total_size:
        raise UnreadableError(
            f"{source.name} claims {total} bytes inflated; {limits.total_size} are allowed"
        )
    if total > limits.ratio_exempt and total > limits.ratio * source.size:
        raise UnreadableError(
            f"{source.name} claims to inflate to {total} bytes, over {limits.ratio} times its "
            "size; PyPI refuses such files as bombs"
        )
