"""A process that waits for itself for ever is ended.

A parser that is refused memory may stop in the middle of telling so, with a lock
in its hands. It takes no processor time then, so a bound on that does not end it.
"""

import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["Watch"]

_EVERY_SECONDS = 0.5
_MOST_LOOKS = 8
"""So many looks in a row find it asleep before it is ended: four seconds."""


class Watch(Thread):
    """Ends a process that sleeps for seconds and does nothing, where the system tells (Linux)."""

    def __init__(self, process: "Popen[bytes]") -> None:
        super().__init__(daemon=True)
        self._process = process
        self._over = Event()

    def start(self) -> None:
        """Begin to look."""
        if sys.platform == "linux":
            super().start()

    def cancel(self) -> None:
        """Look no more."""
        self._over.set()

    def run(self) -> None:
        """Look from time to time."""
        before, looks = "", 0
        while looks < _MOST_LOOKS:
            if self._over.wait(_EVERY_SECONDS):
                return
            now = _state(self._process.pid)
            looks = looks + 1 if now.startswith("S") and now == before else 0
            before = now
        self._process.kill()


def _state(process: int) -> str:
    """Return whether a process sleeps, and the processor time that it took so far."""
    with suppress(OSError):
        # proc(5): the name in parentheses may hold blanks; the state follows, utime is the 12th.
        fields = (
            Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        )
        if len(fields) > 12:  # noqa: PLR2004 - state to utime and stime
            return " ".join((fields[0], fields[11], fields[12]))
    return ""
