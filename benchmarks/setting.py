"""On what a benchmark was run."""

import datetime as dt
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PEERS = (
    "auditwheel", "delvewheel", "delocate", "abi3audit", "check-wheel-contents", "twine",
    "pydistcheck", "repairwheel",
)  # fmt: skip


def setting(peers: Mapping[str, str]) -> str:
    """Say when, on which machine, and with which versions; *peers* are those of their programs."""
    codecs = " and ".join(_installed("zlib-ng", "deflate")) or "the standard library's zlib"
    found = ", ".join(f"{name} {peers[name]}" for name in _PEERS if name in peers)
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores of {_processor()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"wheelcheck {version('wheelcheck')} with {codecs}; {found}."
    )


def _installed(*names: str) -> Iterator[str]:
    for name in names:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{platform.machine()} {next(names, '')}".strip()
