"""Reports as text for a person.

One wheel is shown with what it is. Of several, what is wrong comes first, put together over the
wheels; then a line for each wheel, the grid of each release, and the sum. ``Level.VERBOSE`` shows
each wheel by itself with all there is.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from wheelcheck.audit import Audit, Release
from wheelcheck.findings import NotChecked, Outcome, Report, Severity
from wheelcheck.report.edges import make_graph
from wheelcheck.report.finding_groups import group_findings
from wheelcheck.report.grid import HOLE, grid_legend, grid_rows, shows_grid
from wheelcheck.report.look import Level, Look
from wheelcheck.report.styled import BLANK, Line, Span, Style, line, lines_text, strong
from wheelcheck.report.summary import summary_line
from wheelcheck.report.text_findings import finding_lines
from wheelcheck.report.text_wheel import fact_lines, headline, list_lines
from wheelcheck.report.trees import Drawing, draw

__all__ = ["render_text"]

_PLAIN = Look()
_MOST_TREE_LINES = 40
_MOST_UNCHECKED = 3


def render_text(audit: Audit, look: Look = _PLAIN) -> str:
    """Return the text, with a line end; empty for ``Level.SILENT``."""
    return "" if look.level is Level.SILENT else lines_text(_lines(audit, look), look)


def _lines(audit: Audit, look: Look) -> Iterator[Line]:
    if look.level is Level.QUIET:
        yield from _quiet(audit, look.least)
    elif look.level is Level.VERBOSE or len(audit.reports) == 1:
        for report in audit.reports:
            yield from _alone(report, look)
            yield BLANK
        yield from _ended(finding_lines(group_findings(audit.releases), places=True))
    elif audit.reports:
        yield from _together(audit)
    if look.level is not Level.QUIET:
        yield from _grids(audit.releases)
    yield _summary(audit)


def _quiet(audit: Audit, least: Severity) -> Iterator[Line]:
    """Yield only what decides the exit status."""
    for report in audit.reports:
        if report.error is not None:
            yield from _unreadable(report)
    places = len(audit.reports) > 1
    groups = group_findings(audit.judged, least)
    if groups and not places:
        yield headline(audit.reports[0])
    yield from _ended(finding_lines(groups, indent=0 if places else 2, places=places))


def _alone(report: Report, look: Look) -> Iterator[Line]:
    """Yield all that is to say of one wheel."""
    if report.error is not None:
        yield from _unreadable(report)
        return
    everything = look.level is Level.VERBOSE
    yield headline(report)
    yield from fact_lines(report, everything=everything)
    yield from finding_lines(group_findings([report]), indent=2, everything=everything)
    yield from _tree(report, look)
    unchecked = [(item, 1) for item in report.not_checked]
    yield from _not_checked(unchecked, 2, everything=everything)
    if everything and report.ignored:
        yield BLANK
        yield line(2, "ignored:")
        for item in report.ignored:
            about = f" {item.member}" if item.member else ""
            yield line(4, f"{item.code} {item.name}{about} (by {', '.join(item.by)})")


def _together(audit: Audit) -> Iterator[Line]:
    """Yield what is wrong over all wheels, then a line for each."""
    unreadable = [report for report in audit.reports if report.error is not None]
    for report in unreadable:
        yield from _unreadable(report)
    yield from islice(
        finding_lines(group_findings(audit.judged), places=True), 0 if unreadable else 1, None
    )
    counted: dict[NotChecked, int] = {}
    for report in audit.reports:
        for item in report.not_checked:
            counted[item] = counted.get(item, 0) + 1
    yield from _not_checked(list(counted.items()), 0, everything=False)
    if next(audit.findings, None) is not None or unreadable or counted:
        yield BLANK
    yield from list_lines(audit.reports)
    yield BLANK


def _ended(lines: Iterator[Line]) -> Iterator[Line]:
    """Turn the blank line before each group into one behind it."""
    first = next(lines, None)
    if first is not None:
        yield from lines
        yield BLANK


def _unreadable(report: Report) -> Iterator[Line]:
    yield headline(report)
    yield line(2, ("error", Style.ERROR), f"  {report.error}")


def _tree(report: Report, look: Look) -> Iterator[Line]:
    """Draw the graph: all of it, or what explains that a library is missing."""
    everything = look.level is Level.VERBOSE
    graph = make_graph(report)
    drawing = Drawing(unicode=look.unicode, everything=everything, indent=2)
    only = None if everything else graph.leading_to(Outcome.MISSING)
    drawn = draw(graph, report.binaries, drawing, only=only)
    shown = list(islice(drawn, None if everything else _MOST_TREE_LINES))
    if shown:
        yield BLANK
        yield from shown
        if rest := sum(1 for _ in drawn):
            yield line(2, f"... {rest} more lines (`wheelcheck tree` shows all)")


def _not_checked(
    items: list[tuple[NotChecked, int]], indent: int, *, everything: bool
) -> Iterator[Line]:
    if not items:
        return
    yield BLANK
    yield line(indent, "not checked:")
    most = len(items) if everything else _MOST_UNCHECKED
    for item, number in items[:most]:
        where = f" (in {number} wheels)" if number > 1 else ""
        yield line(indent + 2, f"{item.subject}: {item.reason}{where}")
    if len(items) > most:
        yield line(indent + 2, f"... {len(items) - most} more (-v shows all)")


def _grids(releases: Iterable[Release]) -> Iterator[Line]:
    """Draw the grid of each release of several wheels, and say once what the words mean."""
    legend: dict[str, str] = {}
    for release in releases:
        if shows_grid(release):
            yield line(0, "release ", strong(release.project), f" {', '.join(release.versions)}")
            yield from _grid(grid_rows(release))
            yield BLANK
            legend |= grid_legend(release)
    if legend:
        text = "; ".join(f"{word}: {meaning}" for word, meaning in legend.items())
        yield line(0, (text, Style.FAINT))
        yield BLANK


def _grid(rows: list[list[str]]) -> Iterator[Line]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        last = max(i for i, cell in enumerate(row) if cell or i == 0)
        cells: list[Span] = []
        for i, (cell, width) in enumerate(zip(row[: last + 1], widths, strict=False)):
            text = cell if i == last else f"{cell:<{width}}  "
            cells.append((text, Style.ERROR) if cell == HOLE else text)
        yield line(2, *cells)


def _summary(audit: Audit) -> Line:
    style = Style.GOOD
    if audit.unreadable or audit.at_least(Severity.ERROR):
        style = Style.ERROR
    elif audit.at_least(Severity.WARNING):
        style = Style.WARNING
    return line(0, (summary_line(audit), style))
