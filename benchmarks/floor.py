"""How far `wheelcheck inspect` is from the floor: inflate and hash every member once.

Usage: python benchmarks/floor.py [--runs N] WHEEL...

Both run in this process, in turn, with the same deflate implementation. CPU
seconds, those of child processes included, are compared as a ratio, so that
another machine or a busy one gives about the same answer. The wheels are taken
as one call, as a release is, and then each by itself.
"""

import argparse
import hashlib
import os
import platform
import statistics
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import wheelcheck
from wheelcheck.archive.codec import fastest_codec

_LOCAL_HEADER = 30

Work = Callable[[Sequence[Path]], None]


def floor(wheels: Sequence[Path]) -> None:
    """Inflate every member in one call and hash it: what no check of RECORD can do without."""
    codec = fastest_codec()
    for wheel in wheels:
        with wheel.open("rb") as file, zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                file.seek(member.header_offset)
                header = file.read(_LOCAL_HEADER)
                name, extra = header[26:28], header[28:30]
                skipped = int.from_bytes(name, "little") + int.from_bytes(extra, "little")
                file.seek(skipped, 1)
                raw = file.read(member.compress_size)
                if member.compress_type == zipfile.ZIP_DEFLATED:
                    raw = codec.inflater().decompress(raw, max(member.file_size, 1))
                hashlib.sha256(raw).digest()


def together(wheels: Sequence[Path]) -> None:
    """Do all that the command does on a release, short of printing."""
    for report in wheelcheck.audit_wheels(wheels).reports:
        report.to_dict()


def alone(wheels: Sequence[Path]) -> None:
    """Do it for each wheel in a call of its own; what is loaded once stays loaded."""
    for wheel in wheels:
        wheelcheck.inspect(wheel).to_dict()


def seconds(work: Work, wheels: Sequence[Path]) -> float:
    """Return the CPU seconds of one run."""
    start = sum(os.times()[:4])
    work(wheels)
    return sum(os.times()[:4]) - start


def main() -> None:
    """Print the median ratios and their spread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    wheels = arguments.wheels
    together(wheels[:1])  # imports and data files, which a call pays for once
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    print(f"{len(wheels)} wheels, {size:.1f} MB, {arguments.runs} runs; {machine}")
    print(f"wheelcheck {wheelcheck.__version__}, {fastest_codec().name}")
    works: tuple[Work, ...] = (floor, together, alone)
    runs = [[seconds(work, wheels) for work in works] for _ in range(arguments.runs)]
    for work, spent in zip(works, zip(*runs, strict=True), strict=True):
        ratios = [ours / run[0] for ours, run in zip(spent, runs, strict=True)]
        print(
            f"{work.__name__:10}{statistics.median(spent):8.3f} s CPU   ratio "
            f"{statistics.median(ratios):5.2f}   ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
