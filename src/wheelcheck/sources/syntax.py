"""Syntax, judged by a parser that does not depend on the Python that runs wheelcheck.

Measured on numpy's 407 sources (8.5 MB), CPU seconds: CPython's ``ast`` 1.3 to
1.7, and it refuses what is newer than itself; tree-sitter 0.97; ruff 0.24, one
process for all sources of a wheel, and it names the Python that each piece of
syntax came with. mypy's parser (ast_serialize) takes 0.19 within the process,
but ends it on hostile input, and tells of no version. So ruff is asked: in a
folder of its own, without anybody's settings, network or cache, on one thread,
and with bounds on what goes in, what comes out and how long it takes.
"""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Self

from wheelcheck.records import record
from wheelcheck.sources.encoding import as_utf8
from wheelcheck.sources.watch import Watch

__all__ = ["SyntaxCheck", "SyntaxFacts", "SyntaxFault"]

_LARGEST = 4 * 1024 * 1024
_MOST_BYTES = 128 * 1024 * 1024
_MOST_FILES = 50_000
_MOST_OUTPUT = 64 * 1024 * 1024
_LONGEST_SECONDS = 60
_MOST_CPU_SECONDS = 5
"""Six times what the largest real wheels need; nested f-strings cost the square of their depth."""
_MOST_FAULTS = 20
"""Of one source."""
_SHOWN = 200
_MEMORY = "/dev/shm"  # noqa: S108 - folders in it get names that nobody can guess
"""Where Linux keeps files in memory: writing hundreds to a disk costs as much as parsing them."""
_OLDEST = "py37"
"""The oldest Python that the parser knows; all that is newer is reported with its version."""
_SINCE = re.compile(
    r" on Python 3\.7 \(syntax was added in Python (?P<major>\d+)\.(?P<minor>\d+)\)\Z"
)


@record
class SyntaxFault:
    """A place in a source that some Python, or every one, refuses."""

    line: int
    message: str
    since: tuple[int, int] | None
    """The Python that came with it; None if no Python takes it."""


@record
class SyntaxFacts:
    """What the parser said of all sources."""

    faults: Mapping[str, tuple[SyntaxFault, ...]]
    """By the name under which a source was added; those without a fault are left out."""
    unchecked: tuple[str, ...] = ()
    """The names of those that were not looked at."""
    reason: str | None = None
    """Why these were not."""


