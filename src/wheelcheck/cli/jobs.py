"""Worker processes of a call."""

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

__all__ = ["add_jobs", "workers"]

_MOST_JOBS = 256
_LARGE = 64 * 1024 * 1024
"""Bytes of wheels that take longer than to start processes for them."""


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add the option that :func:`workers` understands."""
    parser.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help=(
            "inspect in N processes, up to eight wheels of a project in each at a time; 0: as many "
            "as pay (default: 1)"
        ),
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= _MOST_JOBS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {_MOST_JOBS}")
    return int(text)


@contextmanager
def workers(jobs: int, wheels: "Sequence[Path]") -> "Iterator[Executor | None]":
    """Start as many processes as are asked for and have work; None where that is one."""
    if jobs == 1 or len(wheels) == 1:
        yield None
        return
    from wheelcheck.inspection import pieces_of_work

    pieces = sum(1 for _ in pieces_of_work(wheels))
    count = min(jobs or _as_pay(wheels), pieces)
    if count <= 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(count, initializer=_leave_interrupts) as executor:
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _as_pay(wheels: "Sequence[Path]") -> int:
    import os

    if sum(path.stat().st_size for path in wheels if path.is_file()) < _LARGE:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _leave_interrupts() -> None:
    """Leave it to the process that a person interrupts to end the others."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
