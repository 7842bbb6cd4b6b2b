"""Who supplies a module that is not in the wheel.

Names of distributions and of modules differ, and a requirement brings
requirements of its own. Both are data for well-known distributions, and the
user may say more; what is not known is taken to supply whatever looks for it.
"""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from wheelcheck.records import field, record

__all__ = ["Stdlib", "Supply", "Verdict", "is_host_module", "load_stdlib"]

_SHORTEST_PIECE = 4
_NO_PIECES = {"python", "client", "core", "library", "tools", "utils", "extra", "extras", "django"}


class Verdict(StrEnum):
    """What is known of who supplies a module."""

    DECLARED = "declared"
    """A requirement does, or may."""
    EXTRA = "extra"
    """Only a requirement that waits for an extra does."""
    INDIRECT = "indirect"
    """Only what a requirement itself requires does."""
    UNKNOWN = "unknown"
    """No requirement does by its name, but what some of them bring is not known."""
    ABSENT = "absent"
    """Nothing that is required does, directly or not."""


@record
class Stdlib:
    """The standard library, through the versions of Python."""

    modules: frozenset[str]
    """All that any version from 3.10 on had."""
    added: Mapping[str, tuple[int, int]]
    removed: Mapping[str, tuple[int, int]]
    newest: tuple[int, int]
    """The newest version that the data speaks of."""


@record(caches=True)
class Supply:
    """What the requirements of one wheel supply; all names of distributions are normalised."""

    required: frozenset[str]
    """Without those that wait for an extra."""
    extras: Mapping[str, str]
    """The extra that a requirement waits for, by its name."""
    own: str = ""
    """The wheel's own distribution."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Modules of distributions, as the user knows them."""

    def verdict(self, top: str) -> Verdict:
        """Judge a module by the first part of its name."""
        # setuptools has distutils, though no file of that name.
        if top in _data()["modules"].get(self.own, ()):
            return Verdict.DECLARED
        if any(self._may_supply(name, top) for name in self.required):
            return Verdict.DECLARED
        brought, complete = self._brought
        if any(self._may_supply(name, top) for name in brought):
            return Verdict.INDIRECT
        if self._extra_with(top) is not None:
            return Verdict.EXTRA
        return Verdict.ABSENT if complete else Verdict.UNKNOWN

    def may_fill(self, top: str) -> bool:
        """Tell whether a requirement is named as if it installed into a package of the wheel."""
        own = top.lower().replace("_", "-") + "-"
        return any(name.startswith(own) for name in self.required)

    def extra_of(self, top: str) -> str:
        """Return the extra that brings a module judged :attr:`Verdict.EXTRA`."""
        extra = self._extra_with(top)
        assert extra is not None
        return extra

    def bringer(self, top: str) -> str:
        """Return the distribution that brings a module judged :attr:`Verdict.INDIRECT`."""
        return next(name for name in sorted(self._brought[0]) if self._may_supply(name, top))

    def owners(self, top: str) -> tuple[str, ...]:
        """Return the known distributions that have a module of this name."""
        tables = (self.named, _data()["modules"])
        found = {name for table in tables for name, tops in table.items() if top in tops}
        return tuple(sorted(found))

    def _extra_with(self, top: str) -> str | None:
        direct = ((name, extra) for name, extra in self.extras.items())
        below = ((name, extra) for extra, names in self._brought_by_extras for name in names)
        found = (extra for name, extra in (*direct, *below) if self._may_supply(name, top))
        return next(found, None)

    @cached_property
    def _brought(self) -> tuple[frozenset[str], bool]:
        """Return what is required by requirements, and whether that is all."""
        return _closure(self.required)

    @cached_property
    def _brought_by_extras(self) -> tuple[tuple[str, frozenset[str]], ...]:
        return tuple((extra, _closure({name})[0]) for name, extra in self.extras.items())

    def _may_supply(self, distribution: str, top: str) -> bool:
        known = self.named.get(distribution) or _data()["modules"].get(distribution)
        if known:
            return top in known
        return not _has_stubs_only(distribution) and _alike(distribution, top)


def load_stdlib() -> Stdlib:
    """Return the dated data on the standard library."""
    return _stdlib()


def is_host_module(top: str) -> bool:
    """Tell whether a host program brings a module, such as Blender's bpy."""
    return top in _data()["hosts"]


def _closure(names: Iterable[str]) -> tuple[frozenset[str], bool]:
    """Return what these distributions require, and theirs in turn, and whether that is all."""
    requires = _data()["requires"]
    start = frozenset(names)
    left = list(start)
    seen = set(start)
    complete = True
    while left:
        below = requires.get(left.pop())
        if below is None:
            complete = False
            continue
        left += [name for name in below if name not in seen]
        seen.update(below)
    return frozenset(seen - start), complete


def _has_stubs_only(distribution: str) -> bool:
    """Tell whether a name is one of PEP 561, or of typeshed: for type checkers, not for imports."""
    return distribution.startswith("types-") or distribution.endswith("-stubs")


def _alike(distribution: str, top: str) -> bool:
    """Tell whether an unknown distribution may be named after its module, loosely."""
    name = distribution.replace("-", "")
    module = top.lower().replace("_", "")
    if module and (module in name or (len(name) >= _SHORTEST_PIECE and name in module)):
        return True
    pieces = {p for p in distribution.split("-") if len(p) >= _SHORTEST_PIECE} - _NO_PIECES
    return any(piece in module for piece in pieces)


@cache
def _data() -> Mapping[str, Any]:
    content = json.loads((Path(__file__).parent / "data" / "import-names.json").read_bytes())
    return {**content, "hosts": frozenset(content["hosts"])}


@cache
def _stdlib() -> Stdlib:
    content = json.loads((Path(__file__).parent / "data" / "stdlib.json").read_bytes())
    return Stdlib(
        frozenset(content["modules"]),
        _versions(content["added"].items()),
        _versions(content["removed"].items()),
        _version(content["newest"]),
    )


def _versions(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[int, int]]:
    return {name: _version(text) for name, text in pairs}


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
