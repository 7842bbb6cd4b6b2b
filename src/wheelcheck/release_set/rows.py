"""The rows of a release's grid: one machine of one system each, whatever its version.

Source: PyPA "Platform compatibility tags"; the order in which installers try
tags is that of ``packaging.tags``.
"""

from functools import lru_cache

from wheelcheck.expressions import expression

__all__ = ["ANY", "platform_preference", "row_sort_key", "rows_of"]

ANY = "any"

_LINUX = expression(r"(?P<kind>manylinux|musllinux)_?(?P<version>\d+(?:_\d+)?)_(?P<arch>[a-z]\w*)")
_MAC = expression(r"macosx_(?:(?P<major>\d+)_(?P<minor>\d+)_)?(?P<arch>[a-z]\w*)")
_VERSIONED = expression(
    r"(?P<kind>ios|android|pyemscripten|pyodide|emscripten)_(?P<version>\d+(?:_\d+){0,2})_(?P<arch>[a-z]\w*)"
)
_OLD_MANYLINUX = {"1": (2, 5), "2010": (2, 12), "2014": (2, 17)}
_MAC_SETS = {
    "universal2": ("x86_64", "arm64"),
    "intel": ("x86_64", "i386"),
    "fat": ("i386", "ppc"),
    "fat3": ("x86_64", "i386", "ppc"),
    "fat64": ("x86_64", "ppc64"),
    "universal": ("x86_64", "i386", "ppc", "ppc64"),
}
_SYSTEMS = ("manylinux", "musllinux", "linux", "macosx", "win", "android", "ios")
_MACHINES = ("x86_64", "amd64", "aarch64", "arm64")

Preference = tuple[int, ...]
"""How early an installer tries a platform tag: lower is earlier."""


@lru_cache(maxsize=4096)
def rows_of(platform: str) -> tuple[str, ...]:
    """Return the rows that a platform tag is for, e.g. ``manylinux_x86_64``."""
    if (match := _LINUX.fullmatch(platform)) is not None:
        return (f"{match['kind']}_{match['arch']}",)
    if (match := _MAC.fullmatch(platform)) is not None:
        return tuple(f"macosx_{arch}" for arch in _MAC_SETS.get(match["arch"], (match["arch"],)))
    if (match := _VERSIONED.fullmatch(platform)) is not None:
        return (f"{match['kind']}_{match['arch']}",)
    return (platform,)


@lru_cache(maxsize=4096)
def platform_preference(platform: str) -> Preference:
    """Return how early a system that is new enough tries a tag, among those of one row.

    A tag for newer systems comes before one for older ones, and one for a
    single machine before one for several.
    """
    if platform == ANY:
        return (1,)
    if (match := _LINUX.fullmatch(platform)) is not None:
        version = _OLD_MANYLINUX.get(match["version"]) or _numbers(match["version"])
        # A tag of the new form comes before its older alias.
        return (0, *(-n for n in version), int(match["version"] in _OLD_MANYLINUX))
    if (match := _MAC.fullmatch(platform)) is not None:
        return (
            0,
            -int(match["major"] or 0),
            -int(match["minor"] or 0),
            int(match["arch"] in _MAC_SETS),
        )
    if (match := _VERSIONED.fullmatch(platform)) is not None:
        return (0, *(-n for n in _numbers(match["version"])))
    return (0,)


def row_sort_key(row: str) -> tuple[int, str, int, str]:
    """Order by system, then by machine, common ones first; what runs everywhere comes last."""
    system, _, machine = row.partition("_")
    if row == "win32":
        system, machine = "win", "x86"
    order = _SYSTEMS.index(system) if system in _SYSTEMS else len(_SYSTEMS)
    common = _MACHINES.index(machine) if machine in _MACHINES else len(_MACHINES)
    return order + (row == ANY), system, common, machine


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number[:6]) for number in text.split("_"))
