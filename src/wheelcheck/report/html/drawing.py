"""A wheel's dependency graph as inline SVG, and the same as a table."""

from collections.abc import Iterator
from itertools import count

from wheelcheck.findings import Dependency, Outcome, Report
from wheelcheck.quantities import plural
from wheelcheck.report.html.dom import Html, element
from wheelcheck.report.html.graph import Graph, Node, graph_of
from wheelcheck.report.html.layout import BOX_HEIGHT, Box, Layout, Path, lay_out

__all__ = ["dependencies"]

_FITS = 1040
"""So wide is the page's column; what is a little wider is made to fit."""
_LONGEST_LABEL = 30
_LONGEST_NOTE = 34
_MOST_ROWS = 150
_MOST_NAMES = 30
_ORDER = {Outcome.MISSING: 0, Outcome.WHEEL: 1}
_SPEECH = {
    Outcome.WHEEL: "in the wheel",
    Outcome.SYSTEM: "system",
    Outcome.PYTHON: "Python",
    Outcome.DRIVER: "driver",
    Outcome.EXCLUDED: "excluded",
    Outcome.MISSING: "missing",
}


def dependencies(report: Report, number: int) -> Html | None:
    """Return picture and table of a wheel's dependencies; None if it has none."""
    graph = graph_of(report)
    if graph is None:
        return None
    caption = _caption(report, graph)
    return element(
        "figure",
        element(
            "div",
            _svg(graph, lay_out(graph), number, caption),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label=f"Dependency graph of {report.wheel}",
        ),
        element("figcaption", caption),
        element(
            "details",
            element("summary", "The same as a table"),
            _table(report),
        ),
        class_="graph",
    )


def _caption(report: Report, graph: Graph) -> str:
    """Say in words what the picture says."""
    missing = sorted({d.library for d in report.dependencies if d.outcome is Outcome.MISSING})
    supplied = {d.library for d in report.dependencies if d.outcome not in _ORDER}
    parts = [
        plural(len(report.binaries), "native object"),
        plural(len(missing), "missing library", "missing libraries"),
        f"{plural(len(supplied), 'library', 'libraries')} of system or Python",
    ]
    text = ", ".join(parts) + "."
    if not any(node.kind == "supplied" for node in graph.nodes) and supplied:
        text += " What the system and Python supply is not drawn."
    if graph.left_out:
        text += f" {plural(graph.left_out, 'object')} more than can be drawn."
    return text


def _svg(graph: Graph, layout: Layout, number: int, caption: str) -> Html:
    width, height = round(layout.width), round(layout.height)
    return element(
        "svg",
        element("title", "Dependency graph", id=f"graph-{number}-title"),
        element("desc", caption, id=f"graph-{number}-desc"),
        map(_path, layout.paths),
        map(_node, graph.nodes, layout.boxes, count()),
        viewbox=f"0 0 {width} {height}",
        width=width,
        height=height,
        class_="wide" if _FITS < width <= _FITS * 1.4 else None,
        role="img",
        aria_labelledby=f"graph-{number}-title graph-{number}-desc",
    )


def _path(path: Path) -> Html:
    (x, y), *rest = path.points
    turned = path.line.kind != "supplied" and path.points[0][0] >= path.points[-1][0] - 1
    parts = [f"M{x:.0f} {y:.0f}"]
    for i, (to_x, to_y) in enumerate(rest):
        if turned:
            bow = max(x, to_x) + 34
            parts.append(f"C{bow:.0f} {y:.0f} {bow:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}")
        elif i % 2:
            parts.append(f"H{to_x:.0f}")
        else:
            half = (x + to_x) / 2
            parts.append(f"C{half:.0f} {y:.0f} {half:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}")
        x, y = to_x, to_y
    return element(
        "path",
        d="".join(parts),
        class_=f"line {path.line.kind}",
        data_from=path.line.source,
        data_to=path.line.target,
    )


def _node(node: Node, box: Box, index: int) -> Html:
    names = list(node.names[:_MOST_NAMES])
    if len(node.names) > _MOST_NAMES:
        names.append(f"and {len(node.names) - _MOST_NAMES} more")
    return element(
        "g",
        element("title", "\n".join(names)),
        element("rect", x=f"{box.x:.0f}", y=f"{box.y:.0f}", width=f"{box.width:.0f}",
                height=BOX_HEIGHT, rx=8),
        element("text", _cut(node.label, _LONGEST_LABEL), x=f"{box.x + 13:.0f}",
                y=f"{box.y + 19:.0f}", class_="label"),
        element("text", _cut(node.note, _LONGEST_NOTE), x=f"{box.x + 13:.0f}",
                y=f"{box.y + 34:.0f}", class_="note"),
        class_=f"node {node.kind}",
        data_node=index,
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    """Leave out the middle: names differ at both ends."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}…{text[-(most - most // 2 - 1) :]}"


def _table(report: Report) -> Html:
    edges = sorted(report.dependencies, key=lambda d: _ORDER.get(d.outcome, 2))
    head = element(
        "tr", *(element("th", t, scope="col") for t in ("Object", "Needs", "Found", "Why"))
    )
    body = [element("tr", *_cells(edge)) for edge in edges[:_MOST_ROWS]]
    rest = len(edges) - _MOST_ROWS
    return element(
        "div",
        element(
            "table",
            element("caption", f"Imports of {report.wheel}", class_="hidden"),
            element("thead", head),
            element("tbody", body),
        ),
        element("p", f"{rest} more imports are not shown; JSON has all of them.")
        if rest > 0
        else None,
        class_="scroll",
    )


def _cells(edge: Dependency) -> Iterator[Html]:
    kind = "" if edge.kind == "regular" else f" ({edge.kind})"
    slice_ = f" ({edge.arch})" if edge.arch else ""
    yield element("th", element("code", edge.importer), slice_, scope="row")
    yield element("td", element("code", edge.library), kind)
    yield element("td", _SPEECH[edge.outcome], class_=f"outcome {edge.outcome}")
    yield element("td", edge.reason)
