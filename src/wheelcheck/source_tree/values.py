"""Declarations as they come: values of any kind, taken only if they are what is asked for."""

import re
from collections.abc import Mapping
from typing import Any

from wheelcheck.errors import UnreadableError

__all__ = ["Table", "read_ini", "read_toml", "strings", "table", "text"]

Table = Mapping[str, Any]

_MOST_PARTS = 64
# The parser's time for a key grows with the square of its parts.
_LONG_KEY = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{_MOST_PARTS}}}""")


def read_toml(content: str, where: str) -> Table:
    """Return a TOML document.

    Raises:
        UnreadableError: it is none; the message names the file ``where``.
    """
    import tomllib

    if _LONG_KEY.search(content):
        raise UnreadableError(f"{where} has a key of more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"{where} is no valid TOML: {error}") from None
    except RecursionError:
        raise UnreadableError(
            f"{where} is no valid TOML for this reader: it nests too deeply"
        ) from None


def read_ini(content: str) -> Mapping[str, Mapping[str, str]]:
    """Return the sections of an INI file; nothing if it is none."""
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content)
    except configparser.Error:
        return {}
    return {name: dict(parser[name]) for name in parser.sections()}


def table(value: Any, *keys: str) -> Table:  # noqa: ANN401 - what TOML gives
    """Return the table under these keys; an empty one if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str | None:  # noqa: ANN401 - what TOML gives
    """Return a string; None if it is none."""
    return value if isinstance(value, str) else None


def strings(value: Any) -> list[str]:  # noqa: ANN401 - what TOML gives
    """Return the strings of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
