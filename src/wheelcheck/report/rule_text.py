"""Rules for a person at a terminal: one in full, or a list."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from wheelcheck.report.look import Look
from wheelcheck.report.rule import render_rule
from wheelcheck.report.styled import BLANK, Line, Style, line, lines_text, strong
from wheelcheck.report.text_findings import STYLES

if TYPE_CHECKING:
    from wheelcheck.rules.registry import Rule

__all__ = ["render_rule_list", "render_rule_text"]

_ROOM_FOR_ONE = 120
"""Columns from which on most summaries fit beside their rule."""


def render_rule_text(rule: "Rule[Any]", look: Look) -> str:
    """Return what there is to know of a rule; where nobody looks, as its page in the docs."""
    return render_rule(rule) if look.width is None else lines_text(_rule(rule), look)


def _rule(rule: "Rule[Any]") -> Iterator[Line]:
    yield line(0, strong(rule.code), f" {rule.name}: ", (str(rule.severity), STYLES[rule.severity]))
    yield line(0, rule.summary, hang=0)
    yield line(
        0,
        (f"Effect: {rule.effect}. Confidence {rule.confidence}, since {rule.since}.", Style.FAINT),
    )
    for title, text in (
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("What to do", rule.fix),
    ):
        yield BLANK
        yield line(0, strong(title))
        yield line(2, text, hang=0)
    if rule.references:
        yield BLANK
        yield line(0, strong("References"))
        yield from (line(2, f"- {text}") for text in rule.references)


def render_rule_list(rules: "Iterable[Rule[Any]]", look: Look) -> str:
    """Return a line for each rule, or two where it is narrow."""
    narrow = look.width is not None and look.width < _ROOM_FOR_ONE
    return lines_text((each for rule in rules for each in _listed(rule, narrow=narrow)), look)


def _listed(rule: "Rule[Any]", *, narrow: bool) -> Iterator[Line]:
    head = (strong(rule.code), "  ", (f"{rule.severity:<7}", STYLES[rule.severity]), "  ")
    if narrow:
        yield line(0, *head, rule.name)
        yield line(16, rule.summary, hang=0)
    else:
        yield line(0, *head, f"{rule.name:<31}  {rule.summary}", hang=49)
