"""``wheelcheck schema``."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_schema"]


def add_schema(commands: "Commands") -> None:
    """Add the command."""
    schema = commands.add_parser("schema", help="print the JSON schema of --format json")
    schema.set_defaults(run=_schema)


def _schema(_arguments: argparse.Namespace) -> int:
    from importlib.resources import files

    sys.stdout.write(files("wheelcheck.report").joinpath("schema.json").read_text("utf-8"))
    return 0
