"""Which Pythons a Requires-Python admits."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from wheelcheck.platforms.promises import Version

__all__ = ["admits", "too_many"]

_NUMBERS = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,2}")
_LATEST_MICRO = 99
_MOST_SPECIFIERS = 100


def too_many(wanted: "SpecifierSet") -> bool:
    """Tell whether it has more parts than any true one, and is not worth the time."""
    return len(wanted) > _MOST_SPECIFIERS


def admits(wanted: "SpecifierSet", version: "Version") -> bool:
    """Tell whether some release of this version is admitted.

    Between the numbers that the specifiers name nothing changes, so it is
    enough to try those, their neighbours and both ends.
    """
    major, minor = version
    micros = {0, _LATEST_MICRO}
    for specifier in wanted:
        found = _NUMBERS.match(specifier.version)
        parts = [int(part) for part in found[0].split(".")] if found is not None else []
        if parts[:2] == [major, minor] and len(parts) > 2:  # noqa: PLR2004 - major, minor, micro
            micros.update({max(parts[2] - 1, 0), parts[2], parts[2] + 1})
    return any(wanted.contains(f"{major}.{minor}.{m}", prereleases=True) for m in sorted(micros))
