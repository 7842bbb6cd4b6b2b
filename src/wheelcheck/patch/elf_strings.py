"""Room for new strings in an ELF string table that everything else shares."""

from bisect import bisect_left
from collections.abc import Iterable

__all__ = ["StringTable"]


class StringTable:
    """A dynamic string table being edited.

    Strings that are given up are blanked, so that no build path stays in the
    file, and their room serves the next ones: an object can be patched again
    and again without growing.
    """

    def __init__(self, content: bytes, kept: Iterable[int]) -> None:
        """Take the table, and the offsets of all strings that must stay as they are."""
        self.content = bytearray(content)
        self._kept = sorted(set(kept))
        self._placed: dict[str, int] = {}

    def give_up(self, offset: int) -> None:
        """Blank a string that nothing uses any more, but for what others share with it.

        Linkers merge a string into another's end, so a kept string may start inside.
        """
        start = self.content.rfind(b"\0", 0, offset) + 1
        end = self.content.find(b"\0", offset)
        index = bisect_left(self._kept, start)
        if index < len(self._kept):
            end = min(end, self._kept[index])
        if start < end:
            self.content[start:end] = bytes(end - start)

    def place(self, text: str) -> int:
        """Return where a string stands, written into free room or at the end if need be."""
        if text not in self._placed:
            self._placed[text] = self._find(text.encode("utf-8", "surrogateescape") + b"\0")
        return self._placed[text]

    def _find(self, string: bytes) -> int:
        found = self.content.find(string)
        if found >= 0:
            return found
        found = self._free(len(string))
        if found < 0:
            found = len(self.content)
            self.content += string
        else:
            self.content[found : found + len(string)] = string
        return found

    def _free(self, size: int) -> int:
        """Find zeros behind a string's end that no empty string stands in; -1 without any."""
        zeros = bytes(size + 1)
        at = self.content.find(zeros)
        while at >= 0:
            index = bisect_left(self._kept, at + 1)
            if index == len(self._kept) or self._kept[index] > at + size:
                return at + 1
            at = self.content.find(zeros, self._kept[index])
        return -1
