"""How the cost of an inspection grows with what a wheel holds: made wheels, CPU seconds.

Usage: python -m benchmarks.growth [--largest N] [SERIES...]

The exponent is the slope of the cost between the last two sizes, the cost of the
smallest wheel taken off: 1 is linear, 2 the product of two things that grow.
"""

import argparse
import gc
import math
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import wheelcheck
from tests import elf_builder, macho_builder, native
from tests.wheels import WheelBuilder
from wheelcheck import Limits

_LIBRARIES = 40
_ENOUGH = 10_000_000
_LIMITS = Limits(natives=_ENOUGH, imports=_ENOUGH, symbols=_ENOUGH, members=_ENOUGH)
_FACTOR = 10

Files = Mapping[str, bytes]


def members(count: int) -> Files:
    """Small files that nobody looks into."""
    return {f"pkg/d{i % 97}/f{i}.bin": b"%d" % i for i in range(count)}


def sources(count: int) -> Files:
    """Modules that import the one before them."""
    text = "from pkg.m{} import f\nimport os\n\ndef f():\n    return {}\n"
    return {f"pkg/m{i}.py": text.format(max(i - 1, 0), i).encode() for i in range(count)}


def windows(count: int) -> Files:
    """Extensions, and libraries beside them, for Windows."""
    libraries = {
        f"pkg/l{i}.dll": native.library("f", f"g{i}") for i in range(min(count, _LIBRARIES))
    }
    return libraries | {
        f"pkg/_m{i}.pyd": native.extension(f"_m{i}", {f"l{i % len(libraries)}.dll": ["f"]})
        for i in range(count)
    }


def linux(count: int) -> Files:
    """Extensions without a tag in their names, each of which asks for the library before it."""
    names = [f"lib{i}.so" for i in range(count // 2 + 1)]
    libraries = {
        f"pkg/{name}": elf_builder.Elf(
            soname=name,
            runpath="$ORIGIN",
            needed=(names[max(i - 1, 0)],),
            uses=(f"f{max(i - 1, 0)}",),
            defines=(f"f{i}",),
        ).build()
        for i, name in enumerate(names)
    }
    return libraries | {
        f"pkg/_m{i}.so": elf_builder.extension(
            f"_m{i}", f"f{i // 2}", needed=(names[i // 2],), runpath="$ORIGIN"
        )
        for i in range(count // 2)
    }


def macos(count: int) -> Files:
    """Extensions without a tag in their names, and libraries beside them, for macOS."""
    paths = [f"@loader_path/l{i}.dylib" for i in range(min(count, _LIBRARIES))]
    libraries = {f"pkg/l{i}.dylib": macho_builder.dylib(path) for i, path in enumerate(paths)}
    return libraries | {
        f"pkg/_m{i}.so": macho_builder.extension(f"_m{i}", paths[i % len(paths)])
        for i in range(count)
    }


SERIES: Mapping[str, tuple[Callable[[int], Files], str]] = {
    "members": (members, "py3-none-any"),
    "sources": (sources, "py3-none-any"),
    "windows": (windows, "cp312-cp312-win_amd64"),
    "linux": (linux, "cp312-cp312-manylinux_2_28_x86_64"),
    "macos": (macos, "cp312-cp312-macosx_11_0_arm64"),
}


def seconds(wheel: Path) -> float:
    """Return the CPU seconds of one inspection, with its report as data."""
    gc.collect()
    start = _processor_time()
    report = wheelcheck.inspect(wheel, limits=_LIMITS)
    report.to_dict()
    spent = _processor_time() - start
    if report.error is not None:
        raise SystemExit(f"{wheel.name}: {report.error}")
    return spent


def _processor_time() -> float:
    """Return that of this process and of those that it waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def main() -> None:
    """Print a row for each series."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("series", nargs="*", metavar="SERIES", help=f"of {', '.join(SERIES)}")
    parser.add_argument("--largest", type=int, default=10_000)
    arguments = parser.parse_args()
    sizes = [1]
    while sizes[-1] < arguments.largest:
        sizes.append(min(sizes[-1] * _FACTOR, arguments.largest))
    print("series    " + "".join(f"{size:>10}" for size in sizes) + "  exponent")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.series or SERIES:
            make, tag = SERIES[name]
            spent = []
            for size in sizes:
                wheel = WheelBuilder(tag=tag, files=dict(make(size))).write(Path(folder))
                if size == 1:
                    seconds(wheel)  # imports and data files
                spent.append(seconds(wheel))
            last, before = (max(s - spent[0], 1e-6) for s in (spent[-1], spent[-2]))
            exponent = math.log(last / before) / math.log(sizes[-1] / sizes[-2])
            print(f"{name:10}" + "".join(f"{s:10.3f}" for s in spent) + f"{exponent:10.2f}")


if __name__ == "__main__":
    main()
