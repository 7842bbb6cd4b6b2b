"""Work handed to an executor, its results in the order of the work."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

__all__ = ["in_order"]

_T = TypeVar("_T")
_R = TypeVar("_R")

_MOST_WAITING = 64
"""Pieces of work that are handed over before the result of the first is taken."""


def in_order(executor: "Executor", work: Callable[[_T], _R], pieces: Iterable[_T]) -> Iterator[_R]:
    """Yield the result for each piece, as soon as those before it are there.

    Only ``submit`` is asked of the executor. Whoever stops early has what was
    not begun cancelled.
    """
    waiting: deque[Future[_R]] = deque()
    try:
        for piece in pieces:
            waiting.append(executor.submit(work, piece))
            while waiting and (len(waiting) >= _MOST_WAITING or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
