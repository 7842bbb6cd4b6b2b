"""Which rules a person means by a code, the start of a code, or a name."""

from wheelcheck.rules import codes_from, find_rule

__all__ = ["codes_of"]

_PREFIX = "WC"


def codes_of(selector: str) -> frozenset[str]:
    """Return the codes of the rules that ``WC701``, ``WC7`` or ``missing-library`` means.

    Raises:
        UsageError: no rule has this code or name, nor a code that starts so;
            the message suggests the nearest.
    """
    text = selector.upper()
    if text.startswith(_PREFIX):
        codes = codes_from(text)
        if codes:
            return codes
    return frozenset({find_rule(selector).code})
