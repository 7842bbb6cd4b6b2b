"""Build the Windows libraries, programs and wheels of testdata from the C sources in src/.

    python testdata/build.py [--output DIR]     build; by default into this folder
    python testdata/build.py --check            build elsewhere and compare with this folder

What is built is committed, so that tests need no compiler. The same compiler gives the same
bytes again: no times, no paths, nothing that depends on order. That compiler is Debian 12's
(packages gcc-mingw-w64-x86-64-win32 and gcc-mingw-w64-i686-win32, GCC 12).
"""

import argparse
import base64
import hashlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
BUILT = ("libs-win_amd64", "libs-win32", "wheels", "wine")
"""The folders that are made here; nothing else lies in them."""

DEMO_CHAIN = ("libdemo-2.dll", "libmid-1.dll", "libleaf-1.dll")


Macros = Mapping[str, str | int]


@dataclass(frozen=True)
class Toolchain:
    """mingw-w64's compiler and tools for one machine, working in a folder of their own."""

    prefix: str
    work: Path

    def compile(self, output: Path, source: str, macros: Macros, *options: str) -> Path:
        """Make a DLL or program of one source file."""
        output.parent.mkdir(parents=True, exist_ok=True)
        defines = [f"-D{name}={value}" for name, value in macros.items()]
        # The source is named relative to the working folder: its name goes into the symbols.
        command = [f"{self.prefix}-gcc-win32", "-Os", "-Wall", "-Wextra", "-Werror", *defines]
        command += ["-o", str(output), source, f"-L{self.work}", *options]
        subprocess.run([*command, *REPRODUCIBLE], cwd=SOURCES, check=True)
        output.chmod(0o644)  # for Windows it is no less a program
        return output

    def import_library(self, dll: str, *exports: str, delayed: bool = False) -> str:
        """Make what is linked with to import *exports* of *dll*; return the linker's option."""
        name = dll.removesuffix(".dll").removeprefix("lib") + ("-delayed" if delayed else "")
        definition = self.work / f"{name}.def"
        definition.write_text("EXPORTS\n" + "".join(f"  {line}\n" for line in exports))
        kind = "--output-delaylib" if delayed else "--output-lib"
        command = [f"{self.prefix}-dlltool", "--input-def", definition.name, "--dllname", dll]
        command += ["--temp-prefix", name, kind, f"lib{name}.a"]
        subprocess.run(command, cwd=self.work, check=True)
        return f"-l{name}"

    def address_of(self, symbol: str, binary: Path) -> int:
        """Return the virtual address of a symbol."""
        command = [f"{self.prefix}-nm", str(binary)]
        listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rows = [line.split() for line in listing.splitlines()]
        [address] = [row[0] for row in rows if row[-1] == symbol]
        return int(address, 16)


REPRODUCIBLE = ("-Wl,--no-insert-timestamp", "-Wl,--disable-auto-image-base")
"""Without these ld writes the time, and a base address made from the path of the output."""

BARE = ("-shared", "-s", "-nostdlib", "-Wl,--entry=0")
"""A DLL without C runtime and entry point: it imports what it is told to and nothing else."""

RUNTIME = ("-shared", "-s")
"""A DLL with mingw's C runtime (msvcrt.dll), as most are."""

UNSTRIPPED = ("-shared", "-Wl,--strip-debug")
"""The same with its COFF symbols left, which lie behind the last section as an overlay."""


def build_chain(tools: Toolchain, libs: Path) -> None:
    """Make libdemo-2 -> libmid-1 -> libleaf-1, shaped like MPC -> MPFR -> GMP."""
    leaf = tools.import_library("libleaf-1.dll", "leaf_answer")
    mid = tools.import_library("libmid-1.dll", "mid_answer")
    macros: Macros = {"NAME": "leaf_answer", "VALUE": 2}
    tools.compile(libs / "libleaf-1.dll", "library.c", macros, *BARE)
    macros = {"NAME": "mid_answer", "VALUE": 10, "CALLS": "leaf_answer"}
    tools.compile(libs / "libmid-1.dll", "library.c", macros, leaf, *RUNTIME)
    macros = {"NAME": "demo_answer", "VALUE": 30, "CALLS": "mid_answer"}
    tools.compile(libs / "libdemo-2.dll", "library.c", macros, mid, *UNSTRIPPED)


