"""What was found out of contents that were met before in the same call.

The wheels of a release share nearly all their sources and many libraries.
Members that stand in two archives as the same compressed bytes are not even
inflated again; of all others the analysis is kept by their SHA-256.
"""

from collections import OrderedDict
from hashlib import sha256
from typing import TYPE_CHECKING

from wheelcheck.archive.content import unreadable
from wheelcheck.archive.reader import Archive
from wheelcheck.reading.analysis import Answer, Question, analyse
from wheelcheck.reading.namesakes import Namesakes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from mmap import mmap

    from wheelcheck.archive.reader import Content, Member
    from wheelcheck.archive.store import Store
    from wheelcheck.archive.stretch import Stretch
    from wheelcheck.sources import SourceFacts, SyntaxFault

__all__ = ["Memo", "Remembered"]

_MOST = 64 * 1024 * 1024
_LARGEST_RAW = 256 * 1024
# Rough, as they only bound the whole: what Python takes for a small object, a symbol.
_ENTRY, _SYMBOL = 4096, 128

_Key = tuple[int, int, int, int]


class Text:
    """What is known of a source, whatever ends its lines."""

    __slots__ = ("facts", "syntax")

    def __init__(self) -> None:
        self.facts: SourceFacts | None = None
        self.syntax: tuple[SyntaxFault, ...] | None = None
        """What a parser said of it, if it was asked for."""


class Remembered:
    """A content, and what was found out of it."""

    __slots__ = (
        "_sources", "answers", "digests", "key", "raw", "size", "text", "text_key", "weight",
    )  # fmt: skip

    def __init__(self, size: int, digests: "Mapping[str, bytes]") -> None:
        self.size = size
        self.digests = digests
        self.answers: dict[Question, Answer] = {}
        self.text = Text()
        self.text_key: bytes | None = None
        self.key: _Key | None = None
        self.raw: bytes | Stretch = b""
        self.weight = 0
        self._sources = 0

    def grown(self) -> int:
        """Return how many bytes more its sources take than when this was asked before."""
        before = self._sources
        sources = (answer.held or answer.source for answer in self.answers.values())
        self._sources = sum(source.weight for source in sources if source is not None)
        return self._sources - before


class Memo:
    """Contents of one call; bounded, so that what was not met for longest is forgotten."""

    def __init__(self, most: int = _MOST, *, several: bool = True) -> None:
        """Remember about this many bytes, for ``several`` wheels or just one."""
        self._most = most
        self._several = several
        self._weight = 0
        self._by_hash: OrderedDict[bytes, Remembered] = OrderedDict()
        self._by_raw: dict[_Key, Remembered] = {}
        self._by_text: dict[bytes, Text] = {}
        self.namesakes = Namesakes()
        self._asked: list[Remembered] = []
        """Those that were met since sources were weighed."""

    def next_wheel(self) -> None:
        """Begin with another wheel: count what sources were asked, forget what is too much."""
        self.namesakes.next_wheel()
        for entry in self._asked:
            if entry.weight:
                self._add_weight(entry, entry.grown())
        self._asked.clear()
        self._forget()

    def find(self, archive: "Store", member: "Member") -> Remembered | None:
        """Return what is known of a member, without inflating it.

        Its compressed bytes are compared.

        Raises:
            UnreadableError: the file could no longer be read.
        """
        if not isinstance(archive, Archive):
            return None
        found = self._by_raw.get(member.packed)
        if found is None or unreadable(member) or not archive.holds(member, found.raw):
            return None
        self._by_hash.move_to_end(found.digests["sha256"])
        if found.text.facts is not None:
            self._asked.append(found)
        return found

    def answer(
        self, archive: "Store", member: "Member", content: "Content", question: Question
    ) -> tuple[Answer, Remembered | None]:
        """Answer a question on a content, from memory if it was asked before.

        Beside it: where it is remembered, if it is.
        """
        data = content.data
        if content.problem is not None or content.not_kept is not None:
            found = Answer() if data is None else analyse(data, question, content.problem)
            return found, None
        entry = self._entry(archive, member, content)
        answer = entry.answers.get(question)
        if answer is None:
            if self._several and question.source and not entry.answers and data is not None:
                self._share_text(entry, data)
            facts = entry.text.facts
            answer = Answer() if data is None else analyse(data, question, facts=facts)
            if answer.held is not None:
                entry.text.facts = answer.held.facts
            entry.answers[question] = answer
            self._add_weight(entry, _weight(answer) + entry.grown())
        if entry.text.facts is not None:
            self._asked.append(entry)
        self._forget()
        return answer, entry

    def _entry(self, archive: "Store", member: "Member", content: "Content") -> Remembered:
        digest = content.digests["sha256"]
        entry = self._by_hash.get(digest)
        if entry is None:
            entry = self._by_hash[digest] = Remembered(content.size, content.digests)
            self._add_weight(entry, _ENTRY)
        else:
            self._by_hash.move_to_end(digest)
        entry.digests = {**entry.digests, **content.digests}
        if entry.key is None and (raw := _raw(archive, member, content)) is not None:
            entry.key, entry.raw = member.packed, raw
            self._by_raw[entry.key] = entry
            self._add_weight(entry, len(raw) if isinstance(raw, bytes) else 0)
        return entry

    def _share_text(self, entry: Remembered, data: "bytes | bytearray | mmap") -> None:
        """Let a source have what is known of one that differs from it in line ends only.

        Wheels for Windows are often built from a copy with line ends of its own.
        """
        text = bytes(data)
        digest = entry.digests["sha256"]
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
            if b"\r" in text:
                return
            digest = sha256(text).digest()
        entry.text_key = digest
        entry.text = self._by_text.setdefault(digest, entry.text)

    def _add_weight(self, entry: Remembered, weight: int) -> None:
        entry.weight += weight
        self._weight += weight

    def _forget(self) -> None:
        while self._weight > self._most:
            _, oldest = self._by_hash.popitem(last=False)
            self._weight -= oldest.weight
            oldest.weight = 0
            if oldest.key is not None and self._by_raw.get(oldest.key) is oldest:
                del self._by_raw[oldest.key]
            if oldest.text_key is not None:
                self._by_text.pop(oldest.text_key, None)


def _raw(archive: "Store", member: "Member", content: "Content") -> "bytes | Stretch | None":
    """Return the compressed bytes if they are few, else where they can be compared with others."""
    if content.raw is not None and len(content.raw) <= _LARGEST_RAW:
        return content.raw
    return archive.stretch(member) if isinstance(archive, Archive) else None


def _weight(answer: Answer) -> int:
    weight = 0
    binary = None if answer.native is None else answer.native.binary
    for piece in () if binary is None else binary.slices:
        symbols = sum(len(wanted.symbols) for wanted in piece.imports)
        weight += _SYMBOL * (symbols + len(piece.exports.names))
    return weight
