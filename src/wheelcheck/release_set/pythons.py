"""The columns of a release's grid: one build of one version of one Python each.

Source: PEP 425, 384, 703, 803; the order in which installers try tags is that of
``packaging.tags.sys_tags``.
"""

import re
from functools import lru_cache

from wheelcheck.records import record

__all__ = ["Column", "columns_named", "preference", "read_column"]

_NAME = re.compile(r"(?P<name>[a-z]+?)(?P<major>\d)(?P<minor>\d{0,3})(?P<flags>[a-z]*)\Z", re.ASCII)
_BEFORE_CPYTHON_8 = (3, 8)
_STABLE = {"abi3": "", "abi3t": "t"}
_ORDER = ("cp", "pp", "graalpy", "py")

Preference = tuple[int, int]
"""How early an installer tries a tag: lower is earlier."""

_OWN, _ABI3_HERE, _NONE_HERE, _ABI3_BEFORE, _GENERIC = range(5)


@record
class Column:
    """A build of a Python, as tags name it."""

    name: str
    """``cp`` for CPython, ``pp`` for PyPy, ``py`` for any Python."""
    major: int
    minor: int | None
    """None for all versions, in ``py3``."""
    flags: str = ""
    """``t`` for a free-threaded build."""

    def __str__(self) -> str:
        """Return e.g. ``cp313t``."""
        return f"{self.name}{self.major}{'' if self.minor is None else self.minor}{self.flags}"

    @property
    def kind(self) -> tuple[str, int, str]:
        """What the older and newer versions of the same build have in common."""
        return self.name, self.major, self.flags

    @property
    def sort_key(self) -> tuple[int, str, int, str, int]:
        """CPython first, its special builds after the others, older first."""
        order = _ORDER.index(self.name) if self.name in _ORDER else len(_ORDER)
        return order, self.flags, self.major, self.name, -1 if self.minor is None else self.minor


@lru_cache(maxsize=4096)
def read_column(text: str) -> Column | None:
    """Read e.g. ``cp313t``; None if it names no Python."""
    match = _NAME.match(text)
    if match is None:
        return None
    minor = int(match["minor"]) if match["minor"] else None
    flags = match["flags"]
    if (int(match["major"]), minor or 0) < _BEFORE_CPYTHON_8 and int(match["major"]) > 2:  # noqa: PLR2004
        flags = flags.replace("m", "")  # until 3.7 all builds had pymalloc's flag
    return Column(match["name"], int(match["major"]), minor, flags)


def columns_named(interpreter: str, abi: str) -> Column | None:
    """Return the one column that a tag names; None for one that is for many, such as ``py3``."""
    column = read_column(interpreter)
    if column is None or column.minor is None or column.name == "py":
        return None
    if abi in _STABLE:
        return Column(column.name, column.major, column.minor, _STABLE[abi])
    if abi.startswith("cp"):
        return read_column(abi)
    return column


@lru_cache(maxsize=65536)
def preference(interpreter: str, abi: str, column: Column) -> Preference | None:
    """Return how early this Python's installer tries the tag; None if it never does.

    Platforms are left out of account.
    """
    tagged = read_column(interpreter)
    if tagged is None or tagged.major != column.major or tagged.name not in {"py", column.name}:
        return None
    if abi in _STABLE:
        return _stable(tagged, abi, column)
    if abi == "none":
        return _without_abi(tagged, column)
    return (_OWN, 0) if columns_named(interpreter, abi) == column else None


def _stable(tagged: Column, abi: str, column: Column) -> Preference | None:
    if tagged.name == "py" or tagged.minor is None or column.minor is None:
        return None
    if _STABLE[abi] != column.flags or tagged.minor > column.minor:
        return None
    if tagged.minor == column.minor:
        return _ABI3_HERE, 0
    return _ABI3_BEFORE, -tagged.minor


def _without_abi(tagged: Column, column: Column) -> Preference | None:
    if tagged.minor is None:  # py3, pp3
        return _GENERIC, 0
    if tagged.name != "py":
        return (_NONE_HERE, 0) if tagged.minor == column.minor else None
    if column.minor is None or tagged.minor > column.minor:
        return None
    return _GENERIC, -tagged.minor
