"""Dependency graphs as text for a person, with the reason of each edge."""

from collections.abc import Iterator, Sequence

from wheelcheck.findings import Outcome, Report
from wheelcheck.quantities import plural
from wheelcheck.report.edges import make_graph
from wheelcheck.report.look import Level, Look
from wheelcheck.report.styled import BLANK, Line, Style, line, lines_text, strong
from wheelcheck.report.trees import Drawing, draw

__all__ = ["render_tree"]


def render_tree(reports: Sequence[Report], look: Look) -> str:
    """Return the trees of each wheel, with a line end.

    ``Level.VERBOSE`` adds the places that were searched, ``Level.QUIET`` shows only what leads to
    a missing library.
    """
    if look.level is Level.SILENT:
        return ""
    lines: list[Line] = []
    for report in reports:
        lines += [BLANK] * bool(lines) + list(_lines(report, look))
    return lines_text(lines, look)


def _lines(report: Report, look: Look) -> Iterator[Line]:
    if report.error is not None:
        yield line(0, strong(report.wheel), ": ", ("cannot be read", Style.ERROR))
        yield line(2, ("error", Style.ERROR), f"  {report.error}")
        return
    yield line(0, strong(report.wheel), f": {_count(report)}")
    graph = make_graph(report)
    drawing = Drawing(
        unicode=look.unicode, reasons=True, everything=look.level is Level.VERBOSE, indent=2
    )
    only = graph.leading_to(Outcome.MISSING) if look.level is Level.QUIET else None
    yield from draw(graph, report.binaries, drawing, only=only)


def _count(report: Report) -> str:
    """Return e.g. ``1 native object, 3 imports: 1 missing, 2 system``."""
    if not report.binaries:
        return "no native code" if not report.not_checked else "no native code that could be read"
    found = plural(len(report.binaries), "native object")
    imports = [need for needs in make_graph(report).needs.values() for need in needs]
    ends = [(o, sum(need.outcome is o for need in imports)) for o in reversed(Outcome)]
    counted = ", ".join(f"{number} {outcome}" for outcome, number in ends if number)
    return f"{found}, {plural(len(imports), 'import')}{counted and f': {counted}'}"
