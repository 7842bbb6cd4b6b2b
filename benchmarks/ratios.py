"""Figures of paired runs: ratios with their spread, and tables of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """What several runs gave."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Sum up one value or more."""
        return cls(statistics.median(values), min(values), max(values))

    def __format__(self, digits: str) -> str:
        """Format all three in the same way, such as ``.1f``."""
        middle, least, most = (format(v, digits) for v in (self.median, self.least, self.most))
        return f"{middle} ({least} to {most})"


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> Spread:
    """Compare run by run: two runs in turn share what else the machine had to do."""
    return Spread.of([their / our for their, our in zip(theirs, ours, strict=True)])


def sums(runs: Sequence[Sequence[float]]) -> list[float]:
    """Add up what several tools cost, run by run."""
    return [sum(run) for run in zip(*runs, strict=True)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table in Markdown that is also readable as text; figures are set to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [_line(head, widths), _line(rule, widths), *(_line(row, widths) for row in rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    laid = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(laid)} |"
