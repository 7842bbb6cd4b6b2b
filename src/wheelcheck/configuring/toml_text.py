"""Values as TOML. Only what settings hold: texts, whole numbers, truth values and lists of them."""

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["toml_key", "toml_value"]

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LARGE = 9999
"""From here on, digits are grouped."""

Scalar = str | Path | int | bool


def toml_key(name: str) -> str:
    """Return one part of a key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else _string(name)


def toml_value(value: Scalar | Iterable[Scalar]) -> str:
    """Return a value as it stands behind ``=``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:_}" if value > _LARGE else str(value)
    if isinstance(value, str | Path):
        return _string(str(value))
    return f"[{', '.join(map(toml_value, value))}]"


def _string(text: str) -> str:
    return '"' + "".join(map(_character, text)) + '"'


def _character(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"  # noqa: PLR2004 (the first that needs eight digits)
