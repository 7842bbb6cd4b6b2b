"""WC907: Requires-Python admits Pythons older than the abi3 wheels, and no wheel serves them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from wheelcheck.distinfo.specifiers import read_specifiers
from wheelcheck.findings import Confidence, Report, Severity
from wheelcheck.platforms.promises import Flavour, promise
from wheelcheck.release_set.pythons import Column, preference
from wheelcheck.release_set.rows import ANY, row_sort_key, rows_of
from wheelcheck.rules.python_versions import LATEST_MINOR, admits, too_many
from wheelcheck.rules.registry import Effect, Family, Hit, ReleaseSubject, Rule

if TYPE_CHECKING:
    from wheelcheck.distinfo.specifiers import Specifiers
    from wheelcheck.release_set.grid import Candidate

__all__ = ["RULE"]

_FIRST_MINOR = 2
"""The stable ABI came with Python 3.2."""
_MOST_NAMED = 4

_Pair = tuple[str, str]
"""Interpreter and ABI of a tag."""


def _check(subject: ReleaseSubject) -> Iterator[Hit]:
    tagged = _tagged(subject.candidates)
    lacking: dict[tuple[str, tuple[int, ...]], dict[str, set[str]]] = {}
    for report in subject.newest:
        wanted, floor = _wanted(report), _floor(report)
        if wanted is None or floor is None:
            continue
        admitted = [m for m in range(_FIRST_MINOR, floor) if admits(wanted, (3, m))]
        for row in {row for tag in report.tags for row in rows_of(tag.split("-", 2)[2])}:
            pairs = tagged.get(row, set()) | tagged.get(ANY, set())
            missing = tuple(minor for minor in admitted if not _served(minor, pairs))
            if missing:
                places = lacking.setdefault((str(wanted), missing), defaultdict(set))
                places[row].add(report.wheel)
    alone = len(subject.reports) == 1
    for (text, missing), found in sorted(lacking.items()):
        rows = sorted(found, key=row_sort_key)
        wheels = set[str]().union(*found.values())
        pythons = [f"3.{minor}" for minor in missing]
        more = f" and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else ""
        yield Hit(
            f"Requires-Python {text} admits Python {_in_short(pythons)}, which no wheel serves on "
            f"{', '.join(rows[:_MOST_NAMED])}{more}",
            evidence={
                "requires_python": (text,),
                "python": tuple(pythons),
                "platform": tuple(rows),
            },
            # Another wheel of the release may serve them, though it was not given.
            confidence=Confidence.LOW if alone else None,
            wheel=wheels.pop() if len(wheels) == 1 else None,
        )


def _tagged(candidates: "Iterable[Candidate]") -> Mapping[str, set[_Pair]]:
    """Return what the wheels of a release are tagged for on each platform."""
    found: dict[str, set[_Pair]] = defaultdict(set)
    for candidate in candidates:
        for tag in candidate.tags:
            interpreter, abi, platform = tag.split("-", 2)
            for row in rows_of(platform):
                found[row].add((interpreter, abi))
    return found


def _served(minor: int, pairs: Iterable[_Pair]) -> bool:
    column = Column("cp", 3, minor)
    return any(preference(interpreter, abi, column) for interpreter, abi in pairs)


def _wanted(report: Report) -> "Specifiers | None":
    [text] = report.metadata.get("Requires-Python", ())[:1] or [None]
    try:
        wanted = None if text is None else read_specifiers(text)
    except ValueError:
        return None
    return None if wanted is None or too_many(wanted) else wanted


def _floor(report: Report) -> int | None:
    """Return the minor version that a wheel begins at; None if it is not for the stable ABI."""
    from wheelcheck.distinfo.tag_sets import Tag

    promises = [promise(Tag(*tag.split("-", 2))) for tag in report.tags]
    floors = [
        python.version[1]
        for python in promises
        if python.flavour in {Flavour.ABI3, Flavour.ABI3T} and python.version is not None
        if python.version[0] == 3  # noqa: PLR2004 - the major version of Python
    ]
    return min(*floors, LATEST_MINOR) if floors and len(floors) == len(promises) else None


def _in_short(pythons: list[str]) -> str:
    """Name versions of Python; there is no gap worth telling between the first and the last."""
    return pythons[0] if len(pythons) == 1 else f"{pythons[0]} to {pythons[-1]}"


RULE = Rule(
    code="WC907",
    name="unserved-older-python",
    family=Family.RELEASE,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.INSTALL,
    summary="Requires-Python admits Pythons older than the abi3 wheels, which no wheel serves.",
    why=(
        "Installers ask Requires-Python first. Where it reaches below the floor of an abi3 wheel, "
        "older Pythons choose this release instead of an older one that has wheels for them, find "
        "none that fits, and try to build from source."
    ),
    example="pkg-1.0-cp39-abi3-win_amd64.whl with `Requires-Python: >=3.8`, and no wheel for 3.8.",
    fix=(
        "Raise requires-python, or build for the oldest Python that it admits (an own wheel for "
        "the older ones will do, too). A call that is meant for one wheel of many says "
        "--ignore WC907."
    ),
    since="0.1.0",
    check=_check,
    references=("PyPA: Core metadata specifications, Requires-Python", "PEP 425: Python Tag"),
)
