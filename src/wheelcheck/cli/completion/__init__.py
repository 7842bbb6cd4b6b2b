"""``wheelcheck completion``: scripts that let shells complete commands, options and values."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_completion"]

_SHELLS = ("bash", "zsh", "fish", "powershell")


def add_completion(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "completion",
        help="print a script for a shell that completes what you type",
        description=(
            "Print a script for a shell that completes commands, options, values, rules and "
            "wheels. It is made from this version's options and rules."
        ),
    )
    parser.add_argument("shell", choices=_SHELLS, help="which shell the script is for")
    parser.set_defaults(run=_completion)


def _completion(arguments: argparse.Namespace) -> int:
    from wheelcheck.cli import make_parser
    from wheelcheck.cli.completion.grammar import read_grammar
    from wheelcheck.rules import all_rules

    grammar = read_grammar(make_parser(), tuple(rule.code for rule in all_rules()))
    if arguments.shell == "bash":
        from wheelcheck.cli.completion.bash import script
    elif arguments.shell == "zsh":
        from wheelcheck.cli.completion.zsh import script
    elif arguments.shell == "fish":
        from wheelcheck.cli.completion.fish import script
    else:
        from wheelcheck.cli.completion.powershell import script
    sys.stdout.write(script(grammar))
    return 0
