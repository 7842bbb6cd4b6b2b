"""An entry of the list of rules."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Generic, TypeVar

from wheelcheck.findings import Finding, NotChecked
from wheelcheck.records import record
from wheelcheck.rules.registry import ReleaseSubject, Rule, Subject
from wheelcheck.rules.running import run_rule

__all__ = ["Listed", "run_rules"]

S = TypeVar("S", Subject, ReleaseSubject)


def _always(_: object) -> bool:
    return True


@record
class Listed(Generic[S]):
    """A rule that is loaded when it is needed."""

    code: str
    home: str
    """The module below ``wheelcheck.rules``, and the rule's name there if it is not ``RULE``."""
    has: Callable[[S], bool] = _always
    """Tells whether there is anything that the rule could speak of."""

    def load(self) -> Rule[S]:
        """Return the rule."""
        module, _, name = self.home.partition(":")
        rule: Rule[S] = getattr(import_module(f"wheelcheck.rules.{module}"), name or "RULE")
        return rule


def run_rules(rules: Iterable[Listed[S]], subject: S) -> Iterator[Finding | NotChecked]:
    """Yield what rules find, and what they could not check, rule by rule."""
    for listed in rules:
        if listed.has(subject):
            yield from run_rule(listed.load(), subject)
