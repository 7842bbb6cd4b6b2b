"""A bar on stderr while a person waits; gone when the work is done, and never in a log."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from wheelcheck.cli.terminal import is_live

if TYPE_CHECKING:
    from wheelcheck.findings import Report

__all__ = ["Progress"]

_BIG = 16 * 1024 * 1024
"""Bytes of wheels that take a moment to read."""
_BAR = 20
_PAUSE = 0.05
"""Seconds between two drawings; a terminal far away is slow."""


class Progress:
    """How many of the wheels are done. Nothing is drawn where nobody waits."""

    def __init__(self, paths: Sequence[Path], *, wanted: bool = True) -> None:
        self._total = len(paths)
        self._done = 0
        self._drawn = 0.0
        self._shown = (
            wanted
            and is_live(sys.stderr)
            and os.environ.get("TERM") != "dumb"
            and (self._total > 1 or sum(map(_size, paths)) >= _BIG)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def over(self, paths: Iterable[Path]) -> Iterator[Path]:
        """Yield the paths, and show which one is at work until the next is asked for."""
        for path in paths:
            self._draw(path.name)
            yield path
            self._done += 1

    def behind(self, reports: "Iterable[Report]") -> "Iterator[Report]":
        """Yield the reports, and show how many there are; for work that is done elsewhere."""
        self._draw("")
        for report in reports:
            self._done += 1
            self._draw(report.wheel)
            yield report

    @contextmanager
    def at(self, path: Path) -> Iterator[None]:
        """Show that this one is at work, and nothing when it is done."""
        self._draw(path.name)
        try:
            yield
        finally:
            self._done += 1
            self.clear()

    def clear(self) -> None:
        """Take the bar away, so that something else can be written."""
        if self._shown and self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = 0.0

    def _draw(self, name: str) -> None:
        now = time.monotonic()
        if not self._shown or (self._drawn and now - self._drawn < _PAUSE):
            return
        self._drawn = now
        try:
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        except (OSError, ValueError):
            columns = 80
        filled = _BAR * self._done // self._total
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {self._done}/{self._total} "
        # A line that is as wide as the terminal would be wrapped, and not be taken away.
        text = f"{bar}{ascii(name)[1:-1]}"[: max(columns - 1, 0)]
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0
