"""A wheel installed and imported, on each interpreter that it is for."""

import os
import shlex
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.archive.reader import Archive
from wheelcheck.configuring.settings import Config
from wheelcheck.distinfo.metadata import CoreMetadata, read_metadata
from wheelcheck.errors import UsageError
from wheelcheck.inspection import judge
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.records import record, replace
from wheelcheck.resolving.closure import resolve
from wheelcheck.trying.endings import ending
from wheelcheck.trying.environments import (
    Environment,
    Installer,
    PreparationError,
    find_installer,
)
from wheelcheck.trying.fitting import misfit
from wheelcheck.trying.importing import ImportRun
from wheelcheck.trying.interpreters import find_interpreters, named_interpreters
from wheelcheck.trying.model import PythonStatus, PythonTrial, WheelTrial
from wheelcheck.trying.processes import Children
from wheelcheck.trying.surroundings import clean
from wheelcheck.trying.targets import chosen_targets, targets_for

if TYPE_CHECKING:
    from wheelcheck.findings import Report
    from wheelcheck.trying.interpreters import Interpreter
    from wheelcheck.trying.targets import Target
    from wheelcheck.wheel import Wheel

__all__ = ["try_wheel"]

_MOST_AT_ONCE = 4
_COMMAND_SECONDS = 24 * 60 * 60


@record(kw_only=True)
class _Choices:
    """What the caller asked for."""

    installer: Installer
    targets: "tuple[Target, ...]"
    timeout: float
    deps: bool
    extras: str
    requirements: tuple[str, ...]
    sources: tuple[str, ...]
    command: tuple[str, ...]
    environ: Mapping[str, str]


def try_wheel(
    path: str | Path,
    *,
    pythons: Sequence[str | Path] = (),
    imports: Sequence[str] = (),
    timeout: float = 60.0,
    installer: str | None = None,
    deps: bool = True,
    extras: Iterable[str] = (),
    requirements: Iterable[str] = (),
    find_links: Iterable[str | Path] = (),
    index: bool = True,
    command: str = "",
    environ: Mapping[str, str] | None = None,
    config: Config | None = None,
) -> WheelTrial:
    """Install a wheel in fresh environments and import its modules. This runs the wheel's code.

    On every interpreter that the tags admit, a new environment in a temporary
    folder takes the wheel and what it requires. Each module is imported in a
    process of its own, in an empty folder, without the variables of Python and
    of the system's loader. All of it is removed in the end. This is no
    sandbox: the code runs with the rights of the caller.

    Args:
        path: The wheel.
        pythons: Interpreters: paths, programs on PATH, or versions; by default
            one of each kind that is found on this host.
        imports: Modules to import, instead of those that the wheel declares:
            extension modules, top-level modules, the functions of its commands.
        timeout: Seconds that one import may take.
        installer: ``uv`` or ``pip``; by default uv if it is here.
        deps: Whether what the wheel requires is installed.
        extras: Extras of the wheel to install, too.
        requirements: What else to install, in the form of pip.
        find_links: Folders or pages to find distributions in.
        index: Whether the installer may ask its package index.
        command: A command line to run in the environment after the imports,
            split as a shell would, without a time limit.
        environ: By default the process's environment.
        config: Settings of the inspection that explains what fails.

    Raises:
        UnreadableError: the file cannot be read as an archive.
        UsageError: it is no wheel by its name, or an argument is wrong.
    """
    path = Path(path)
    environ = os.environ if environ is None else environ
    config = config or Config()
    if not timeout > 0:
        raise UsageError(f"{timeout!r} seconds are no time to import anything")
    with Archive.open(path, limits=config.limits) as archive:
        wheel = read_wheel(archive, path.name)
    if wheel.name is None:
        raise UsageError(f"{path.name} is no wheel file name: {wheel.name_problem}")
    closure = resolve(wheel, config.expectations)
    report = config.apply(judge(wheel, closure, str(path), profile=config.profile))
    names = [str(name) for name in pythons]
    choices = _Choices(
        installer=find_installer(installer, environ),
        targets=chosen_targets(imports),
        timeout=timeout,
        deps=deps,
        extras=",".join(sorted(set(extras))),
        requirements=tuple(requirements),
        sources=_sources(find_links, index=index),
        command=_split(command),
        environ=environ,
    )
    found = named_interpreters(names, environ) if names else find_interpreters(environ)
    trials = (_try_python(path.absolute(), wheel, report, each, choices) for each in found)
    return WheelTrial(path.name, str(path), report, tuple(trials))


