"""The settings in force and where each comes from, as a ``wheelcheck.toml`` that means the same."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from wheelcheck.configuring.config import NUMBERS, stated_keys
from wheelcheck.configuring.repair_config import KEYS, OPTIONS, PLATFORMS
from wheelcheck.configuring.settings import Config
from wheelcheck.configuring.toml_text import toml_key, toml_value
from wheelcheck.records import fields
from wheelcheck.repair_options import RepairOptions, parse_options, split_paths
from wheelcheck.repair_settings import LISTS, RepairKeywords

__all__ = ["show_inspection", "show_repair"]

_ADDING = ("ignore",)
"""Keys to whose values the options of a call add."""
_OPTION_OF = {key: option for option, key in OPTIONS.items()}


def show_inspection(config: Config, chosen: Collection[str]) -> str:
    """Return the settings of inspections.

    Args:
        config: The settings of the file, with those of the call.
        chosen: The keys that the options of the call set.
    """
    origins = _Origins(config)
    flags = {key: f"--{key}" for key in chosen}
    text = [_head("inspect", config), "\n"]
    tables: list[str] = []
    for key in ("select", "ignore", "profile", "fail-on"):
        value = getattr(config, key.replace("-", "_"))
        text.append(_line(key, value, origins.of(key, flags)))
    for key in (
        "severity",
        "per-wheel-ignores",
        "per-member-ignores",
        "external-libraries",
        "import-names",
    ):
        table = getattr(config, key.replace("-", "_"))
        if table:
            tables += _table(key, ((name, table[name], origins.file) for name in table))
        else:
            text.append(f"{key} = {{}}  # {origins.of(key)}\n")
    if config.expected_grid:
        rows = ((name, pythons, origins.file) for name, pythons in config.expected_grid.items())
        tables += _table("release.expected.per-platform", rows)
    else:
        text.append(f"release = {{}}  # {origins.of('release')}\n")
    tables += _numbers("sizes", config.sizes, origins)
    tables += _numbers("limits", config.limits, origins)
    return "".join(text + tables)


def show_repair(config: Config, chosen: RepairKeywords, platforms: Iterable[str] = ()) -> str:
    """Return the settings of repairs, for each platform or for some.

    Raises:
        UsageError: a value is wrong.
    """
    origins = _Origins(config)
    text = [_head("repair", config)]
    for platform in tuple(platforms) or PLATFORMS:
        text += _table(f"repair.{platform}", _repair_lines(config, chosen, platform, origins))
    text += _numbers("limits", config.limits, origins)
    return "".join(text)


class _Origins:
    """Where values come from."""

    def __init__(self, config: Config) -> None:
        self.file = Path(config.source or "").name
        self._stated = stated_keys(config.source) if config.source else frozenset()

    def of(self, key: str, flags: Mapping[str, str] | None = None) -> str:
        """Name the origin of a key, whose parts are joined by dots."""
        flag = (flags or {}).get(key)
        stated = key in self._stated and (flag is None or key in _ADDING)
        names = [self.file] * stated + [flag] * (flag is not None)
        return ", ".join(name for name in names if name) or "default"


def _head(command: str, config: Config) -> str:
    read = f"read from {toml_value(config.source)}" if config.source else "no file was read"
    return f"# Settings of `wheelcheck {command}`; {read}.\n"


def _line(key: str, value: Any, origin: str) -> str:  # noqa: ANN401 (that of the setting)
    return f"{toml_key(key)} = {toml_value(value)}  # {origin}\n"


def _table(name: str, rows: Iterable[tuple[str, Any, str]]) -> Iterator[str]:
    yield f"\n[{name}]\n"
    for key, value, origin in rows:
        unset = f"# {key} is not set  # {origin}\n"
        yield unset if value is None else _line(key, value, origin)


def _numbers(name: str, values: Any, origins: _Origins) -> Iterator[str]:  # noqa: ANN401 (a record of numbers)
    keys = {field.replace("_", "-"): field for field in fields(values)}
    known = NUMBERS[name]
    return _table(
        name,
        ((key, getattr(values, keys[key]), origins.of(f"{name}.{key}")) for key in known),
    )


def _repair_lines(
    config: Config, chosen: RepairKeywords, platform: str, origins: _Origins
) -> Iterator[tuple[str, Any, str]]:
    layers = {
        "": cast("Mapping[str, Any]", chosen),
        f"repair.{platform}": getattr(config.repair, platform),
        "repair": config.repair.everywhere,
    }
    merged = cast("Mapping[str, Any]", config.repair.keywords(platform, chosen))
    parse_options(cast("RepairKeywords", merged))
    for key, about in KEYS.items():
        if platform not in about.platforms:
            continue
        keyword = key.replace("-", "_")
        names = [
            f"{origins.file} [{name}]" if name else f"--{_OPTION_OF.get(key, key)}"
            for name, layer in layers.items()
            if keyword in layer
        ]
        if keyword not in LISTS:
            names = names[:1]
        value = merged.get(keyword, getattr(RepairOptions(), keyword))
        yield key, _as_stated(keyword, value), ", ".join(names) or "default"


def _as_stated(keyword: str, value: Any) -> Any:  # noqa: ANN401 (that of the keyword)
    """Return the value of a keyword as a settings file states it."""
    if keyword in {"add_paths", "prefixes"}:
        return split_paths(value)
    if keyword == "require_archs" and isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return "auto" if keyword == "plat" and value is None else value
