"""Members of an archive that stand, byte for byte, in another that was read before.

What was found out of them need not be found out again: neither inflated, nor
hashed, nor parsed.
"""

from typing import TYPE_CHECKING

from wheelcheck.archive.content import unreadable
from wheelcheck.archive.reader import Archive
from wheelcheck.reading.analysis import Answer, NativeFacts
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.archive.reader import Member
    from wheelcheck.archive.store import Store
    from wheelcheck.wheel import Wheel, WheelFile

__all__ = ["Known", "KnownMembers"]


@record
class Known:
    """What the earlier reading showed of a member."""

    file: "WheelFile"
    answer: Answer
    unread: bool
    """Whether it is a source that was not looked into."""


class KnownMembers:
    """The members of a wheel whose archive is still open."""

    def __init__(self, archive: "Archive", wheel: "Wheel") -> None:
        self._archive = archive
        self._files = {file.member.name: file for file in wheel.files}
        self._natives = {native.name: native for native in wheel.natives}
        self._loading = wheel.dll_loading
        self._sources = wheel.sources
        self._traces = wheel.traces
        self._unread = frozenset(wheel.sources_unread)

    def find(self, archive: "Store", member: "Member", install: str) -> Known | None:
        """Return what is known of a member of another archive; None if it is not the same.

        The compressed bytes of both are compared.

        Raises:
            UnreadableError: one of the files could no longer be read.
        """
        file = self._files.get(member.name)
        if not isinstance(archive, Archive):
            return None
        if file is None or file.problem is not None or file.install != install:
            return None
        old = file.member
        if old.packed != member.packed or unreadable(member) is not None:
            return None
        # Both come in pieces of one size.
        pieces = zip(self._archive.raw(old), archive.raw(member), strict=True)
        if not all(one == two for one, two in pieces):
            return None
        return Known(file, self._answer(old.name), old.name in self._unread)

    def _answer(self, name: str) -> Answer:
        native = self._natives.get(name)
        return Answer(
            native=None if native is None else NativeFacts.of(native),
            traces=self._traces.get(name),
            held=self._loading.held.get(name),
            loading=self._loading.found.get(name),
            source=None if name in self._loading.held else self._sources.get(name),
            names_repairer=name in self._loading.naming,
        )
