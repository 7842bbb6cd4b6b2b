"""Where distributions are installed: the folders of an interpreter, and what lies in them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from wheelcheck.distinfo.names import normal_name
from wheelcheck.errors import UsageError
from wheelcheck.records import record

__all__ = ["Python", "find_distribution", "running_python", "this_python"]

_SECONDS = 30
_MOST_NAMED = 5


@record
class Python:
    """An interpreter, and where it looks for distributions."""

    label: str
    program: Path
    """The interpreter itself, that of an environment's base."""
    suffixes: tuple[str, ...]
    folders: tuple[Path, ...]


def running_python() -> Python:
    """Return the Python that runs this."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    folders = tuple(Path(entry) for entry in sys.path if entry and Path(entry).is_dir())
    version = ".".join(map(str, sys.version_info[:3]))
    label = f"Python {version} ({sys.executable})"
    return Python(label, Path(base).resolve(), tuple(EXTENSION_SUFFIXES), folders)


def this_python(name: str) -> Python:
    """Return the Python of a path, of an environment's folder, or of a name on PATH.

    It is run, but nothing that is installed in it.

    Raises:
        UsageError: there is none, or it does not answer.
    """
    program = _program(name)
    if program is None:
        raise UsageError(f"there is no Python {name!r} here")
    probe = str(Path(__file__).with_name("probe.py"))
    try:
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            [program, "-I", "-S", "-B", probe],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        told = json.loads(done.stdout)
        return Python(
            label=f"Python {told['version']} ({program})",
            program=Path(told["base"]),
            suffixes=tuple(told["suffixes"]),
            folders=tuple(Path(folder) for folder in told["folders"] if Path(folder).is_dir()),
        )
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{program} does not answer as a Python of version 3 does") from error


def find_distribution(name: str, folders: Sequence[Path], label: str) -> tuple[Path, str]:
    """Return the folder that holds a distribution, and the name of its dist-info.

    Raises:
        UsageError: it is not installed there; the message names similar ones.
    """
    wanted = normal_name(name)
    known: dict[str, None] = {}
    for folder in folders:
        for entry in _listing(folder):
            stem, dot, kind = entry.rpartition(".")
            if not dot or kind not in {"dist-info", "egg-info", "egg-link"}:
                continue
            found = normal_name(stem.split("-", 1)[0])
            known[found] = None
            if found == wanted and kind == "dist-info":
                return folder, entry
            if found == wanted:
                raise UsageError(
                    f"{name} is installed as {folder / entry}, without a RECORD: by an old "
                    "setuptools, or by the system's packager. Nothing can be said of it; "
                    "install it with pip or uv"
                )
    raise UsageError(f"{name} is not installed for {label}{_hint(wanted, known)}")


def _hint(wanted: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(wanted, known, n=_MOST_NAMED)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{meant} (--python names another interpreter or environment, --path a folder)"


def _program(name: str) -> str | None:
    path = Path(name)
    if path.is_dir():
        inside = (path / part for part in ("bin/python", "Scripts/python.exe", "python.exe"))
        return next((str(p.absolute()) for p in inside if p.is_file()), None)
    return str(path.absolute()) if path.is_file() else shutil.which(name)


def _listing(folder: Path) -> Iterator[str]:
    try:
        yield from sorted(os.listdir(folder))  # noqa: PTH208 (names are what is wanted)
    except OSError:
        return
