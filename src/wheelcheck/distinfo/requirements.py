"""Requirements (PyPA "Dependency specifiers"), in the normal form of the packaging library.

Nearly all are a name with a few plain specifiers and a comparison or two behind a semicolon.
Those are read by one expression, for the library takes longer to load than it takes to judge a
small wheel. It reads all others, and says what is wrong with them.
"""

import re
from typing import TYPE_CHECKING

from wheelcheck.distinfo.names import normal_name
from wheelcheck.records import record

if TYPE_CHECKING:
    from packaging.markers import Marker

__all__ = ["Requirement", "read_requirement"]

_BLANK = r"[ \t]*"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NUMBERS = r"[0-9]+(?:\.[0-9]+)*"
_CLAUSE = (
    rf"(?:(?:==|!=){_BLANK}{_NUMBERS}\.\*|~={_BLANK}[0-9]+(?:\.[0-9]+)+"
    rf"|(?:>=|<=|<|>|==|!=){_BLANK}{_NUMBERS}(?:(?:a|b|rc)[0-9]+)?)"
)
_CLAUSES = rf"{_CLAUSE}(?:{_BLANK},{_BLANK}{_CLAUSE})*"
_VARIABLE = (
    "python_version|python_full_version|os_name|sys_platform|platform_machine|platform_system"
    "|platform_python_implementation|implementation_name|extra"
)
_VALUE = r"'[A-Za-z0-9._-]*'|\"[A-Za-z0-9._-]*\""
_COMPARISON = rf"(?:{_VARIABLE}){_BLANK}(?:==|!=|>=|<=|<|>){_BLANK}(?:{_VALUE})"
_TERM = rf"(?:{_COMPARISON}|\({_BLANK}{_COMPARISON}{_BLANK}\))"
_JOINED = rf"{_TERM}(?:[ \t]+(?:and|or)[ \t]+{_TERM})*"
_PLAIN = re.compile(
    rf"(?P<name>{_NAME}){_BLANK}(?:\[{_BLANK}(?P<extras>{_NAME}(?:{_BLANK},{_BLANK}{_NAME})*)"
    rf"{_BLANK}\]{_BLANK})?(?:\({_BLANK}(?P<inner>{_CLAUSES}){_BLANK}\)|(?P<clauses>{_CLAUSES}))?"
    rf"{_BLANK}(?:;{_BLANK}(?P<marker>{_JOINED}){_BLANK})?"
)
_MARKER = re.compile(
    rf"(?P<variable>{_VARIABLE}){_BLANK}(?P<operator>[=!<>]+){_BLANK}['\"](?P<value>[^'\"]*)['\"]"
    r"(?:[ \t]*\))?(?:[ \t]+(?P<word>and|or)[ \t]+)?"
)


@record
class Requirement:
    """What one value of Requires-Dist asks for."""

    name: str
    """As it is spelled there."""
    marker: str | None
    """When it counts."""
    url: str | None
    text: str
    """All of it."""

    def __str__(self) -> str:
        """Return it in its normal form."""
        return self.text

    def condition(self) -> "Marker | None":
        """Return the marker, ready to be evaluated."""
        from packaging.markers import Marker

        return None if self.marker is None else Marker(self.marker)


def read_requirement(text: str) -> Requirement:
    """Read a requirement.

    Raises:
        ValueError: it is none; the message says why.
    """
    return _plain(text) or _by_library(text)


def _plain(text: str) -> Requirement | None:
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    name = found["name"]
    extras = sorted(set(_items(found["extras"])))
    clauses = sorted(_items(found["inner"] or found["clauses"]))
    if len({clause.rstrip(".0") for clause in clauses}) < len(clauses):
        return None  # how equal ones become one is the library's to know
    marker = None if found["marker"] is None else _normal_marker(found["marker"])
    normal = name + (f"[{','.join(extras)}]" if extras else "") + ",".join(clauses)
    return Requirement(name, marker, None, normal if marker is None else f"{normal}; {marker}")


def _items(text: str | None) -> list[str]:
    return [] if text is None else ["".join(item.split()) for item in text.split(",")]


def _normal_marker(text: str) -> str:
    words: list[str] = []
    for found in _MARKER.finditer(text):
        variable, value = found["variable"], found["value"]
        if variable == "extra":
            value = normal_name(value)
        words += [variable, found["operator"], f'"{value}"']
        if found["word"]:
            words.append(found["word"])
    return " ".join(words)


def _by_library(text: str) -> Requirement:
    from packaging.requirements import Requirement as Parsed

    parsed = Parsed(text)
    marker = None if parsed.marker is None else str(parsed.marker)
    return Requirement(parsed.name, marker, parsed.url, str(parsed))
