"""``wheelcheck repair``."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from wheelcheck.cli.inputs import add_wheels, find_wheels
from wheelcheck.cli.output import add_format, add_output, deliver
from wheelcheck.cli.repair_choices import add_repair_choices, repair_keywords
from wheelcheck.cli.settings import add_settings, add_show_config, read_settings
from wheelcheck.cli.terminal import add_color, add_levels, look_of
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.errors import RepairError, WheelcheckError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from wheelcheck.cli.commands import Commands
    from wheelcheck.configuring.settings import Config
    from wheelcheck.repairing.run import Repair
    from wheelcheck.report.look import Look

__all__ = ["add_repair"]


def add_repair(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "repair",
        help="bundle missing libraries, rewrite, prove, deliver",
        description=(
            "Bundle the libraries that each wheel lacks, bind its binaries to them, inspect the "
            "result and only then put it into the output folder. The input is not changed, unless "
            "--in-place asks for it."
        ),
        epilog=EXIT_STATUS,
    )
    wheels = add_wheels(parser)
    add_format(parser, ("text", "json"))
    add_output(parser)
    add_levels(parser)
    add_color(parser)
    add_settings(parser)
    add_show_config(parser, wheels)
    add_repair_choices(parser)
    parser.set_defaults(run=_repair)


def _repair(arguments: argparse.Namespace) -> int:
    from wheelcheck.report.plan import render_tally

    flags = {"windows": arguments.windows, "linux": arguments.linux, "macos": arguments.macos}
    wanted = [name for name, flag in flags.items() if flag]
    config = read_settings(arguments)
    if arguments.show_config:
        from wheelcheck.configuring.shown_config import show_repair

        sys.stdout.write(show_repair(config, repair_keywords(arguments), wanted))
        return 0
    look = look_of(arguments)
    done = _Done(arguments, look)
    for path, result in _results(arguments, config, wanted[0] if len(wanted) == 1 else None):
        if isinstance(result, WheelcheckError):
            done.failed(path, result)
        else:
            done.repaired(path, result)
    done.tell(render_tally(done.outcomes, look))
    done.finish()
    return done.status


def _results(
    arguments: argparse.Namespace, config: "Config", platform: str | None
) -> "Iterator[tuple[Path, Repair | WheelcheckError]]":
    """Repair one wheel after another, and yield what became of each."""
    from wheelcheck.cli.progress import Progress
    from wheelcheck.repairing.run import Platform, repair

    wheels, _ = find_wheels(arguments.wheels)
    progress = Progress(wheels, wanted=not arguments.quiet)
    for wheel in wheels:
        result: Repair | WheelcheckError
        try:
            with progress.at(wheel):
                result = repair(
                    wheel,
                    arguments.wheel_dir,
                    platform=None if platform is None else Platform(platform),
                    in_place=arguments.in_place,
                    force=arguments.force,
                    dry_run=arguments.dry_run,
                    config=config,
                    **repair_keywords(arguments),
                )
        except WheelcheckError as error:
            result = error
        yield wheel, result


class _Done:
    """What is said of the wheels of a call, and how it ends."""

    def __init__(self, arguments: argparse.Namespace, look: "Look") -> None:
        self.status = 0
        self.outcomes: list[str] = []
        self._arguments = arguments
        self._look = look
        self._texts: list[str] = []
        self._entries: list[Mapping[str, Any]] = []

    def repaired(self, path: "Path", done: "Repair") -> None:
        from wheelcheck.report.look import Level
        from wheelcheck.report.plan import outcome, render_repair
        from wheelcheck.report.repair_json import repair_entry

        self.outcomes.append(outcome(done))
        for note in done.notes if self._look.level >= Level.NORMAL else ():
            say(f"{path.name}: {note}")
        self.tell(render_repair(done, self._look))
        if self._arguments.format == "json":
            self._entries.append(repair_entry(path, done))

    def failed(self, path: "Path", error: WheelcheckError) -> None:
        from wheelcheck.report.look import Level
        from wheelcheck.report.plan import REFUSED, UNREADABLE
        from wheelcheck.report.repair_json import failure_entry

        refused = isinstance(error, RepairError)
        color = self._arguments.color
        if not refused:
            say(f"error: {error}", color=color)
        elif self._look.level is not Level.SILENT:
            for note in error.notes if isinstance(error, RepairError) else ():
                say(f"{path.name}: {note}")
            say(f"{path.name}: not repaired: {error}", alarm="not repaired:", color=color)
        self.outcomes.append(REFUSED if refused else UNREADABLE)
        self.status = max(self.status, 1 if refused else 2)
        if self._arguments.format == "json":
            self._entries.append(failure_entry(path, error))

    def tell(self, text: str) -> None:
        """Write text at once, unless it goes into a file."""
        if self._arguments.format != "text":
            return
        if self._arguments.output is not None:
            self._texts.append(text)
            return
        sys.stdout.write(text)
        # In a pipe, what is said of the next wheel on stderr must not come first.
        sys.stdout.flush()

    def finish(self) -> None:
        """Deliver what was not told at once."""
        from wheelcheck.report.repair_json import render_repairs_json

        if self._arguments.format == "json":
            deliver(self._arguments, render_repairs_json(self._entries))
        elif self._arguments.output is not None:
            deliver(self._arguments, iter(self._texts))
