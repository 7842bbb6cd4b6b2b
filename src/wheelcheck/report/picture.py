"""A dependency graph as boxes and arrows, for programs that draw such."""

from collections.abc import Sequence

from wheelcheck.findings import Outcome, Report
from wheelcheck.records import record
from wheelcheck.report.edges import Need, make_graph

__all__ = ["Arrow", "Box", "Picture", "make_picture"]

_API_SETS = "API sets"


@record
class Box:
    """A member of a wheel, or a library that somebody else supplies."""

    key: str
    """A name for the program that draws: ``n`` and a number."""
    label: str
    outcome: Outcome
    """``wheel`` for members."""
    reason: str = ""
    """Why a library outside ends here."""


@record
class Arrow:
    """What needs what."""

    tail: str
    head: str
    outcome: Outcome
    label: str


@record
class Picture:
    """All boxes and arrows of one wheel."""

    wheel: str
    members: tuple[Box, ...]
    outside: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int
    """How many more imports there are than can be drawn."""


def make_picture(report: Report, first: int, most: int) -> Picture:
    """Return the picture of a wheel; ``first`` numbers its first box, ``most`` limits the arrows.

    What is missing and what is in the wheel comes before what systems supply.
    """
    needs = [
        (importer, need) for importer, found in make_graph(report).needs.items() for need in found
    ]
    needs.sort(key=lambda pair: pair[1].outcome not in {Outcome.MISSING, Outcome.WHEEL})
    drawn = needs[:most]
    members = dict.fromkeys(binary.member for binary in report.binaries[:most])
    for importer, need in drawn:
        members[importer] = None
        if need.target is not None:
            members[need.target] = None
    keys = {member: f"n{first + i}" for i, member in enumerate(members)}
    boxes = tuple(Box(key, member, Outcome.WHEEL) for member, key in keys.items())
    outside: dict[tuple[str, str], Box] = {}
    arrows: dict[Arrow, None] = {}
    for importer, need in drawn:
        label = "" if need.kind == "regular" else need.kind
        if need.target is not None:
            head = keys[need.target]
            label = f"{need.reason} [{label}]" if label else need.reason
        else:
            box = Box(
                f"n{first + len(keys) + len(outside)}", _name(need), need.outcome, need.reason
            )
            head = outside.setdefault((box.label, box.reason), box).key
        arrows[Arrow(keys[importer], head, need.outcome, label)] = None
    return Picture(
        report.wheel, boxes, tuple(outside.values()), tuple(arrows), len(needs) - len(drawn)
    )


def _name(need: Need) -> str:
    return _API_SETS if need.is_api_set and need.outcome is Outcome.SYSTEM else need.library


def make_pictures(reports: Sequence[Report], most: int) -> list[Picture]:
    """Return the pictures of all wheels that can be read; ``most`` limits the arrows of all."""
    pictures: list[Picture] = []
    boxes = 0
    for report in reports:
        if report.error is None:
            picture = make_picture(report, boxes, most)
            boxes += len(picture.members) + len(picture.outside)
            most -= len(picture.arrows)
            pictures.append(picture)
    return pictures
