"""``wheelcheck rules`` and ``wheelcheck rule``."""

import argparse
import sys
from typing import TYPE_CHECKING

from wheelcheck.cli.terminal import add_color, paint_of

if TYPE_CHECKING:
    from wheelcheck.cli.commands import Commands

__all__ = ["add_rules"]


def add_rules(commands: "Commands") -> None:
    """Add both commands."""
    rules = commands.add_parser("rules", help="list the rules")
    add_color(rules)
    rules.set_defaults(run=_rules)
    rule = commands.add_parser("rule", help="explain one rule, or list those of a family")
    rule.add_argument(
        "code",
        metavar="CODE",
        help="a code such as WC701, a rule's name, or the start of codes such as WC7",
    )
    add_color(rule)
    rule.set_defaults(run=_rule)


def _rules(arguments: argparse.Namespace) -> int:
    from wheelcheck.report.rule_text import render_rule_list
    from wheelcheck.rules import all_rules

    sys.stdout.write(render_rule_list(all_rules(), paint_of(arguments)))
    return 0


def _rule(arguments: argparse.Namespace) -> int:
    from wheelcheck.report.rule_text import render_rule_list, render_rule_text
    from wheelcheck.rules import all_rules
    from wheelcheck.rules.selectors import codes_of

    codes = codes_of(arguments.code)
    meant = [rule for rule in all_rules() if rule.code in codes]
    look = paint_of(arguments)
    if len(meant) == 1:
        sys.stdout.write(render_rule_text(meant[0], look))
    else:
        sys.stdout.write(render_rule_list(meant, look))
    return 0
