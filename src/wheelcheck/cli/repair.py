"""``wheelcheck repair``."""

import argparse
import sys
from typing import TYPE_CHECKING

from wheelcheck.cli.inputs import add_wheels, find_wheels
from wheelcheck.cli.repair_choices import add_repair_choices, repair_keywords
from wheelcheck.cli.settings import add_settings, add_show_config, read_settings
from wheelcheck.cli.terminal import add_color, add_levels, look_of
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.errors import RepairError, WheelcheckError

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands
    from wheelcheck.repairing.run import Repair

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
    add_levels(parser)
    add_color(parser)
    add_settings(parser)
    add_show_config(parser, wheels)
    add_repair_choices(parser)
    parser.set_defaults(run=_repair)


def _repair(arguments: argparse.Namespace) -> int:
    from wheelcheck.cli.progress import Progress
    from wheelcheck.repairing.run import Platform, repair
    from wheelcheck.report.look import Level
    from wheelcheck.report.plan import REFUSED, UNREADABLE, outcome, render_repair, render_tally

    look = look_of(arguments)
    flags = {
        Platform.WINDOWS: arguments.windows,
        Platform.LINUX: arguments.linux,
        Platform.MACOS: arguments.macos,
    }
    wanted = [each for each, flag in flags.items() if flag]
    platform = wanted[0] if len(wanted) == 1 else None
    config = read_settings(arguments)
    if arguments.show_config:
        from wheelcheck.configuring.shown_config import show_repair

        sys.stdout.write(show_repair(config, repair_keywords(arguments), wanted))
        return 0
    wheels, _ = find_wheels(arguments.wheels)
    progress = Progress(wheels, wanted=not arguments.quiet)
    status = 0
    outcomes: list[str] = []
    for wheel in wheels:
        done: Repair
        try:
            with progress.at(wheel):
                done = repair(
                    wheel,
                    arguments.wheel_dir,
                    platform=platform,
                    in_place=arguments.in_place,
                    force=arguments.force,
                    dry_run=arguments.dry_run,
                    config=config,
                    **repair_keywords(arguments),
                )
        except WheelcheckError as error:
            refused = isinstance(error, RepairError)
            if look.level is not Level.SILENT:
                for note in error.notes if isinstance(error, RepairError) else ():
                    say(f"{wheel.name}: {note}")
            if not refused:
                say(f"error: {error}", color=arguments.color)
            elif look.level is not Level.SILENT:
                text = f"{wheel.name}: not repaired: {error}"
                say(text, alarm="not repaired:", color=arguments.color)
            outcomes.append(REFUSED if refused else UNREADABLE)
            status = max(status, 1 if refused else 2)
            continue
        outcomes.append(outcome(done))
        for note in done.notes if look.level >= Level.NORMAL else ():
            say(f"{wheel.name}: {note}")
        sys.stdout.write(render_repair(done, look))
        # In a pipe, what is said of the next wheel on stderr must not come first.
        sys.stdout.flush()
    sys.stdout.write(render_tally(outcomes, look))
    return status
