"""``wheelcheck diff``."""

import argparse
from typing import TYPE_CHECKING

from wheelcheck.cli.inputs import hint_at
from wheelcheck.cli.output import add_format, add_output, deliver
from wheelcheck.cli.settings import add_settings, read_settings
from wheelcheck.cli.terminal import add_looks, look_of
from wheelcheck.report.difference_formats import DIFFERENCE_FORMATS

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_diff"]


def add_diff(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "diff",
        help="say what changed from one wheel to another",
        description=(
            "Say what changed from one wheel to another: tags, metadata, entry points, bundled "
            "libraries, what native objects import and export, and members. -v names everything, "
            "-q prints one line."
        ),
        epilog=(
            "exit status: 2 if a wheel cannot be read or the call is wrong; with --exit-code, "
            "1 if something is different; else 0"
        ),
    )
    parser.add_argument("old", metavar="OLD", help="a wheel")
    parser.add_argument("new", metavar="NEW", help="the wheel to compare it with")
    add_format(parser, DIFFERENCE_FORMATS)
    parser.add_argument(
        "--exit-code", action="store_true", help="make the exit status 1 if something is different"
    )
    add_output(parser)
    add_looks(parser)
    add_settings(parser)
    parser.set_defaults(run=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    from wheelcheck.comparing.compare import diff

    config = read_settings(arguments)
    hint_at((arguments.old, arguments.new))
    difference = diff(arguments.old, arguments.new, limits=config.limits)
    deliver(arguments, DIFFERENCE_FORMATS[arguments.format](difference, look_of(arguments)))
    return 1 if arguments.exit_code and not difference.equal else 0
