"""``wheelcheck test``."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from wheelcheck.cli.inputs import add_wheels, find_wheels
from wheelcheck.cli.output import add_format, add_output, deliver
from wheelcheck.cli.settings import add_settings, read_settings
from wheelcheck.cli.terminal import add_color, add_levels, look_of
from wheelcheck.cli.words import say
from wheelcheck.errors import UnreadableError

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands
    from wheelcheck.trying.model import WheelTrial

__all__ = ["add_test"]

_EXIT_STATUS = """exit status:
  0  every wheel was imported by every Python that it is for
  1  an import failed, or the installer refuses the wheel
  2  a wheel is for no Python here, what it requires cannot be installed,
     a file cannot be read, or the call is wrong (wins over 1)"""


def add_test(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "test",
        help="install wheels in fresh environments and import them (runs their code)",
        description=(
            "Install each wheel in a fresh environment, away from the build tree, on every "
            "Python of this host that its tags admit, and import every module that it declares, "
            "each in a process of its own. This RUNS THE WHEEL'S CODE with your rights; `inspect` "
            "never does."
        ),
        epilog=_EXIT_STATUS,
    )
    add_wheels(parser)
    add_settings(parser)
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PYTHON",
        help="a path, a program on PATH or a version such as 3.13; may be repeated (default: "
        "one of each kind on PATH, of pyenv, uv and the Windows launcher)",
    )
    parser.add_argument(
        "--import",
        action="append",
        default=[],
        dest="imports",
        metavar="MODULE",
        help="import this, instead of what the wheel declares; may be repeated",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="for each import (default: %(default)g)",
    )
    parser.add_argument(
        "--command",
        default="",
        metavar="LINE",
        help='run this in the environment, too, e.g. "pytest --pyargs PKG"',
    )
    add_format(parser, ("text", "json"))
    add_output(parser)
    add_levels(parser)
    add_color(parser)
    _add_installation(parser)
    parser.set_defaults(run=_test)


def _add_installation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("installation")
    group.add_argument(
        "--installer", choices=("uv", "pip"), help="what installs (default: uv if it is here)"
    )
    group.add_argument(
        "--no-deps", action="store_true", help="do not install what the wheel requires"
    )
    group.add_argument(
        "--extras",
        action="append",
        default=[],
        metavar="NAMES",
        help="install these extras of the wheel, joined by commas",
    )
    group.add_argument(
        "--with",
        action="append",
        default=[],
        dest="requirements",
        metavar="REQUIREMENT",
        help="install this, too; may be repeated",
    )
    group.add_argument(
        "--find-links",
        action="append",
        default=[],
        metavar="DIR",
        help="find what it requires here; may be repeated",
    )
    group.add_argument("--no-index", action="store_true", help="ask no package index")


def _test(arguments: argparse.Namespace) -> int:
    from wheelcheck.report.trial import render_trials, render_trials_json

    trials, unreadable = _trials(arguments)
    if arguments.format == "json":
        deliver(arguments, render_trials_json(trials, unreadable))
    else:
        deliver(arguments, render_trials(trials, len(unreadable), look_of(arguments)))
    if unreadable or not all(trial.tried for trial in trials):
        return 2
    return 0 if all(trial.good for trial in trials) else 1


def _trials(
    arguments: argparse.Namespace,
) -> "tuple[list[WheelTrial], list[tuple[str, str]]]":
    """Return what became of the wheels, and the paths that cannot be read with the reason."""
    from wheelcheck.cli.progress import Progress
    from wheelcheck.trying.run import try_wheel

    config = read_settings(arguments)
    wheels, _ = find_wheels(arguments.wheels)
    if not arguments.quiet:
        say("this installs the wheels and runs their code on this host", color=arguments.color)
    progress = Progress(wheels, wanted=not arguments.quiet)
    trials: list[WheelTrial] = []
    unreadable: list[tuple[str, str]] = []
    for wheel in wheels:
        try:
            with _removing_at_sigterm(), progress.at(wheel):
                trial = try_wheel(
                    wheel,
                    pythons=arguments.python,
                    imports=arguments.imports,
                    timeout=arguments.timeout,
                    installer=arguments.installer,
                    deps=not arguments.no_deps,
                    extras=[e.strip() for text in arguments.extras for e in text.split(",")],
                    requirements=arguments.requirements,
                    find_links=arguments.find_links,
                    index=not arguments.no_index,
                    command=arguments.command,
                    config=config,
                )
        except UnreadableError as error:
            say(f"error: {error}", color=arguments.color)
            unreadable.append((str(wheel), str(error)))
            continue
        trials.append(trial)
    return trials, unreadable


@contextlib.contextmanager
def _removing_at_sigterm() -> Iterator[None]:
    """Let a CI job that is cancelled leave nothing behind, as one that is interrupted does."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)