class SyntaxCheck:
    """Gathers sources, then has them parsed at once; a context manager that cleans up."""

    def __init__(self) -> None:
        self._folders: list[str] = []
        self._names: list[str] = []
        self._faults: dict[str, tuple[SyntaxFault, ...]] = {}
        self._left_out: list[str] = []
        self._bytes = 0
        self._files = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was written."""
        for folder in self._folders:
            _remove(folder)

    def add(self, name: str, source: bytes) -> None:
        """Add a source; the name need not be one for a file."""
        full = self._is_full(len(source))
        if not full and not source.strip():
            return
        if b"\0" in source:
            line = source.count(b"\n", 0, source.index(b"\0")) + 1
            self._faults[name] = (SyntaxFault(line, "it holds a null byte", None),)
            return
        try:
            text = None if full or len(source) > _LARGEST else as_utf8(source)
        except ValueError as error:
            self._faults[name] = (SyntaxFault(1, str(error), None),)
            return
        if text is None:
            self._left_out.append(name)
            return
        try:
            self._write(text)
        except OSError:
            self._left_out.append(name)
            return
        self._names.append(name)

    def take(self, name: str, size: int, faults: tuple[SyntaxFault, ...]) -> None:
        """Add a source that was parsed before; it counts as one that is added."""
        if self._is_full(size):
            self._left_out.append(name)
        elif faults:
            self._faults[name] = faults

    def _is_full(self, size: int) -> bool:
        self._bytes += size
        self._files += 1
        return self._bytes > _MOST_BYTES or self._files > _MOST_FILES

    def _write(self, text: bytes) -> None:
        file = f"{len(self._names)}.py"
        if not self._folders:
            self._folders.append(_new_folder(in_memory=os.access(_MEMORY, os.W_OK)))
        try:
            _write_new(f"{self._folders[-1]}/{file}", text)
        except OSError:
            # Memory set aside for files is often small; the disk is tried once.
            Path(self._folders[-1], file).unlink(missing_ok=True)
            if len(self._folders) > 1:
                raise
            self._folders.append(_new_folder(in_memory=False))
            self._write(text)

    def finish(self) -> SyntaxFacts:
        """Parse what was added."""
        reason: str | None = (
            "it is too large, in an unknown encoding, or the parser, ruff, cannot cope with it"
        )
        if self._names:
            output = self._run()
            if isinstance(output, str):
                return SyntaxFacts(self._faults, (*self._names, *self._left_out), output)
            self._read(output)
        return SyntaxFacts(self._faults, tuple(self._left_out), reason if self._left_out else None)

    def _run(self) -> bytes | str:
        """Return what ruff prints, or why it prints nothing of use."""
        try:
            program = find_program()
        except (ImportError, OSError):
            return "syntax is judged by ruff, which is not installed here"
        command = [
            program, "check", "--isolated", "--no-cache", "--no-respect-gitignore", "--ignore-noqa",
            "--exit-zero", "--quiet", "--select", "E902", "--target-version", _OLDEST,
            "--output-format", "json-lines", *self._folders,
        ]  # fmt: skip
        # Nothing of the user's settings; Windows starts no program without its own folder.
        kept = ("SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP")
        environment = {key: os.environ[key] for key in kept if key in os.environ}
        environment["RAYON_NUM_THREADS"] = "1"
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed command, found beside this Python
                command,
                cwd=self._folders[0],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            return f"syntax is judged by ruff, which cannot be run: {error.strerror or error}"
        assert process.stdout is not None
        _bound(process.pid)
        timer = Timer(_LONGEST_SECONDS, process.kill)
        timer.start()
        stuck = Watch(process)
        stuck.start()
        try:
            output = process.stdout.read(_MOST_OUTPUT + 1)
            if len(output) > _MOST_OUTPUT:
                process.kill()
            status = process.wait()
        finally:
            timer.cancel()
            stuck.cancel()
            process.stdout.close()
        return output if status == 0 else "the parser, ruff, came to no end with the sources"

    def _read(self, output: bytes) -> None:
        """Take in what ruff printed: of a source, the first error and the first of each Python."""
        seen: dict[str, dict[tuple[int, int] | None, SyntaxFault]] = {}
        for line in output.splitlines():
            entry = json.loads(line)
            name = self._names[int(Path(entry["filename"]).stem)]
            if entry["location"] is None:  # it broke on this source, and went on with the next
                self._left_out.append(name)
                continue
            row = entry["location"]["row"]
            text = "".join(c if c.isprintable() else "?" for c in entry["message"])[:_SHOWN]
            found = _SINCE.search(text)
            since = None if found is None else (int(found["major"]), int(found["minor"]))
            faults = seen.setdefault(name, {})
            fault = SyntaxFault(row, _SINCE.sub("", text), since)
            if since not in faults or row < faults[since].line:
                faults[since] = fault
        for name, faults in seen.items():
            ordered = sorted(faults.values(), key=lambda fault: (fault.line, fault.message))
            self._faults[name] = tuple(ordered[:_MOST_FAULTS])


def find_program() -> str:
    """Return the path of ruff.

    Raises:
        ImportError: it is not installed.
        OSError: its program is not where it should be.
    """
    if sys.prefix != sys.base_prefix:
        # In a virtual environment programs lie beside Python; to ask sysconfig costs more.
        name = "ruff.exe" if os.name == "nt" else "ruff"
        program = Path(sys.executable).with_name(name)
        if program.is_file():
            return str(program)
    from ruff import find_ruff_bin

    found: str = find_ruff_bin()
    return found


def _new_folder(*, in_memory: bool) -> str:
    """Make a folder that nobody else may look into, under a name that nobody can guess."""
    if in_memory:
        path = f"{_MEMORY}/wheelcheck-{os.urandom(8).hex()}"
        Path(path).mkdir(0o700)
        return path
    import tempfile  # which imports much

    return tempfile.mkdtemp(prefix="wheelcheck-")


def _remove(folder: str) -> None:
    """Remove a folder of files."""
    try:
        for file in Path(folder).iterdir():
            file.unlink()
        Path(folder).rmdir()
    except OSError:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def _write_new(path: str, data: bytes) -> None:
    """Write a file as cheaply as can be, for there are hundreds."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o600)
    try:
        if os.write(file, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
    finally:
        os.close(file)


def _bound(process: int) -> None:
    """Limit the processor time of a process, where the system can; a busy machine matters not."""
    if sys.platform == "linux":
        import resource

        limit = (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS)
        # It may have ended already, or be bound more tightly.
        with suppress(OSError, ValueError):
            resource.prlimit(process, resource.RLIMIT_CPU, limit)
