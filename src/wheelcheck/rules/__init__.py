"""The rules, in one explicit list: nothing is found by magic."""

from difflib import get_close_matches

from wheelcheck.errors import UsageError
from wheelcheck.rules.contents import damaged_binary, debug_data
from wheelcheck.rules.dependencies import (
    missing_library,
    missing_symbol,
    mixed_c_runtimes,
    msvc_runtime,
)
from wheelcheck.rules.modules import no_init_function
from wheelcheck.rules.registry import Rule
from wheelcheck.rules.tags import machine, python_dll

__all__ = ["RULES", "find_rule"]

RULES: tuple[Rule, ...] = (
    machine.RULE,
    python_dll.RULE,
    no_init_function.RULE,
    missing_library.RULE,
    missing_symbol.RULE,
    msvc_runtime.RULE,
    mixed_c_runtimes.RULE,
    damaged_binary.RULE,
    debug_data.RULE,
)


def find_rule(text: str) -> Rule:
    """Return the rule of this code or name, in any case.

    Raises:
        UsageError: there is none; the message suggests the nearest.
    """
    known = {key: rule for rule in RULES for key in (rule.code, rule.name)}
    rule = known.get(text.upper()) or known.get(text.lower())
    if rule is None:
        near = get_close_matches(text, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"there is no rule {text!r}{hint} (`wheelcheck rules` lists them all)")
    return rule
