"""Version specifiers (PyPA "Version specifiers"), as Requires-Python has them.

Nearly all are a few comparisons with plain numbers. Those are made here, for the packaging
library takes longer to load than it takes to judge a small wheel. It is asked for all others.
"""

import re
from collections.abc import Iterator
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from wheelcheck.records import record

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

__all__ = ["PlainSpecifier", "PlainSpecifiers", "Specifiers", "plain_specifiers", "read_specifiers"]

# Of numbers that are too long Python makes no integers.
_NUMBERS = r"[0-9]{1,9}(?:\.[0-9]{1,9})"
_RELEASE = re.compile(rf"{_NUMBERS}*")
_PLAIN = re.compile(
    rf"[ \t]*(?:(==|!=)[ \t]*({_NUMBERS}*\.\*)|(>=|<=|<|>|==|!=)[ \t]*({_NUMBERS}*)"
    rf"|(~=)[ \t]*({_NUMBERS}+))[ \t]*"
)
_COMPARED = {">=": ge, "<=": le, ">": gt, "<": lt}
_ANY = ".*"


@record
class PlainSpecifier:
    """A comparison with plain numbers, of which the last may be ``*``."""

    operator: str
    version: str

    def __str__(self) -> str:
        """Return it without blanks."""
        return self.operator + self.version

    def admits(self, release: tuple[int, ...]) -> bool:
        """Tell whether it holds for a release."""
        numbers = _numbers(self.version.removesuffix(_ANY))
        if self.operator in _COMPARED:
            return bool(_COMPARED[self.operator](_stripped(release), _stripped(numbers)))
        if self.operator == "~=":
            return _stripped(release) >= _stripped(numbers) and _begins(release, numbers[:-1])
        if self.version.endswith(_ANY):
            equal = _begins(release, numbers)
        else:
            equal = _stripped(release) == _stripped(numbers)
        return equal is (self.operator == "==")


@record
class PlainSpecifiers:
    """Comparisons that must all hold, sorted."""

    parts: tuple[PlainSpecifier, ...]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.parts)

    def __iter__(self) -> Iterator[PlainSpecifier]:
        """Return one after the other."""
        return iter(self.parts)

    def __str__(self) -> str:
        """Return them without blanks."""
        return ",".join(map(str, self.parts))

    def contains(self, item: str, prereleases: bool | None = None) -> bool:  # noqa: FBT001 (as in packaging)
        """Tell whether a version is admitted."""
        if not _RELEASE.fullmatch(item):
            from packaging.specifiers import SpecifierSet

            return SpecifierSet(str(self)).contains(item, prereleases=prereleases)
        release = _numbers(item)
        return all(part.admits(release) for part in self.parts)


if TYPE_CHECKING:
    Specifiers = PlainSpecifiers | SpecifierSet


def read_specifiers(text: str) -> "Specifiers":
    """Read specifiers.

    Raises:
        ValueError: they are none.
    """
    plain = plain_specifiers(text)
    if plain is not None:
        return plain
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(text)


def plain_specifiers(text: str) -> PlainSpecifiers | None:
    """Read specifiers that compare with plain numbers; None if they are others."""
    parts = [_PLAIN.fullmatch(part) for part in text.split(",")]
    found = [PlainSpecifier(*filter(None, part.groups())) for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    # Of equal ones the first counts.
    distinct: dict[object, PlainSpecifier] = {}
    for specifier in sorted(found, key=str):
        distinct.setdefault((specifier.operator, _meaning(specifier)), specifier)
    return PlainSpecifiers(tuple(distinct.values()))


def _meaning(specifier: PlainSpecifier) -> object:
    if specifier.version.endswith(_ANY):
        return specifier.version
    numbers = _numbers(specifier.version)
    return numbers if specifier.operator == "~=" else _stripped(numbers)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _stripped(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return them without zeros at the end, which mean nothing."""
    end = len(numbers)
    while end and not numbers[end - 1]:
        end -= 1
    return numbers[:end]


def _begins(release: tuple[int, ...], numbers: tuple[int, ...]) -> bool:
    padded = release + (0,) * (len(numbers) - len(release))
    return padded[: len(numbers)] == numbers
