"""``wheelcheck rules`` and ``wheelcheck rule``."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_rules"]


def add_rules(commands: "Commands") -> None:
    """Add both commands."""
    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(run=_rules)
    rule = commands.add_parser("rule", help="explain one rule")
    rule.add_argument("code", metavar="CODE", help="a code such as WC701, or a rule's name")
    rule.set_defaults(run=_rule)


def _rules(_arguments: argparse.Namespace) -> int:
    from wheelcheck.rules import RULES

    for rule in RULES:
        sys.stdout.write(f"{rule.code}  {rule.severity:<7}  {rule.name:<28}  {rule.summary}\n")
    return 0


def _rule(arguments: argparse.Namespace) -> int:
    from wheelcheck.report.rule import render_rule
    from wheelcheck.rules import find_rule

    sys.stdout.write(render_rule(find_rule(arguments.code)))
    return 0