def _try_python(
    path: Path, wheel: "Wheel", report: "Report", interpreter: "Interpreter", choices: _Choices
) -> PythonTrial:
    trial = PythonTrial(interpreter.label, interpreter.path, PythonStatus.GOOD)
    metadata = read_metadata(wheel.metadata.get("METADATA", b""))
    reason = misfit(wheel.tags, metadata.requires_python, interpreter)
    if reason is not None:
        return replace(trial, status=PythonStatus.UNFIT, reason=reason)
    targets = choices.targets or targets_for(wheel, report, interpreter.suffixes)
    # What a hostile or a careless module leaves running or read-only must not keep the rest.
    with (
        tempfile.TemporaryDirectory(prefix="wheelcheck-test-", ignore_cleanup_errors=True) as name,
        Children() as children,
    ):
        folder = Path(name).resolve()
        environment = Environment(folder, interpreter, choices.installer, children, choices.environ)
        try:
            environment.make()
        except PreparationError as error:
            return replace(trial, status=PythonStatus.UNPREPARED, reason=str(error))
        try:
            environment.install("--no-deps", "--no-index", path, cache=False)
        except PreparationError as error:
            return replace(trial, status=PythonStatus.REFUSED, reason=str(error))
        try:
            _install_others(path, wheel, metadata, environment, choices)
        except PreparationError as error:
            return replace(trial, status=PythonStatus.UNPREPARED, reason=str(error))
        temporary = folder / "tmp"
        temporary.mkdir()
        run = ImportRun(
            wheel,
            report,
            environment,
            children,
            clean(choices.environ, temporary),
            folder / "imports",
            choices.timeout,
        )
        with ThreadPoolExecutor(min(_MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
            try:
                modules = tuple(pool.map(run.try_import, range(len(targets)), targets))
            except BaseException:
                # The threads wait for their children.
                children.__exit__()
                pool.shutdown(cancel_futures=True)
                raise
        status = PythonStatus.GOOD if all(m.status.good for m in modules) else PythonStatus.BAD
        trial = replace(trial, status=status, modules=modules)
        return _command(trial, run, choices.command) if choices.command else trial


def _install_others(
    path: Path,
    wheel: "Wheel",
    metadata: CoreMetadata,
    environment: Environment,
    choices: _Choices,
) -> None:
    """Install what the wheel requires, and what the caller does."""
    assert wheel.name is not None
    wanted = list(choices.requirements)
    if choices.extras or (choices.deps and metadata.requires_dist.valid):
        extras = f"[{choices.extras}]" if choices.extras else ""
        wanted.append(f"{wheel.name.distribution}{extras} @ {path.as_uri()}")
    if wanted:
        environment.install(*choices.sources, *wanted)


def _command(trial: PythonTrial, run: ImportRun, command: Sequence[str]) -> PythonTrial:
    work = run.folder / "command"
    work.mkdir(parents=True)
    programs = str(run.environment.programs)
    path = os.pathsep.join(filter(None, (programs, run.environ.get("PATH"))))
    try:
        ended = run.children.run(
            command,
            cwd=work,
            environ={**run.environ, "PATH": path},
            timeout=_COMMAND_SECONDS,
            log=run.folder / "command.log",
        )
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be run: {error.strerror or error}") from error
    if ended.good:
        return trial
    how = ended.stopped or ending(ended.status or 0)
    reason = f"{shlex.join(command)}: {how}\n{ended.output}"
    return replace(trial, status=PythonStatus.BAD, reason=reason.rstrip())


def _sources(find_links: Iterable[str | Path], *, index: bool) -> tuple[str, ...]:
    """Return the options on where distributions come from; folders as this process sees them."""
    options = [] if index else ["--no-index"]
    for place in find_links:
        text = str(place)
        if "://" not in text:
            if not Path(text).exists():
                raise UsageError(f"there is no folder {text} to find distributions in")
            text = str(Path(text).absolute())
        options += ["--find-links", text]
    return tuple(options)


def _split(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"{command!r} is no command line: {error}") from None
