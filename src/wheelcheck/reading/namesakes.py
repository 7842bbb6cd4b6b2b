"""Sources of one name in wheel after wheel of a call.

What a build generates holds the names of compilers and folders: a source of its own in each
wheel, for which alone a parser would be started.
"""

from typing import TYPE_CHECKING

from wheelcheck.sources.alike import differ_in_strings_only

if TYPE_CHECKING:
    from wheelcheck.reading.memo import Remembered

__all__ = ["Namesakes"]

_LARGEST = 16 * 1024
_MOST = 4 * 1024 * 1024


class Namesakes:
    """Small sources of the wheel before, by member."""

    def __init__(self) -> None:
        self._before: dict[str, Remembered] = {}
        self._now: dict[str, Remembered] = {}
        self._bytes = 0

    def next_wheel(self) -> None:
        """Begin with another wheel."""
        self._before, self._now, self._bytes = self._now, {}, 0

    def note(self, member: str, entry: "Remembered") -> None:
        """Keep a source for the wheel that follows."""
        if entry.size <= _LARGEST and self._bytes + entry.size <= _MOST:
            self._bytes += entry.size
            self._now[member] = entry

    def is_sound(self, member: str, source: bytes) -> bool:
        """Tell whether a parser would find no fault in a source, as in that of the wheel before."""
        before = self._before.get(member)
        if before is None or before.text.syntax != () or len(source) > _LARGEST:
            return False
        held = next((a.held for a in before.answers.values() if a.held is not None), None)
        return held is not None and differ_in_strings_only(held.source, source)
