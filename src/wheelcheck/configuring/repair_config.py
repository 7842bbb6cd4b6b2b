"""The tables ``repair`` of a settings file, as docs/configuration.md describes them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from wheelcheck.configuring.config_values import (
    Value,
    boolean,
    choice,
    known_keys,
    string,
    strings,
    table,
    whole_number,
)
from wheelcheck.errors import ConfigError, UsageError
from wheelcheck.records import record
from wheelcheck.repair_options import parse_options
from wheelcheck.repair_settings import Engine, Layout, RepairKeywords, RepairSettings

__all__ = ["KEYS", "OPTIONS", "PLATFORMS", "repair_settings"]

PLATFORMS = ("windows", "linux", "macos")
_Reader = Callable[[str, Value, Path], Value]


@record
class _Key:
    """One key; the keyword of the library is the same with ``_``."""

    read: _Reader
    platforms: tuple[str, ...] = PLATFORMS
    """Where it means something."""
    alone: bool = True
    """Whether its value can be judged without other keys and without this machine's files."""


def _paths(key: str, value: Value, folder: Path) -> tuple[Path, ...]:
    return tuple(folder / text for text in strings(key, value))


def _level(key: str, value: Value, _folder: Path) -> int:
    return whole_number(key, value, least=0)


def _strings(key: str, value: Value, _folder: Path) -> tuple[str, ...]:
    return strings(key, value)


def _string(key: str, value: Value, _folder: Path) -> str:
    return string(key, value)


def _flag(key: str, value: Value, _folder: Path) -> bool:
    return boolean(key, value)


_ELSEWHERE = ("windows", "linux")
KEYS = {
    "add-paths": _Key(_paths),
    "clear-execstack": _Key(_flag, ("linux",)),
    "engine": _Key(lambda key, value, _: choice(key, value, Engine)),
    "exclude": _Key(_strings),
    "include": _Key(_strings, _ELSEWHERE),
    "layout": _Key(lambda key, value, _: choice(key, value, Layout), ("windows",)),
    "level": _Key(_level),
    "lib-suffix": _Key(_string, _ELSEWHERE),
    "namespace-packages": _Key(_strings, ("windows",)),
    "no-mangle": _Key(_strings, _ELSEWHERE),
    "no-mangle-all": _Key(_flag, _ELSEWHERE),
    "only-plat": _Key(_flag, ("linux",), alone=False),
    "plat": _Key(_string, ("linux",)),
    "prefixes": _Key(_paths, ("windows",)),
    "provided-by": _Key(_strings),
    "require-archs": _Key(lambda key, value, _: ",".join(strings(key, value)), ("macos",)),
    "strip": _Key(_flag, _ELSEWHERE),
    "sysroot": _Key(
        lambda key, value, folder: folder / string(key, value), ("linux", "macos"), alone=False
    ),
    "target-macos": _Key(_string, ("macos",)),
    "with-import-libs": _Key(_flag, ("windows",)),
    "with-symbols": _Key(_flag, ("windows",)),
}
OPTIONS = {
    "add-path": "add-paths",
    "lib-sdir": "lib-suffix",
    "namespace-pkg": "namespace-packages",
    "prefix": "prefixes",
    "zip-level": "level",
}
"""Options of the command line that are called otherwise."""
_OTHER_NAMES = {**OPTIONS, "no-dll": "exclude"}


def repair_settings(key: str, value: Value, folder: Path) -> RepairSettings:
    """Read the table ``repair``, in which each platform may have a table of its own.

    Args:
        key: What the table is called.
        value: The table.
        folder: Where relative paths start: that of the settings file.

    Raises:
        ConfigError: there is a mistake; the message names the key.
    """
    data = table(key, value)
    known_keys(data, (*PLATFORMS, *KEYS), key, _OTHER_NAMES)
    own = {
        platform: _keywords(f"{key}.{platform}", data[platform], folder, platform)
        for platform in PLATFORMS
        if platform in data
    }
    common = {name: item for name, item in data.items() if name not in PLATFORMS}
    return RepairSettings(everywhere=_keywords(key, common, folder, None), **own)


def _keywords(label: str, value: Value, folder: Path, platform: str | None) -> RepairKeywords:
    data = table(label, value)
    known_keys(data, KEYS, label, _OTHER_NAMES)
    for name in data:
        if platform is not None and platform not in KEYS[name].platforms:
            fitting = " and ".join(KEYS[name].platforms)
            raise ConfigError(f"{label}.{name} means nothing there; it is for {fitting}")
    return cast("RepairKeywords", dict(_checked(label, data, folder)))


def _checked(label: str, data: Mapping[str, Value], folder: Path) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        key = KEYS[name]
        read = key.read(f"{label}.{name}", value, folder)
        keyword = name.replace("-", "_")
        if key.alone:
            try:
                parse_options(cast("RepairKeywords", {keyword: read}))
            except UsageError as error:
                raise ConfigError(f"{label}.{name}: {error}") from None
        yield keyword, read
