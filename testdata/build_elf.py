"""Build the ELF libraries and programs of testdata/elf from the sources in elf/src/.

    python testdata/build_elf.py [--output DIR]

What is built is committed, so that tests need no compiler. The tools are Debian 12's: gcc,
musl-tools, gcc-aarch64-linux-gnu, gcc-s390x-linux-gnu; and ziglang 0.17 from PyPI, run by the
Python that runs this, for the machines and the linker (LLD) that those do not cover.

Each target is one chain: a program needs libmid.so.2, that needs libleaf.so.1 with a symbol
version, and leaf_value() is 40, so that the program prints 41.
"""

import argparse
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent / "elf"
SOURCES = HERE / "src"


@dataclass(frozen=True)
class Target:
    """A machine, a C library and a linker."""

    name: str
    compiler: tuple[str, ...]
    options: tuple[str, ...] = ()
    """For every link."""
    mid: tuple[str, ...] = ()
    """For libmid alone."""
    program: tuple[str, ...] | None = None
    """For the program; None where none is built."""
    keep: tuple[str, ...] = ("-s",)
    """Which symbols and debug data to make and keep."""


def _zig(target: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "ziglang", "cc", "-target", target)


TARGETS = (
    Target("x86_64-gnu", ("gcc",), program=("-pie",)),
    # as linkers wrote before 2018: two loaded segments, a program at a fixed address; and with
    # debug data, for pages of 16 KiB
    Target(
        "x86_64-gnu-joined",
        ("gcc",),
        ("-Wl,-z,noseparate-code", "-Wl,--hash-style=both", "-Wl,-z,max-page-size=0x4000"),
        program=("-no-pie",),
        keep=("-g", f"-ffile-prefix-map={SOURCES}=."),
    ),
    Target("x86_64-musl", ("musl-gcc",), program=("-pie",)),
    Target("x86_64-zig", _zig("x86_64-linux-gnu.2.17")),
    Target("aarch64-gnu", ("aarch64-linux-gnu-gcc",), program=("-pie",)),
    Target("aarch64-zig-musl", _zig("aarch64-linux-musl")),
    Target(
        "s390x-gnu",
        ("s390x-linux-gnu-gcc",),
        ("-Wl,--hash-style=both",),
        program=("-pie",),
    ),
    Target("i686-zig", _zig("x86-linux-gnu.2.17")),
    Target("armv7-zig", _zig("arm-linux-gnueabihf.2.17")),
    Target("powerpc-zig", _zig("powerpc-linux-musleabi")),
    # what loaders grudge: text relocations, an executable stack, a build path, another level
    Target(
        "x86_64-grudged",
        ("gcc", "-fno-pic", "-mcmodel=large"),
        ("-Wl,-z,notext", "-Wl,-z,execstack", "-Wl,-z,x86-64-v3"),
        ("-Wl,--disable-new-dtags,-rpath,/home/builder/lib:$ORIGIN",),
    ),
)


def build(target: Target, output: Path) -> None:
    """Make the chain of one target."""
    folder = output / target.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def link(result: str, *options: str) -> None:
        command = [*target.compiler, "-Os", "-fno-stack-protector", *target.keep, *options]
        command += [*target.options, "-L", str(folder), "-o", str(folder / result)]
        print(*command)
        subprocess.run(command, cwd=SOURCES, check=True)

    library = ("-shared",) if "-fno-pic" in target.compiler else ("-shared", "-fPIC")
    map_file = "-Wl,--version-script=leaf.map"
    link("libleaf.so.1", *library, "leaf.c", "-DLEAF=40", "-Wl,-soname,libleaf.so.1", map_file)
    named = ("-Wl,-soname,libmid.so.2", str(folder / "libleaf.so.1"))
    link("libmid.so.2", *library, "mid.c", *named, *target.mid)
    if target.program is not None:
        path = ("-Wl,-rpath,$ORIGIN", "-Wl,--disable-new-dtags")
        link("program", *target.program, "program.c", str(folder / "libmid.so.2"), *path)


def build_android(output: Path) -> None:
    """Make a library that only states what Android's linker reads."""
    folder = output / "aarch64-android"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["aarch64-linux-gnu-gcc", "-shared", "-nostdlib", "-s", "notes.s", "leaf.c", "-fPIC"]
    command += ["-DLEAF=40", "-o", str(folder / "libleaf.so"), "-Wl,-soname,libleaf.so"]
    command += ["-Wl,-z,max-page-size=16384"]
    subprocess.run(command, cwd=SOURCES, check=True)


def main() -> None:
    """Build all targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=HERE)
    output = parser.parse_args().output.resolve()
    for target in TARGETS:
        build(target, output)
    build_android(output)


if __name__ == "__main__":
    main()
