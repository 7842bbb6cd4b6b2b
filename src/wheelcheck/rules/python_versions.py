"""Which Pythons a Requires-Python admits, and which the tags promise."""

import re
from typing import TYPE_CHECKING

from wheelcheck.platforms.promises import Flavour, Implementation, Version, promise

if TYPE_CHECKING:
    from wheelcheck.distinfo.specifiers import Specifiers
    from wheelcheck.distinfo.tag_sets import Tag
    from wheelcheck.rules.registry import Subject

__all__ = ["LATEST_MINOR", "admits", "admitted", "tag_versions", "too_many"]

_GENERIC = re.compile(r"py(?P<major>\d)(?P<minor>\d*)\Z")
LATEST_MINOR = 40
"""Far beyond any Python that will be; the verdict must not depend on the year."""
_LAST_OF_2 = 7

_NUMBERS = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,2}")
_LATEST_MICRO = 99
_MOST_SPECIFIERS = 100


def too_many(wanted: "Specifiers") -> bool:
    """Tell whether it has more parts than any true one, and is not worth the time."""
    return len(wanted) > _MOST_SPECIFIERS


def admits(wanted: "Specifiers", version: "Version") -> bool:
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


def tag_versions(tag: "Tag") -> list[Version] | None:
    """Return the versions of Python that a tag promises; None if it is of no known form."""
    generic = _GENERIC.match(tag.interpreter)
    if generic is not None:
        major, minor = int(generic["major"]), int(generic["minor"] or 0)
        last = _LAST_OF_2 if major == 2 else LATEST_MINOR  # noqa: PLR2004 - Python 2
        return [(major, m) for m in range(minor, max(minor, last) + 1)]
    python = promise(tag)
    if python.version is None:
        if python.implementation is Implementation.PYPY:  # pp3
            return [(3, m) for m in range(LATEST_MINOR + 1)]
        return None
    if python.flavour in {Flavour.ABI3, Flavour.ABI3T}:
        major, minor = python.version
        return [(major, m) for m in range(minor, max(minor, LATEST_MINOR) + 1)]
    return [python.version]


def admitted(subject: "Subject", newest: Version) -> tuple[Version, ...]:
    """Return the versions of Python 3, up to ``newest``, that tags and Requires-Python admit.

    Nothing if a tag is of no known form, for it may promise anything.
    """
    wanted = None if subject.metadata is None else subject.metadata.requires_python
    if wanted is not None and too_many(wanted):
        return ()
    promised: set[Version] = set()
    for tag in subject.wheel.tag_set:
        versions = tag_versions(tag)
        if versions is None:
            return ()
        promised.update(versions)
    return tuple(
        version
        for version in sorted(promised)
        if (3, 0) <= version <= newest and (wanted is None or admits(wanted, version))
    )
