"""Programs run for a while, and never left behind.

What is started gets a process group of its own, so that whatever it starts in
turn ends with it: at its own end, at the time limit, or when the user interrupts.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Self

from wheelcheck.records import record

__all__ = ["Children", "Ended", "tail"]

_MOST_OUTPUT = 64 * 1024 * 1024
_MOST_TOLD = 8 * 1024
_STEP = 0.5


@record
class Ended:
    """How a program ended."""

    status: int | None
    """As :attr:`subprocess.Popen.returncode`; None if it was stopped."""
    output: str
    """The last of what it wrote to stdout and stderr."""
    stopped: str | None = None
    """Why it was stopped."""

    @property
    def good(self) -> bool:
        """Whether it ended by itself, with status 0."""
        return self.status == 0


class Children:
    """The programs that are running now; all end with the ``with`` block."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            _kill(process)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        environ: Mapping[str, str],
        timeout: float,
        log: Path,
    ) -> Ended:
        """Run a program to its end, or to the time limit in seconds; ``log`` takes what it says.

        Raises:
            OSError: it cannot be started.
        """
        with log.open("wb") as output:
            process = self._start(command, cwd, environ, output.fileno())
        try:
            stopped = self._wait(process, monotonic() + timeout, timeout, log)
        finally:
            _kill(process)
            with self._lock:
                self._running.discard(process)
        return Ended(None if stopped else process.returncode, tail(log), stopped)

    def _start(
        self, command: Sequence[str | Path], cwd: Path, environ: Mapping[str, str], output: int
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise InterruptedError("interrupted")
            process = subprocess.Popen(  # noqa: S603 (a list, and no shell)
                [str(part) for part in command],
                cwd=cwd,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            self._running.add(process)
        return process

    @staticmethod
    def _wait(
        process: subprocess.Popen[bytes], end: float, timeout: float, log: Path
    ) -> str | None:
        while True:
            left = end - monotonic()
            if left <= 0:
                return f"it was stopped after {timeout:g} seconds"
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(min(left, _STEP))
                return None
            if log.stat().st_size > _MOST_OUTPUT:
                return f"it was stopped after it had written {_MOST_OUTPUT >> 20} MiB"


def tail(log: Path) -> str:
    """Return the end of what a program wrote."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _MOST_TOLD))
        return file.read(_MOST_TOLD).decode("utf-8", "replace").replace("\r\n", "\n").strip()
    return ""


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started, also what is left after its own end."""
    if sys.platform == "win32":
        if process.poll() is None:
            tool = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32", "taskkill.exe")
            command = [str(tool), "/T", "/F", "/PID", str(process.pid)]
            with contextlib.suppress(OSError):
                subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (by number)
            process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
