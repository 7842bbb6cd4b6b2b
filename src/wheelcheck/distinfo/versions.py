"""Versions of distributions (PyPA "Version specifiers").

Nearly all are plain numbers, which are compared here. All others are the packaging library's to
read: on new Pythons it imports ``inspect``, a tenth of the time of a small wheel.
"""

from typing import TYPE_CHECKING

from wheelcheck.expressions import expression

if TYPE_CHECKING:
    from packaging.version import Version as Parsed

__all__ = ["Version", "read_version"]

_PLAIN = expression(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")


class Version:
    """A version in its normal form; equal to others that mean the same."""

    __slots__ = ("_numbers", "_text")

    def __init__(self, text: str, numbers: tuple[int, ...] | None) -> None:
        """Keep the normal form, and its numbers without zeros at the end, if they are all of it."""
        self._text = text
        self._numbers = numbers

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Version {self._text}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        if self._numbers is None and other._numbers is None:
            return self._parsed() == other._parsed()
        return self._numbers == other._numbers

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        if self._numbers is None or other._numbers is None:
            return self._parsed() < other._parsed()
        return self._numbers < other._numbers

    def __hash__(self) -> int:
        return hash(self._parsed() if self._numbers is None else self._numbers)

    @property
    def local(self) -> str | None:
        """What stands behind a ``+``, for versions that are no index's."""
        return self._text.partition("+")[2] or None

    @property
    def public(self) -> "Version":
        """The version without that."""
        return self if self.local is None else read_version(self._text.partition("+")[0])

    def _parsed(self) -> "Parsed":
        from packaging.version import Version as Parsed

        return Parsed(self._text)


def read_version(text: str) -> Version:
    """Read a version.

    Raises:
        ValueError: it is none.
    """
    if not _PLAIN.fullmatch(text):
        from packaging.version import Version as Parsed

        normal = str(Parsed(text))
        if not _PLAIN.fullmatch(normal):
            return Version(normal, None)
        text = normal
    numbers = [int(part) for part in text.split(".")]
    normal = ".".join(map(str, numbers))
    while numbers and not numbers[-1]:
        numbers.pop()
    return Version(normal, tuple(numbers))
