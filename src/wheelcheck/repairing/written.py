"""The members that a repair wrote itself, read again for its proof."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from wheelcheck.archive.codec import fastest_codec
from wheelcheck.archive.content import HEAD_SIZE, Content, unreadable
from wheelcheck.archive.deflating import inflated
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.structure import DEFLATED, Member

__all__ = ["Written", "WrittenArchive"]


class Written(NamedTuple):
    """What is known of a member's content since it was written."""

    crc: int
    size: int
    sha256: bytes


class WrittenArchive(Archive):
    """An archive some of whose members were hashed when they were written.

    They are inflated from the file as any other. What comes out, and has the
    length and the CRC-32 of what was written, is not hashed a second time.
    """

    written: Mapping[str, Written] = MappingProxyType({})
    """By name; whoever opened the archive sets it."""

    def read(
        self,
        member: Member,
        *,
        algorithms: Collection[str] = ("sha256",),
        want: Callable[[bytes], bool] | None = None,
    ) -> Content:
        """Inflate a member; see :meth:`Archive.read`."""
        known = self.written.get(member.name)
        if known is not None and set(algorithms) <= {"sha256"} and self._is_as(known, member):
            data = inflated(b"".join(self.raw(member)), known.size)
            if data is not None and fastest_codec().crc32(data, 0) == known.crc:
                wanted = want is None or want(bytes(data[:HEAD_SIZE]))
                return Content({"sha256": known.sha256}, known.size, data if wanted else None)
        return super().read(member, algorithms=algorithms, want=want)

    def _is_as(self, known: Written, member: Member) -> bool:
        """Tell whether the directory promises what was written, and whether it fits in memory."""
        same = (member.crc, member.size) == (known.crc, known.size)
        fits = max(member.size, member.compressed_size) <= self.limits.spill
        return same and fits and member.method == DEFLATED and unreadable(member) is None