def build_odd_libraries(tools: Toolchain, libs: Path) -> None:
    """Make one library for each other way in which one can name another."""
    ordinal = tools.import_library("libleaf-1.dll", "leaf_answer @1 NONAME")
    macros: Macros = {"NAME": "ordinal_answer", "VALUE": 40, "CALLS": "leaf_answer"}
    tools.compile(libs / "libordinal-1.dll", "library.c", macros, ordinal, *BARE)

    forwards = tools.work / "forward-exports.def"
    forwards.write_text('EXPORTS\n  forward_answer = "libdemo-2.demo_answer"\n')
    macros = {"NAME": "forward_own", "VALUE": 1}
    tools.compile(libs / "libforward-1.dll", "library.c", macros, str(forwards), *BARE)

    for name, other, value in (("ping", "pong", 40), ("pong", "ping", 2)):
        peer = tools.import_library(f"lib{other}-1.dll", f"{other}_value")
        macros = {"NAME": f"{name}_answer", "OTHER": f"{name}_value", "CALLS": f"{other}_value"}
        macros = {**macros, "VALUE": value}
        tools.compile(libs / f"lib{name}-1.dll", "library.c", macros, peer, *BARE)

    for value, folder in enumerate(("one", "two"), start=1):
        macros = {"NAME": "twin_answer", "VALUE": value}
        tools.compile(libs / "twins" / folder / "libtwin-1.dll", "library.c", macros, *BARE)


def build_delaying_libraries(tools: Toolchain, libs: Path) -> None:
    """Make two libraries that load libleaf-1.dll when it is first called.

    GNU ld leaves data directory 13 empty, so that no reader of headers sees its delay imports.
    All other linkers fill it. One library is left as it comes, one is like theirs.
    """
    delayed = tools.import_library("libleaf-1.dll", "leaf_answer", delayed=True)
    macros: Macros = {"NAME": "gnudelay_answer", "VALUE": 40, "CALLS": "leaf_answer"}
    options = ("-ldelayimp", "-shared")
    tools.compile(libs / "libgnudelay-1.dll", "library.c", macros, delayed, *options, "-s")

    tools.compile(libs / "libdelay-1.dll", "delay.c", {}, *options, "-s")
    # Linked once more with its symbols, which tell where the descriptor is.
    named = tools.compile(tools.work / "libdelay-1.dll", "delay.c", {}, *options)
    fill_delay_directory(libs / named.name, tools.address_of("delay_directory", named))


def fill_delay_directory(dll: Path, descriptor: int) -> None:
    """Enter the descriptor at this virtual address, and its null one, as data directory 13."""
    image = bytearray(dll.read_bytes())
    optional = struct.unpack_from("<I", image, 0x3C)[0] + 24
    [base] = struct.unpack_from("<Q", image, optional + 24)
    struct.pack_into("<II", image, optional + 112 + 13 * 8, descriptor - base, 2 * 32)
    struct.pack_into("<I", image, optional + 64, 0)  # CheckSum: none is as good as a right one
    dll.write_bytes(image)


def extension(
    tools: Toolchain, output: Path, *function_of: str, python: str = "python3.dll"
) -> Path:
    """Make an extension module, named as the file, that calls a library's function, if given."""
    link = [tools.import_library(python, "PyLong_FromLong", "PyModule_Create2")]
    macros: dict[str, str | int] = {"MODULE_NAME": output.name.partition(".")[0]}
    if function_of:
        dll, macros["FUNCTION"] = function_of
        link.append(tools.import_library(dll, function_of[1]))
    if python != "python3.dll":
        macros["PYTHON_API"] = 1013
    return tools.compile(output, "extension.c", macros, *link, *RUNTIME)


