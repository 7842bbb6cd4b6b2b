"""How far `wheelcheck inspect` is from the floor: inflate and hash every member once.

Usage: python benchmarks/floor.py [--runs N] WHEEL...

Both run in this process, in turn, and CPU seconds are compared as a ratio, so
that another machine or a busy one gives about the same answer.
"""

import argparse
import hashlib
import statistics
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import wheelcheck

_LOCAL_HEADER = 30


def floor(wheels: Sequence[Path]) -> None:
    """Inflate every member in one call and hash it: what no check of RECORD can do without."""
    for wheel in wheels:
        with wheel.open("rb") as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            for member in members:
                file.seek(member.header_offset)
                header = file.read(_LOCAL_HEADER)
                name, extra = header[26:28], header[28:30]
                skipped = int.from_bytes(name, "little") + int.from_bytes(extra, "little")
                file.seek(skipped, 1)
                raw = file.read(member.compress_size)
                if member.compress_type == zipfile.ZIP_DEFLATED:
                    raw = zlib.decompress(raw, -15, max(member.file_size, 1))
                hashlib.sha256(raw).digest()


def inspect(wheels: Sequence[Path]) -> None:
    """Do all that the command does, short of printing."""
    for report in wheelcheck.inspect_many(wheels):
        report.to_dict()


def seconds(work: Callable[[Sequence[Path]], None], wheels: Sequence[Path]) -> float:
    """Return the CPU seconds of one run."""
    start = time.process_time()
    work(wheels)
    return time.process_time() - start


def main() -> None:
    """Print the median ratio and its spread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    inspect(arguments.wheels)  # imports and data files, which a folder pays for once
    pairs = [
        (seconds(floor, arguments.wheels), seconds(inspect, arguments.wheels))
        for _ in range(arguments.runs)
    ]
    ratios = [ours / least for least, ours in pairs]
    size = sum(wheel.stat().st_size for wheel in arguments.wheels) / 1e6
    print(f"{len(arguments.wheels)} wheels, {size:.1f} MB, {arguments.runs} runs")
    print(f"floor    {statistics.median(least for least, _ in pairs):8.3f} s CPU")
    print(f"inspect  {statistics.median(ours for _, ours in pairs):8.3f} s CPU")
    print(f"ratio    {statistics.median(ratios):8.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
