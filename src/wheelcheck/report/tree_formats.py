"""The formats that a dependency graph can have: the one table of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.findings import Report
    from wheelcheck.report.look import Look

__all__ = ["TREE_FORMATS", "TreeRenderer"]

TreeRenderer = Callable[[Sequence["Report"], "Look"], str | Iterator[str]]


def _text(reports: Sequence["Report"], look: "Look") -> str:
    from wheelcheck.report.tree_text import render_tree

    return render_tree(reports, look)


def _dot(reports: Sequence["Report"], _look: "Look") -> str:
    from wheelcheck.report.dot import render_dot

    return render_dot(reports)


def _mermaid(reports: Sequence["Report"], _look: "Look") -> str:
    from wheelcheck.report.mermaid import render_mermaid

    return render_mermaid(reports)


def _json(reports: Sequence["Report"], _look: "Look") -> Iterator[str]:
    from wheelcheck.report.json import render_graph_json

    return render_graph_json(reports)


TREE_FORMATS: Mapping[str, TreeRenderer] = {
    "text": _text,
    "dot": _dot,
    "mermaid": _mermaid,
    "json": _json,
}
