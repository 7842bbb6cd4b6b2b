"""Settings read from ``pyproject.toml`` or ``wheelcheck.toml``.

What they mean is said in :mod:`wheelcheck.configuring.settings`, how they are written in
docs/configuration.md. Every mistake is an error that names file and key.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wheelcheck.archive.limits import Limits
from wheelcheck.configuring.config_values import (
    Value,
    choice,
    known_keys,
    string,
    string_lists,
    strings,
    table,
    whole_number,
)
from wheelcheck.configuring.settings import Config
from wheelcheck.errors import ConfigError
from wheelcheck.expectations import Sizes
from wheelcheck.findings import Severity
from wheelcheck.records import replace
from wheelcheck.release_set.pythons import read_column
from wheelcheck.release_set.rows import rows_of
from wheelcheck.rules.registry import Profile

if TYPE_CHECKING:
    from wheelcheck.repair_settings import RepairSettings

__all__ = ["NUMBERS", "find_config", "load_config", "read_config", "stated_keys"]

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
NUMBERS = {"limits": _LIMITS, "sizes": _SIZES}
"""The tables that hold nothing but whole numbers, and their keys."""


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
    data = _settings_of(path)
    where = f"{path} {_TABLE}" if path.name == _PROJECT_FILE else str(path)
    try:
        return replace(_config(data, path.resolve().parent), source=str(path))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def stated_keys(path: str | Path) -> frozenset[str]:
    """Return the keys that a file has values for, those of tables as ``sizes.file``.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or has no such table.
    """
    data = _settings_of(Path(path))
    inner = ((key, table) for key, table in data.items() if isinstance(table, Mapping))
    return frozenset(data) | {f"{key}.{name}" for key, table in inner for name in table}


def _settings_of(path: Path) -> Mapping[str, Value]:
    data: Value = _parsed(path)
    if path.name == _PROJECT_FILE:
        data = _project_table(data)
        if data is None:
            raise ConfigError(f"{path} has no table {_TABLE}")
        if not isinstance(data, Mapping):
            raise ConfigError(f"{path} {_TABLE} must be a table")
    return cast("Mapping[str, Value]", data)


def _exists(path: Path) -> bool:
    # Path.is_file raises where a folder above may not be entered.
    return os.path.isfile(path)  # noqa: PTH113 (see above)


def _parsed(path: Path) -> dict[str, Value]:
    import tomllib

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise ConfigError(f"{path} is no valid TOML for this reader: it nests too deeply") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no valid TOML: {error}") from None


def _project_table(data: Mapping[str, Value]) -> Value | None:
    tool = data.get("tool")
    return tool.get("wheelcheck") if isinstance(tool, Mapping) else None


def _config(data: Mapping[str, Value], folder: Path) -> Config:
    readers: dict[str, Callable[[str, Value], Value]] = {
        "select": strings,
        "ignore": strings,
        "severity": _severities,
        "per-wheel-ignores": string_lists,
        "per-member-ignores": string_lists,
        "limits": _limits,
        "sizes": _sizes,
        "external-libraries": _texts,
        "import-names": string_lists,
        "release": _release,
        "profile": lambda key, value: choice(key, value, Profile),
        "fail-on": lambda key, value: choice(key, value, Severity),
        "repair": lambda key, value: _repair(key, value, folder),
    }
    known_keys(data, readers)
    fields = {key.replace("-", "_"): readers[key](key, data[key]) for key in data}
    if "release" in fields:
        fields["expected_grid"] = fields.pop("release")
    return Config(**fields)


def _severities(key: str, value: Value) -> dict[str, Severity]:
    return {
        name: choice(f"{key}.{name}", item, Severity) for name, item in table(key, value).items()
    }


def _limits(key: str, value: Value) -> Limits:
    return Limits(**_numbers(key, value, _LIMITS))


def _sizes(key: str, value: Value) -> Sizes:
    return Sizes(**_numbers(key, value, _SIZES))


def _numbers(key: str, value: Value, known: tuple[str, ...]) -> dict[str, int]:
    data = table(key, value)
    known_keys(data, known, key)
    return {
        name.replace("-", "_"): whole_number(f"{key}.{name}", number, least=1)
        for name, number in data.items()
    }


def _texts(key: str, value: Value) -> dict[str, str]:
    data = table(key, value)
    return {name: string(f"{key}.{name}", item) for name, item in data.items()}


def _repair(key: str, value: Value, folder: Path) -> "RepairSettings":
    from wheelcheck.configuring.repair_config import repair_settings

    return repair_settings(key, value, folder)


def _release(key: str, value: Value) -> dict[str, tuple[str, ...]]:
    """Return the expected grid: each platform's Pythons."""
    data = table(key, value)
    known_keys(data, ("expected",), key)
    key = f"{key}.expected"
    expected = table(key, data.get("expected", {}))
    known_keys(expected, ("pythons", "platforms", "per-platform"), key)
    pythons = strings(f"{key}.pythons", expected.get("pythons", []))
    platforms = strings(f"{key}.platforms", expected.get("platforms", []))
    closer = string_lists(f"{key}.per-platform", expected.get("per-platform", {}))
    if bool(pythons) != bool(platforms):
        raise ConfigError(f"{key} needs both pythons and platforms, or neither")
    grid = {**dict.fromkeys(platforms, pythons), **closer}
    for python in {*pythons, *(text for texts in closer.values() for text in texts)}:
        if read_column(python) is None:
            raise ConfigError(f"{key}: {python!r} is no Python; write e.g. cp313, cp314t or pp311")
    for platform in grid:
        if rows_of(platform) != (platform,):
            near = " or ".join(map(repr, rows_of(platform)))
            raise ConfigError(
                f"{key}: platforms are named by machine and without a version; write {near}"
            )
    return grid
