"""The Pythons of this host: found, asked what they are, and held against a wheel's tags."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from wheelcheck.errors import UsageError
from wheelcheck.records import record
from wheelcheck.trying.surroundings import clean

__all__ = ["Interpreter", "find_interpreters", "named_interpreters"]

_NAME = re.compile(r"(?:python|pypy)(?:3(?:\.\d+t?)?)?(?:\.exe)?", re.IGNORECASE)
_VERSION = re.compile(r"3\.\d+t?")
_ASK_SECONDS = 30
_MOST_ASKED = 200


@record
class Interpreter:
    """A Python that can be run here."""

    path: str
    name: str
    """Such as ``CPython``."""
    version: str
    base: str
    """The program behind it, if it is that of a virtual environment."""
    tags: tuple[str, ...]
    """What it can install, best first."""
    suffixes: tuple[str, ...]
    """Ends of the file names of its extension modules, with the dot."""

    @property
    def label(self) -> str:
        """What people call it."""
        threaded = " free-threaded" if self.kind[1].endswith("t") else ""
        return f"{self.name} {self.version}{threaded}"

    @property
    def kind(self) -> tuple[str, str, str]:
        """What tells it from others that would show nothing new: tags of its own, best first."""
        interpreter, abi, platform = (self.tags[0] if self.tags else "--").split("-", 2)
        return (interpreter, abi, platform)


def find_interpreters(environ: Mapping[str, str]) -> tuple[Interpreter, ...]:
    """Return the Pythons of this host, one of each kind: the running one, then in order of search.

    Looked for on PATH, among the versions of pyenv, those that uv has, and those that
    the launcher of Windows knows.
    """
    found = _ask_all(_candidates(environ), environ)
    kinds: dict[tuple[str, str, str], Interpreter] = {}
    for interpreter in found:
        if interpreter.tags:
            kinds.setdefault(interpreter.kind, interpreter)
    return tuple(sorted(kinds.values(), key=_order))


def named_interpreters(names: Sequence[str], environ: Mapping[str, str]) -> tuple[Interpreter, ...]:
    """Return the Pythons of these names: a path, a program on PATH, or a version such as 3.13.

    Raises:
        UsageError: there is none, or it does not answer.
    """
    found: dict[str, Interpreter] = {}
    here: tuple[Interpreter, ...] | None = None
    for name in names:
        path = _program(name, environ)
        if path is None and _VERSION.fullmatch(name):
            here = find_interpreters(environ) if here is None else here
            abi = "cp" + name.replace(".", "")
            path = next((i.path for i in here if i.kind[1] == abi), None)
        if path is None:
            raise UsageError(f"there is no Python {name!r} here")
        interpreter = next(_ask_all([path], environ), None)
        if interpreter is None:
            raise UsageError(f"{path} does not answer as a Python of version 3 does")
        if not interpreter.tags:
            raise UsageError(f"{path} is too old: which wheels it takes cannot be told")
        found.setdefault(interpreter.path, interpreter)
    return tuple(found.values())


def _program(name: str, environ: Mapping[str, str]) -> str | None:
    path = Path(name)
    if path.is_dir():
        inside = (path / part for part in ("bin/python", "Scripts/python.exe", "python.exe"))
        return next((str(p.absolute()) for p in inside if p.is_file()), None)
    if path.is_file() and path.name != name:
        # A link of a virtual environment leads to its base: keep it.
        return str(path.absolute())
    return shutil.which(name, path=environ.get("PATH"))


def _order(interpreter: Interpreter) -> tuple[str, list[int], str]:
    numbers = [int(n) for n in re.findall(r"\d+", interpreter.version)[:3]]
    return interpreter.name, numbers, interpreter.kind[1]


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    yield sys.executable
    shims = _pyenv(environ) / "shims"
    for folder in environ.get("PATH", "").split(os.pathsep):
        # A shim stands for one of the versions, which are looked at below.
        if folder and Path(folder) != shims:
            yield from _named_so(Path(folder))
    for version in sorted(_folders(_pyenv(environ) / "versions")):
        yield from _named_so(version / "bin")
        yield from _named_so(version)
    yield from _of_uv(environ)
    if sys.platform == "win32":
        yield from _of_launcher(environ)


def _named_so(folder: Path) -> Iterator[str]:
    try:
        paths = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    except OSError:
        return
    for path in paths:
        if path.is_file() and os.access(path, os.X_OK):
            yield str(path)


def _folders(path: Path) -> Iterator[Path]:
    try:
        yield from (entry for entry in path.iterdir() if entry.is_dir())
    except OSError:
        return


def _pyenv(environ: Mapping[str, str]) -> Path:
    usual = Path("~/.pyenv/pyenv-win" if sys.platform == "win32" else "~/.pyenv")
    root = environ.get("PYENV_ROOT")
    return Path(root) if root else usual.expanduser()


def _of_uv(environ: Mapping[str, str]) -> Iterator[str]:
    uv = shutil.which("uv", path=environ.get("PATH"))
    options = ("--only-installed", "--output-format", "json", "--offline")
    text = "" if uv is None else _said([uv, "python", "list", *options], environ)
    try:
        entries = json.loads(text or "[]")
        paths = [entry.get("path") for entry in entries]
    except (ValueError, AttributeError, TypeError):
        return
    yield from (path for path in paths if isinstance(path, str))


def _of_launcher(environ: Mapping[str, str]) -> Iterator[str]:
    launcher = shutil.which("py", path=environ.get("PATH"))
    text = "" if launcher is None else _said([launcher, "-0p"], environ)
    # A line is " -V:3.13 *  C:\...\python.exe".
    for line in text.splitlines():
        match = re.search(r"[A-Za-z]:\\.*\.exe", line)
        if match is not None:
            yield match[0]


def _ask_all(paths: Iterable[str], environ: Mapping[str, str]) -> Iterator[Interpreter]:
    """Yield what answers, each program once."""
    distinct: dict[str, str] = {}
    for path in paths:
        distinct.setdefault(_identity(path), path)
    bases: set[str] = set()
    with ThreadPoolExecutor(4) as pool:
        asked = list(distinct.values())[:_MOST_ASKED]
        for interpreter in pool.map(lambda path: _ask(path, environ), asked):
            if interpreter is not None and interpreter.base not in bases:
                bases.add(interpreter.base)
                yield interpreter


def _identity(path: str) -> str:
    """Return the program behind links; an environment's own is another one."""
    inside = Path(path).parent.parent / "pyvenv.cfg"
    return str(Path(path).absolute()) if inside.exists() else os.path.realpath(path)


def _ask(path: str, environ: Mapping[str, str]) -> Interpreter | None:
    spec = find_spec("packaging")
    assert spec is not None
    assert spec.origin is not None
    packaging = str(Path(spec.origin).parent.parent)
    probe = str(Path(__file__).with_name("probe.py"))
    try:
        told = json.loads(_said([path, "-I", "-B", probe, packaging], clean(environ)))
        return Interpreter(
            path=path,
            name=told["name"],
            version=told["version"],
            base=told["base"],
            tags=tuple(told["tags"]),
            suffixes=tuple(told["suffixes"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _said(command: Sequence[str], environ: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
