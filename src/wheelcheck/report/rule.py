"""A rule's documentation: for the terminal, and as a page of the docs."""

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wheelcheck.rules.registry import Rule

__all__ = ["render_rule"]

_WIDTH = 88


def render_rule(rule: "Rule[Any]") -> str:
    """Return what there is to know of a rule, as Markdown that reads well as it is."""
    severity = f"Severity: {rule.severity}. Confidence: {rule.confidence}. Effect: {rule.effect}."
    parts = [
        f"# {rule.code} {rule.name}",
        rule.summary,
        f"{severity} Since {rule.since}.",
        "## Why it matters",
        rule.why,
        "## Example",
        rule.example,
        "## What to do",
        rule.fix,
    ]
    if rule.references:
        parts += ["## References", "\n".join(f"- {text}" for text in rule.references)]
    return "\n\n".join(_fill(part) for part in parts) + "\n"


def _fill(part: str) -> str:
    if part.startswith(("#", "-")):
        return part
    return textwrap.fill(part, _WIDTH, break_long_words=False, break_on_hyphens=False)
