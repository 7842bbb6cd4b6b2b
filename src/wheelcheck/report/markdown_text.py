"""Text in Markdown, shown as it is whatever it says."""

import re

from wheelcheck.report.escapes import safe

__all__ = ["code", "text"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~])")
_BEGINS_LINK = re.compile(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)")


def code(plain: str) -> str:
    """Return a name, set apart."""
    return f"<code>{text(plain)}</code>"


def text(plain: str) -> str:
    """Return text that Markdown and HTML show as it is."""
    line = " ".join(safe(part) for part in plain.split("\n"))
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BEGINS_LINK.sub(r"\\", _SPECIAL.sub(r"\\\1", line))
