"""``wheelcheck schema``."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_schema"]

# As ``SCHEMAS`` has them, which is not worth importing for --help.
_COMMANDS = ("inspect", "tree", "diff", "test", "repair")


def add_schema(commands: "Commands") -> None:
    """Add the command."""
    schema = commands.add_parser("schema", help="print the JSON schema of --format json")
    schema.add_argument(
        "command",
        nargs="?",
        choices=_COMMANDS,
        default=_COMMANDS[0],
        help="whose documents (default: %(default)s)",
    )
    schema.set_defaults(run=_schema)


def _schema(arguments: argparse.Namespace) -> int:
    import json

    from wheelcheck.report.schemas import load_schema

    sys.stdout.write(json.dumps(load_schema(arguments.command), indent=2) + "\n")
    return 0
