"""``wheelcheck tree``."""

import argparse
from typing import TYPE_CHECKING

from wheelcheck.cli.inputs import add_wheels, find_wheels
from wheelcheck.cli.output import add_format, add_output, deliver
from wheelcheck.cli.settings import add_settings, read_settings
from wheelcheck.cli.terminal import add_looks, look_of
from wheelcheck.report.tree_formats import TREE_FORMATS

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_tree"]


def add_tree(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "tree",
        help="show what each binary needs, and where each need ends",
        description=(
            "Show what each binary of a wheel needs and where each need ends: in the wheel, with "
            "the system, Python or a driver, or nowhere; and why. -v names the places that were "
            "searched, -q shows only what leads to a missing library."
        ),
        epilog="exit status: 2 if a wheel cannot be read or the call is wrong, else 0",
    )
    add_wheels(parser)
    add_format(parser, TREE_FORMATS)
    add_output(parser)
    add_looks(parser)
    add_settings(parser)
    parser.set_defaults(run=_tree)


def _tree(arguments: argparse.Namespace) -> int:
    from wheelcheck.cli.progress import Progress
    from wheelcheck.inspection import resolve_many

    config = read_settings(arguments)
    wheels, _ = find_wheels(arguments.wheels)
    with Progress(wheels, wanted=not arguments.quiet) as progress:
        reports = tuple(resolve_many(progress.over(wheels), config))
    deliver(arguments, TREE_FORMATS[arguments.format](reports, look_of(arguments)))
    return 2 if any(report.error is not None for report in reports) else 0
