"""Which wheel of a release an installer chooses, for each Python on each platform."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from wheelcheck.audit import Grid, Served
from wheelcheck.records import record
from wheelcheck.release_set.pythons import Column, columns_named, preference, read_column
from wheelcheck.release_set.rows import ANY, platform_preference, row_sort_key, rows_of

__all__ = ["Candidate", "build_order", "make_grid"]

MOST_COLUMNS = 100
MOST_ROWS = 200


@record
class Candidate:
    """A wheel, as far as an installer's choice depends on it."""

    wheel: str
    """File name."""
    tags: tuple[str, ...]
    """Expanded."""
    build: str = ""


@record
class _Tag:
    """A single tag of a candidate."""

    text: str
    interpreter: str
    abi: str
    platform: str
    candidate: Candidate


def make_grid(
    candidates: Sequence[Candidate], expected: Mapping[str, Sequence[str]] | None = None
) -> Grid:
    """Return the grid of all Pythons and platforms that are tagged for, or expected.

    ``expected`` says which Pythons must be served on which platforms. Without
    it, a place is expected to be served if it is, or is a hole among its
    neighbours (:func:`_expected_by_neighbours`).
    """
    tags = [tag for candidate in candidates for tag in _tags(candidate)]
    by_row: dict[str, list[_Tag]] = defaultdict(list)
    for tag in tags:
        for row in rows_of(tag.platform):
            by_row[row].append(tag)
    for row in expected or ():
        by_row.setdefault(row, [])
    rows = sorted(by_row, key=row_sort_key)[:MOST_ROWS]
    columns = _columns(tags, expected or {})
    everywhere = by_row.get(ANY, [])
    cells = []
    for row in rows:
        here = by_row[row] if row == ANY else [*by_row[row], *everywhere]
        cells.append(tuple(_chosen(here, column) for column in columns))
    if expected is None:
        wanted = _expected_by_neighbours(columns, cells)
    else:
        wanted = tuple(
            tuple(str(column) in expected.get(row, ()) for column in columns) for row in rows
        )
    return Grid(tuple(map(str, columns)), tuple(rows), tuple(cells), wanted)


def _tags(candidate: Candidate) -> Iterable[_Tag]:
    for text in candidate.tags:
        interpreter, abi, platform = text.split("-", 2)
        yield _Tag(text, interpreter, abi, platform, candidate)


def _columns(tags: Sequence[_Tag], expected: Mapping[str, Sequence[str]]) -> list[Column]:
    """Return the Pythons that tags name; a tag for many names none unless it serves no other."""
    pairs = dict.fromkeys((tag.interpreter, tag.abi) for tag in tags)
    found = {column for pair in pairs if (column := columns_named(*pair)) is not None}
    named = (read_column(text) for texts in expected.values() for text in texts)
    found.update(column for column in named if column is not None)
    found = set(sorted(found, key=lambda c: c.sort_key)[:MOST_COLUMNS])
    for interpreter, abi in pairs:
        if not any(preference(interpreter, abi, column) for column in found):
            column = read_column(interpreter)
            if column is not None and len(found) < MOST_COLUMNS:
                found.add(column)
    return sorted(found, key=lambda c: c.sort_key)


def _chosen(tags: Iterable[_Tag], column: Column) -> Served | None:
    """Return the wheel that an installer on a new system takes, None if there is none."""
    ranked = []
    for tag in tags:
        python = preference(tag.interpreter, tag.abi, column)
        if python is not None:
            platform = platform_preference(tag.platform)
            ranked.append(((platform[0], python, platform), tag))
    if not ranked:
        return None
    first = min(rank for rank, _ in ranked)
    rivals = sorted((t for rank, t in ranked if rank == first), key=lambda t: t.candidate.wheel)
    tag = max(rivals, key=lambda t: build_order(t.candidate.build))
    return Served(tag.candidate.wheel, tag.text)


def build_order(build: str) -> tuple[int, str]:
    """Return what builds of a wheel are compared by: the higher is taken (PEP 427)."""
    digits = re.match(r"\d*", build)
    assert digits is not None
    return int(digits[0][:18] or -1), build[digits.end() :]


def _expected_by_neighbours(
    columns: Sequence[Column], cells: Sequence[Sequence[Served | None]]
) -> tuple[tuple[bool, ...], ...]:
    """Mark what is served, and each hole.

    A hole is a Python that some platform serves, and this one does not although
    it serves both an older and a newer version of the same build. What is missing
    at either end is as a rule meant: platforms come and go.
    """
    kinds: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for index, column in enumerate(columns):
        kinds[column.kind].append(index)
    rows = []
    for row in cells:
        wanted = [cell is not None for cell in row]
        for indexes in kinds.values():
            served = [k for k, index in enumerate(indexes) if row[index] is not None]
            if served:
                for index in indexes[served[0] : served[-1]]:
                    wanted[index] = True
        rows.append(tuple(wanted))
    return tuple(rows)
