"""Values of a settings file, each of the kind that its key demands.

Every function raises :class:`ConfigError`, which names the key.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from wheelcheck.errors import ConfigError

__all__ = [
    "Value",
    "boolean",
    "choice",
    "described",
    "known_keys",
    "string",
    "string_lists",
    "strings",
    "table",
    "whole_number",
]

E = TypeVar("E", bound=StrEnum)
Value = Any
"""What TOML gives."""


def known_keys(
    data: Mapping[str, Value],
    known: Collection[str],
    within: str = "",
    aliases: Mapping[str, str] | None = None,
) -> None:
    """Refuse a key of a table that is not known; ``aliases`` are suggestions for wrong ones."""
    for key in data:
        if key not in known:
            from difflib import get_close_matches

            near = [(aliases or {}).get(key), *get_close_matches(key, known, n=1)]
            meant = next((name for name in near if name in known), None)
            hint = f"did you mean {meant!r}?" if meant else f"known are {', '.join(known)}"
            raise ConfigError(f"{within and within + ': '}there is no key {key!r}; {hint}")


def string(key: str, value: Value) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise ConfigError(f"{key} must be a string, not {described(value)}")
    return value


def strings(key: str, value: Value) -> tuple[str, ...]:
    """Return a list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{key} must be a list of strings, not {described(value)}")
    return tuple(value)


def boolean(key: str, value: Value) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        raise ConfigError(f"{key} must be true or false, not {described(value)}")
    return value


def whole_number(key: str, value: Value, *, least: int) -> int:
    """Return a number that is not below the least."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        above = f"above {least - 1}" if least else "not below 0"
        raise ConfigError(f"{key} must be a whole number {above}, not {described(value)}")
    return value


def table(key: str, value: Value) -> Mapping[str, Value]:
    """Return a table."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"{key} must be a table, not {described(value)}")
    return value


def string_lists(key: str, value: Value) -> dict[str, tuple[str, ...]]:
    """Return a table of lists of texts."""
    return {name: strings(f"{key}.{name}", item) for name, item in table(key, value).items()}


def choice(key: str, value: Value, kind: type[E]) -> E:
    """Return one of the members of an enumeration."""
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(f'"{member}"' for member in kind)
        raise ConfigError(f"{key} must be one of {known}, not {described(value)}") from None


def described(value: Value) -> str:
    """Name a value in an error: itself if it is short, its kind otherwise."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, Mapping) else repr(value)
