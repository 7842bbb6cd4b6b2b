"""Requirements (PyPA "Dependency specifiers"), in the normal form of the packaging library.

Nearly all are a name with a few plain specifiers and a comparison or two behind a semicolon.
Those are read here, for the library takes longer to load than it takes to judge a small wheel.
It reads all others, and says what is wrong with them.
"""

from typing import TYPE_CHECKING

from wheelcheck.distinfo.names import normal_name
from wheelcheck.distinfo.specifiers import plain_specifiers
from wheelcheck.expressions import expression
from wheelcheck.records import record

if TYPE_CHECKING:
    from packaging.markers import Marker

__all__ = ["Requirement", "read_requirement"]

_NAME = expression(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_EXTRAS = expression(r"[ \t]*\[([A-Za-z0-9,._ \t-]*)\]")
_TOKEN = expression(
    r"[ \t]*(?:([()])|(and|or)(?=[ \t(])"
    r"|([a-z_]+)[ \t]*([=!]=|[<>]=?)[ \t]*(['\"])([A-Za-z0-9._-]*)\5)"
)
_VARIABLES = {
    *("python_version", "python_full_version", "platform_python_implementation"),
    *("os_name", "sys_platform", "platform_machine", "platform_system", "implementation_name"),
    "extra",
}


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
    wanted, semicolon, condition = text.partition(";")
    name = _NAME.match(wanted)
    marker = _plain_marker(condition.strip(" \t")) if semicolon else None
    if name is None or (semicolon and marker is None):
        return None
    bracket = _EXTRAS.match(wanted, name.end())
    extras = [] if bracket is None else [extra.strip(" \t") for extra in bracket[1].split(",")]
    if not all(map(_NAME.fullmatch, extras)):
        return None
    clauses = wanted[(bracket or name).end() :].strip(" \t")
    if clauses.startswith("(") and clauses.endswith(")"):
        clauses = clauses[1:-1] or "?"
    specifiers = plain_specifiers(clauses) if clauses else ""
    if specifiers is None:
        return None
    chosen = f"[{','.join(sorted(set(extras)))}]" if extras else ""
    normal = f"{name[0]}{chosen}{specifiers}"
    return Requirement(name[0], marker, None, normal if marker is None else f"{normal}; {marker}")


def _plain_marker(text: str) -> str | None:
    """Return a marker of plain comparisons in its normal form; None if it is another.

    They may be in groups, but groups in none.
    """
    whole: list[str] = []
    group: list[str] | None = None
    complete = False
    at = 0
    while found := _TOKEN.match(text, at):
        bracket, word, variable, operator, _, value = found.groups()
        current = whole if group is None else group
        if bracket == "(" and not complete and group is None:
            group = []
        elif bracket == ")" and complete and group is not None:
            whole.append(group[0] if len(group) == 1 else f"({' '.join(group)})")
            group = None
        elif word and complete and text[at : at + 1] in {" ", "\t"}:
            current.append(word)
            complete = False
        elif variable in _VARIABLES and not complete:
            value = normal_name(value) if variable == "extra" else value
            current.append(f'{variable} {operator} "{value}"')
            complete = True
        else:
            return None
        at = found.end()
    if at < len(text) or not complete or group is not None:
        return None
    # One group is no group.
    return whole[0].strip("()") if len(whole) == 1 else " ".join(whole)


def _by_library(text: str) -> Requirement:
    from packaging.requirements import Requirement as Parsed

    parsed = Parsed(text)
    marker = None if parsed.marker is None else str(parsed.marker)
    return Requirement(parsed.name, marker, parsed.url, str(parsed))
