"""A library that was found and will be bundled, and the name that it gets."""

import hashlib
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import Self

from wheelcheck.records import field, record
from wheelcheck.repairing.plan import Source

__all__ = ["Candidate"]

_HASH_LENGTH = 16  # hex digits: 64 bits, as no two files of one process may share a name


@record(frozen=False, eq=False, kw_only=True, caches=True)
class Candidate:
    """A library that was found, and what it needs in turn."""

    source: Source
    filename: str
    keeps_name: bool
    salt: str
    """What its new name depends on besides contents."""
    needs: dict[str, Self] = field(default_factory=dict)
    """Imported name to the bundled library that serves it."""
    resolved: bool = False
    """Whether ``needs`` is complete."""

    @cached_property
    def bundled_name(self) -> str:
        """Its own name with a hash, which covers its content and all it brings along.

        Equal closures get equal names in whatever wheel they are, and different
        ones can never be taken for each other by a loader, which keeps one
        library of a name in a process.
        """
        if self.keeps_name:
            return self.filename
        digest = hashlib.sha256(self.closure)
        digest.update(self.salt.encode())
        return self._named(digest.hexdigest()[:_HASH_LENGTH])

    @cached_property
    def closure(self) -> bytes:
        """Its content and that of all it brings along, as hashes in a fixed order."""
        reached = {(name, candidate.source.sha256) for name, candidate in self._edges()}
        rows = [f"\n{name} {sha256}" for name, sha256 in sorted(reached)]
        return "".join([self.source.sha256, *rows]).encode()

    def _named(self, digest: str) -> str:
        """Return the file name with this in it."""
        raise NotImplementedError

    def _edges(self) -> Iterator[tuple[str, Self]]:
        queue, seen = deque([self]), {id(self)}
        while queue:
            for name, candidate in queue.popleft().needs.items():
                yield name, candidate
                if id(candidate) not in seen:
                    seen.add(id(candidate))
                    queue.append(candidate)
