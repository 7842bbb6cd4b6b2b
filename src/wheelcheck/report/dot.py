"""Dependency graphs in the language of Graphviz."""

from collections.abc import Iterator, Sequence

from wheelcheck.findings import Outcome, Report
from wheelcheck.report.escapes import safe
from wheelcheck.report.picture import Arrow, Box, make_pictures

__all__ = ["render_dot"]

_MOST_ARROWS = 4000
_LOOKS = {
    Outcome.MISSING: ', color="red", fontcolor="red", penwidth=2',
    Outcome.SYSTEM: ', color="gray", style="dashed"',
    Outcome.PYTHON: ', color="blue", style="dashed"',
    Outcome.DRIVER: ', color="purple", style="dashed"',
    Outcome.EXCLUDED: ', color="orange", style="dashed"',
}


def render_dot(reports: Sequence[Report]) -> str:
    """Return one graph with a cluster for each wheel, with a line end."""
    return "\n".join(["digraph wheelcheck {", *_body(reports), "}"]) + "\n"


def _body(reports: Sequence[Report]) -> Iterator[str]:
    yield '  rankdir="LR"'
    yield '  node [shape="box", fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif", fontsize=9]'
    for report in reports:
        if report.error is not None:
            yield f"  // {safe(report.wheel)}: cannot be read"
    for number, picture in enumerate(make_pictures(reports, _MOST_ARROWS)):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(picture.wheel)}"
        yield from (f"  {_box(box)}" for box in picture.members)
        yield "  }"
        yield from map(_box, picture.outside)
        yield from map(_arrow, picture.arrows)
        if picture.left_out:
            text = f"{picture.left_out} more imports are not drawn"
            yield f'  note_{number} [shape="note", label={_quoted(text)}]'


def _box(box: Box) -> str:
    if box.outcome is Outcome.WHEEL:
        return f"  {box.key} [label={_quoted(box.label)}]"
    end = "MISSING" if box.outcome is Outcome.MISSING else str(box.outcome)
    label = _quoted(box.label, f"{end}: {box.reason}")
    return f"  {box.key} [label={label}{_LOOKS[box.outcome]}]"


def _arrow(arrow: Arrow) -> str:
    color = ', color="red"' if arrow.outcome is Outcome.MISSING else ""
    return f"  {arrow.tail} -> {arrow.head} [label={_quoted(arrow.label)}{color}]"


def _quoted(*lines: str) -> str:
    """Return a label that Graphviz shows as it is, for backslash and ampersand mean something."""
    texts = (
        safe(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for text in lines
    )
    return '"' + "\\n".join(texts) + '"'
