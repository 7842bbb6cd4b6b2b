"""The peers: how each is called, on which wheels, and where they are had from."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_PINNED = Path(__file__).parent / "peers.txt"
_LLVM = ("", "-22", "-21", "-20", "-19", "-18", "-17", "-16", "-15", "-14")
"""How distributions end the names of LLVM's programs."""


@dataclass(frozen=True)
class Tool:
    """A program that says something of wheels."""

    name: str
    arguments: tuple[str, ...]
    suits: Callable[[str], bool]
    """Whether a wheel of this file name is of the kind that the tool is for."""

    several: bool = True
    """Whether one call takes several wheels."""

    @property
    def title(self) -> str:
        """Return what a user calls it."""
        return " ".join([self.name, *(a for a in self.arguments if not a.startswith("-"))])

    def calls(self, wheels: Sequence[Path], *, each: bool) -> Iterator[list[str]]:
        """Yield the commands for *wheels*: for all at once where it can, or for *each*."""
        start = [self.name, *self.arguments]
        if self.several and not each:
            yield [*start, *map(str, wheels)]
        else:
            yield from ([*start, str(wheel)] for wheel in wheels)


def on(*systems: str) -> Callable[[str], bool]:
    """Return what tells wheels for one of these systems, named as platform tags begin."""
    return lambda name: any(tag.startswith(systems) for tag in _tags(name, -1))


def _tags(filename: str, place: int) -> list[str]:
    return filename.removesuffix(".whl").split("-")[place].split(".")


def _any(_: str) -> bool:
    return True


INSPECTORS = (
    Tool("auditwheel", ("show",), on("manylinux", "musllinux"), several=False),
    Tool("delvewheel", ("show",), on("win")),
    Tool("delocate-listdeps", (), on("macosx")),
    Tool("abi3audit", (), lambda name: "abi3" in _tags(name, -2)),
    Tool("check-wheel-contents", (), _any),
    Tool("twine", ("check", "--strict"), _any),
)
PYDISTCHECK = Tool("pydistcheck", (), _any)
STARTING = ("abi3audit", "auditwheel", "check-wheel-contents", "delocate-listdeps", "delvewheel",
            "pydistcheck", "repairwheel", "twine")  # fmt: skip


def repairers(
    wheel: Path, libraries: Path, out: Path
) -> dict[str, tuple[list[str], Mapping[str, str]]]:
    """Return the commands that put *libraries* into *wheel*, and what each wants to be set."""
    on_linux = on("manylinux")(wheel.name)
    own = {
        True: (
            ["auditwheel", "repair", "--wheel-dir", str(out), str(wheel)],
            {"LD_LIBRARY_PATH": str(libraries)},
        ),
        False: (
            ["delvewheel", "repair", "--add-path", str(libraries), "-w", str(out), str(wheel)],
            {},
        ),
    }[on_linux]
    both = ["repairwheel", "-l", str(libraries), "-o", str(out), str(wheel)]
    return {own[0][0]: own, "repairwheel": (both, {})}


def make_peers(folder: Path) -> Path:
    """Return the programs of the environment *folder* with the pinned peers; make it if need be."""
    mark = folder / "made-from"
    pinned = hashlib.sha256(_PINNED.read_bytes()).hexdigest()
    programs = folder / "bin"
    if not mark.is_file() or mark.read_text() != pinned:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, "--requirement", str(_PINNED)], check=True, stdout=sys.stderr)
        mark.write_text(pinned)
    return programs


def versions(programs: Path) -> dict[str, str]:
    """Return the versions of what is installed beside these programs."""
    ask = "import importlib.metadata as m; [print(d.name, d.version) for d in m.distributions()]"
    done = subprocess.run(
        [programs / "python", "-c", ask], check=True, capture_output=True, text=True
    )
    return dict(line.split() for line in done.stdout.splitlines())


@contextmanager
def apple_tools(path: str) -> Iterator[tuple[Path | None, str]]:
    """Yield a folder of otool and lipo for delocate, and say whose they are.

    It is None where there are neither Apple's nor LLVM's. LLVM's otool knows no ``-m``, which
    matters only for names in parentheses, so a script drops it.
    """
    with TemporaryDirectory(prefix="apple-tools-") as name:
        folder = Path(name)
        if (otool := shutil.which("otool", path=path)) and shutil.which("lipo", path=path):
            yield Path(otool).parent, "with the system's otool"
            return
        for suffix in _LLVM:
            found = {t: shutil.which(f"llvm-{t}{suffix}", path=path) for t in ("otool", "lipo")}
            if all(found.values()):
                for tool, program in found.items():
                    _wrap(folder / tool, str(program))
                yield folder, f"with llvm-otool{suffix} behind a shell script"
                return
        yield None, "not run: there is neither otool nor llvm-otool here"


def _wrap(script: Path, program: str) -> None:
    script.write_text(
        '#!/bin/sh\nfor a in "$@"; do shift; [ "$a" = -m ] || set -- "$@" "$a"; done\n'
        f'exec {program} "$@"\n'
    )
    script.chmod(0o755)
