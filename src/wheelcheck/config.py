"""Settings read from ``pyproject.toml`` or ``wheelcheck.toml``.

What they mean is said in :mod:`wheelcheck.settings`, how they are written in
docs/configuration.md. Every mistake is an error that names file and key.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from wheelcheck.archive.limits import Limits
from wheelcheck.errors import ConfigError
from wheelcheck.expectations import Sizes
from wheelcheck.findings import Severity
from wheelcheck.release_set.pythons import read_column
from wheelcheck.release_set.rows import rows_of
from wheelcheck.rules.registry import Profile
from wheelcheck.settings import Config

__all__ = ["find_config", "load_config", "read_config"]

_OWN_FILE = "wheelcheck.toml"
_PROJECT_FILE = "pyproject.toml"
_TABLE = "[tool.wheelcheck]"
_LIMITS = (
    "members",
    "member-size",
    "total-size",
    "ratio",
    "ratio-exempt",
    "directory-size",
    "spill",
    "name-size",
    "record-size",
    "record-rows",
    "natives",
    "imports",
    "symbols",
)
_SIZES = ("file", "installed", "members")

E = TypeVar("E", bound=StrEnum)
Value = Any  # what TOML gives


def load_config(start: str | Path = ".") -> Config:
    """Return the settings that hold in a folder; the default ones if no file has any.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or has a mistake.
    """
    found = find_config(Path(start))
    return Config() if found is None else read_config(found)


def find_config(start: Path) -> Path | None:
    """Return the nearest file with settings, in ``start`` or in a folder above it.

    In each folder ``wheelcheck.toml`` comes first, then ``pyproject.toml`` if
    it has a table ``[tool.wheelcheck]``.

    Raises:
        ConfigError: a ``pyproject.toml`` on the way cannot be read or is no TOML.
    """
    try:
        start = start.resolve()
    except OSError:  # the working folder is gone
        return None
    for folder in (start, *start.parents):
        own = folder / _OWN_FILE
        if _exists(own):
            return own
        project = folder / _PROJECT_FILE
        if _exists(project) and _project_table(_parsed(project)) is not None:
            return project
    return None


def read_config(path: str | Path) -> Config:
    """Return the settings in a file.

    In a file named ``pyproject.toml`` they are in the table ``[tool.wheelcheck]``,
    in any other file at the top.

    Raises:
        ConfigError: the file cannot be read, is no TOML, has no such table, or
            has a mistake.
    """
    path = Path(path)
    data: Value = _parsed(path)
    where = str(path)
    if path.name == _PROJECT_FILE:
        data = _project_table(data)
        where += f" {_TABLE}"
        if data is None:
            raise ConfigError(f"{path} has no table {_TABLE}")
        if not isinstance(data, Mapping):
            raise ConfigError(f"{where} must be a table")
    try:
        return replace(_config(data), source=str(path))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _exists(path: Path) -> bool:
    # Path.is_file raises where a folder above may not be entered.
    return os.path.isfile(path)  # noqa: PTH113 (see above)


def _parsed(path: Path) -> dict[str, Value]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is no valid TOML: {error}") from None


def _project_table(data: Mapping[str, Value]) -> Value | None:
    tool = data.get("tool")
    return tool.get("wheelcheck") if isinstance(tool, Mapping) else None


def _config(data: Mapping[str, Value]) -> Config:
    readers: dict[str, Callable[[str, Value], Value]] = {
        "select": _strings,
        "ignore": _strings,
        "severity": _severities,
        "per-wheel-ignores": _string_lists,
        "per-member-ignores": _string_lists,
        "limits": _limits,
        "sizes": _sizes,
        "external-libraries": _texts,
        "release": _release,
        "profile": lambda key, value: _choice(key, value, Profile),
        "fail-on": lambda key, value: _choice(key, value, Severity),
    }
    _known_keys(data, readers)
    fields = {key.replace("-", "_"): readers[key](key, data[key]) for key in data}
    if "release" in fields:
        fields["expected_grid"] = fields.pop("release")
    return Config(**fields)


def _known_keys(data: Mapping[str, Value], known: Mapping[str, Value] | tuple[str, ...]) -> None:
    for key in data:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            raise ConfigError(f"there is no key {key!r}; {hint}")


def _strings(key: str, value: Value) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{key} must be a list of strings, not {_kind(value)}")
    return tuple(value)


def _table(key: str, value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{key} must be a table, not {_kind(value)}")
    return value


def _string_lists(key: str, value: Value) -> dict[str, tuple[str, ...]]:
    return {name: _strings(f"{key}.{name}", item) for name, item in _table(key, value).items()}


def _severities(key: str, value: Value) -> dict[str, Severity]:
    return {
        name: _choice(f"{key}.{name}", item, Severity) for name, item in _table(key, value).items()
    }


def _choice(key: str, value: Value, kind: type[E]) -> E:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(f'"{choice}"' for choice in kind)
        raise ConfigError(f"{key} must be one of {known}, not {_kind(value)}") from None


def _limits(key: str, value: Value) -> Limits:
    return Limits(**_numbers(key, value, _LIMITS))


def _sizes(key: str, value: Value) -> Sizes:
    return Sizes(**_numbers(key, value, _SIZES))


def _numbers(key: str, value: Value, known: tuple[str, ...]) -> dict[str, int]:
    table = _table(key, value)
    _known_in(key, table, known)
    for name, number in table.items():
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ConfigError(f"{key}.{name} must be a whole number above 0, not {_kind(number)}")
    return {name.replace("-", "_"): number for name, number in table.items()}


def _texts(key: str, value: Value) -> dict[str, str]:
    table = _table(key, value)
    for name, text in table.items():
        if not isinstance(text, str):
            raise ConfigError(f"{key}.{name} must be a string, not {_kind(text)}")
    return dict(table)


def _release(key: str, value: Value) -> dict[str, tuple[str, ...]]:
    """Return the expected grid: each platform's Pythons."""
    table = _table(key, value)
    _known_in(key, table, ("expected",))
    key = f"{key}.expected"
    expected = _table(key, table.get("expected", {}))
    _known_in(key, expected, ("pythons", "platforms", "per-platform"))
    pythons = _strings(f"{key}.pythons", expected.get("pythons", []))
    platforms = _strings(f"{key}.platforms", expected.get("platforms", []))
    closer = _string_lists(f"{key}.per-platform", expected.get("per-platform", {}))
    if bool(pythons) != bool(platforms):
        raise ConfigError(f"{key} needs both pythons and platforms, or neither")
    grid = {**dict.fromkeys(platforms, pythons), **closer}
    for python in {*pythons, *(text for texts in closer.values() for text in texts)}:
        if read_column(python) is None:
            raise ConfigError(f"{key}: {python!r} is no Python; write e.g. cp313, cp314t or pp311")
    for platform in grid:
        if rows_of(platform) != (platform,):
            near = " or ".join(map(repr, rows_of(platform)))
            raise ConfigError(f"{key}: platforms are named without a version; write {near}")
    return grid


def _known_in(key: str, table: Mapping[str, Value], known: tuple[str, ...]) -> None:
    try:
        _known_keys(table, known)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from None


def _kind(value: Value) -> str:
    """Name a value in an error: itself if it is short, its kind otherwise."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, Mapping) else repr(value)
