"""``wheelcheck fuse``."""

import argparse
import sys
from typing import TYPE_CHECKING

from wheelcheck.cli.terminal import add_color, add_levels, look_of
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.errors import RepairError

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_fuse"]


def add_fuse(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "fuse",
        help="join a wheel for x86_64 and one for arm64 into universal2",
        description=(
            "Join two wheels for macOS into one that serves both machines, on any host. Whatever "
            "is not native code must be the same in both. The inputs are not changed."
        ),
        epilog=EXIT_STATUS,
    )
    parser.add_argument("first", metavar="A", help="a wheel for one machine")
    parser.add_argument("second", metavar="B", help="the same wheel for the other machine")
    parser.add_argument(
        "-w",
        "--wheel-dir",
        default="wheelhouse",
        metavar="DIR",
        help="where the result goes (default: %(default)s)",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace an existing output with other content"
    )
    add_levels(parser)
    add_color(parser)
    parser.set_defaults(run=_fuse)


def _fuse(arguments: argparse.Namespace) -> int:
    from wheelcheck.repairing.fuse import fuse_wheels
    from wheelcheck.report.look import Level
    from wheelcheck.report.plan import render_fused

    look = look_of(arguments)
    try:
        done = fuse_wheels(
            arguments.first, arguments.second, arguments.wheel_dir, force=arguments.force
        )
    except RepairError as error:
        if look.level is not Level.SILENT:
            say(f"not fused: {error}", alarm="not fused:", color=arguments.color)
        return 1
    sys.stdout.write(render_fused(done, look))
    return 0
