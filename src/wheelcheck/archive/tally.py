"""Faults counted by kind, so that a hostile file cannot make a list without end."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Generic, TypeVar

__all__ = ["Tally"]

K = TypeVar("K", bound=StrEnum)


class Tally(Generic[K]):
    """Says of each fault whether it is one of the first of its kind."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: Counter[K] = Counter()

    def admits(self, kind: K) -> bool:
        """Count a fault; tell whether it is to be kept."""
        self._seen[kind] += 1
        return self._seen[kind] <= self._most

    def surplus(self) -> Iterator[tuple[K, str]]:
        """Yield for each kind that had too many how many were left out, in order of first use."""
        for kind, seen in self._seen.items():
            if seen > self._most:
                yield kind, f"{seen - self._most} more of the kind {kind}"