@dataclass(frozen=True)
class Wheel:
    """A wheel to be written: the files of the package, and of other places in it, by name."""

    name: str
    tag: str
    files: Mapping[str, Path | str]
    """Content as a file, or as text."""
    scripts: Mapping[str, Path] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it with RECORD last, all times the same."""
        release = f"{self.name}-1.0"
        members = {f"{self.name}/{name}": content for name, content in self.files.items()}
        members |= {f"{release}.data/scripts/{name}": path for name, path in self.scripts.items()}
        members[f"{release}.dist-info/METADATA"] = (
            f"Metadata-Version: 2.4\nName: {self.name.replace('_', '-')}\nVersion: 1.0\n"
            "Summary: Test data of wheelcheck\nLicense-Expression: MIT\n"
            f"Requires-Python: >={'3.12' if self.tag.startswith('cp312') else '3.9'}\n"
            "Project-URL: Homepage, https://wheelcheck.readthedocs.io/\n"
            "Description-Content-Type: text/markdown\n\nTest data of wheelcheck.\n"
        )
        members[f"{release}.dist-info/WHEEL"] = (
            f"Wheel-Version: 1.0\nGenerator: testdata\nRoot-Is-Purelib: false\nTag: {self.tag}\n"
        )
        record = ""
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / f"{release}-{self.tag}.whl", "w") as archive:
            for name, content in members.items():
                data = content.encode() if isinstance(content, str) else content.read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
                record += f"{name},sha256={digest.decode()},{len(data)}\n"
                _write_member(archive, name, data)
            name = f"{release}.dist-info/RECORD"
            _write_member(archive, name, f"{record}{name},,\n".encode())


def _write_member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = (0o100755 if ".data/scripts/" in name else 0o100644) << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)


def package(module: str) -> dict[str, Path | str]:
    """Return the Python side of a package with one extension module."""
    return {"__init__.py": f"from .{module} import answer\n\n__all__ = ['answer']\n"}


def build_wheels(x64: Toolchain, x86: Toolchain, output: Path, parts: Path) -> None:
    """Make all wheels; README.md says what each is for."""
    libs, wheels = output / "libs-win_amd64", output / "wheels"
    amd64, win32 = "cp39-abi3-win_amd64", "cp39-abi3-win32"
    demo = package("_demo") | {
        "_demo.pyd": extension(x64, parts / "_demo.pyd", "libdemo-2.dll", "demo_answer")
    }
    chain = {name: libs / name for name in DEMO_CHAIN}
    Wheel("demo", amd64, demo).write(wheels)
    Wheel("demo_beside", amd64, demo | chain).write(wheels)

    macros: Macros = {"NAME": "demo_reply", "VALUE": 42}
    noexport = x64.compile(parts / "libdemo-2.dll", "library.c", macros, *BARE)
    Wheel("demo_noexport", amd64, demo | {"libdemo-2.dll": noexport}).write(wheels)

    for name, python in (("demo_cp312", "python312.dll"), ("demo_wrongpython", "python311.dll")):
        module = extension(x64, parts / python / "_plain.cp312-win_amd64.pyd", python=python)
        files = package("_plain") | {module.name: module}
        Wheel(name, "cp312-cp312-win_amd64", files).write(wheels)

    demo32 = package("_demo") | {
        "_demo.pyd": extension(x86, parts / "win32" / "_demo.pyd", "libdemo-2.dll", "demo_answer")
    }
    Wheel("demo_wrongmachine", amd64, demo32).write(wheels)
    chain32 = {name: output / "libs-win32" / name for name in DEMO_CHAIN}
    Wheel("demo_win32", win32, demo32 | chain32).write(wheels)

    link = x64.import_library("libdemo-2.dll", "demo_answer")
    helper = x64.compile(parts / "helper.exe", "helper.c", {}, link, "-s")
    Wheel("demo_script", amd64, demo, {"demo-helper.exe": helper}).write(wheels)

    odd: dict[str, Path | str] = {"__init__.py": ""}
    for name in ("ordinal", "delay", "gnudelay", "forward", "ping"):
        needed = (f"lib{name}-1.dll", f"{name}_answer")
        odd[f"_{name}.pyd"] = extension(x64, parts / f"_{name}.pyd", *needed)
    Wheel("demo_odd", amd64, odd).write(wheels)

    twin = extension(x64, parts / "_twin.pyd", "libtwin-1.dll", "twin_answer")
    twins: dict[str, Path | str] = {"__init__.py": ""}
    for folder in ("one", "two"):
        twins |= {f"{folder}/{name}": content for name, content in package("_twin").items()}
        twins[f"{folder}/_twin.pyd"] = twin
        twins[f"{folder}/libtwin-1.dll"] = libs / "twins" / folder / "libtwin-1.dll"
    Wheel("demo_twins", amd64, twins).write(wheels)


def build(output: Path) -> None:
    """Make everything anew under *output*."""
    for name in BUILT:
        shutil.rmtree(output / name, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        toolchains = []
        for prefix, tag in (("x86_64", "win_amd64"), ("i686", "win32")):
            (work / prefix).mkdir()
            tools = Toolchain(f"{prefix}-w64-mingw32", work / prefix)
            build_chain(tools, output / f"libs-{tag}")
            toolchains.append(tools)
        x64, x86 = toolchains
        build_odd_libraries(x64, output / "libs-win_amd64")
        build_delaying_libraries(x64, output / "libs-win_amd64")
        build_wheels(x64, x86, output, work / "parts")
        x64.compile(output / "wine" / "loader64.exe", "loader.c", {}, "-s", "-municode")
        x64.compile(output / "wine" / "python3.dll", "stub.c", {}, *BARE)


def differences(one: Path, other: Path) -> list[str]:
    """Name each built file that the two folders do not have alike."""
    contents = [
        {
            path.relative_to(root).as_posix(): path.read_bytes()
            for name in BUILT
            for path in (root / name).rglob("*")
            if path.is_file()
        }
        for root in (one, other)
    ]
    names = sorted(contents[0].keys() | contents[1].keys())
    return [name for name in names if contents[0].get(name) != contents[1].get(name)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, or check that building gives what is here."""
    parser = argparse.ArgumentParser(description="Build testdata from its C sources.")
    parser.add_argument("--output", type=Path, default=HERE, metavar="DIR")
    parser.add_argument("--check", action="store_true", help="compare with what is here")
    given = parser.parse_args(arguments)
    if not given.check:
        build(given.output.resolve())
        return 0
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        different = differences(HERE, Path(folder))
    print("\n".join(f"differs: {name}" for name in different) or "all built files are the same")
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
