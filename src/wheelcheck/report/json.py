"""Reports as one JSON document, described by ``schema.json`` beside this file.

A call may find hundreds of thousands of things, so a document is written as it is made.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from wheelcheck._version import __version__
from wheelcheck.audit import Audit
from wheelcheck.comparing.model import Difference
from wheelcheck.findings import SCHEMA_VERSION, Report, Severity, plain
from wheelcheck.records import replace
from wheelcheck.report.json_pieces import json_pieces
from wheelcheck.report.schemas import GRAPH_KEYS

__all__ = ["about_all", "render_difference_json", "render_graph_json", "render_json"]


_LONG = ("binaries", "dependencies", "findings", "not_checked", "ignored")


def render_json(audit: Audit) -> Iterator[str]:
    """Yield the pieces of the document, with a line end."""
    common = about_all(audit)
    heads = ("schema_version", "wheelcheck", "summary")
    head = {key: common.pop(key) for key in heads}
    return json_pieces({**head, "wheels": map(_wheel, audit.reports), **common})


def _wheel(report: Report) -> dict[str, Any]:
    """Return what ``to_dict`` does, with iterators for the lists that may be long."""
    none: dict[str, Any] = dict.fromkeys(_LONG, ())
    short = replace(report, **none).to_dict()
    long = {key: map(plain, getattr(report, key)) for key in _LONG}
    return {**short, "status": str(report.status), **long}


def about_all(audit: Audit) -> dict[str, Any]:
    """Return the document without its wheels."""
    return {
        "schema_version": SCHEMA_VERSION,
        "wheelcheck": __version__,
        "summary": {
            "wheels": len(audit.reports),
            "unreadable": audit.unreadable,
            **{f"{severity}s": audit.count(severity) for severity in reversed(Severity)},
        },
        "releases": [release.to_dict() for release in audit.releases],
        "skipped": [{"path": s.path, "reason": s.reason} for s in audit.skipped],
    }


def render_graph_json(reports: Sequence[Report]) -> Iterator[str]:
    """Yield the pieces of a document with the native objects of each wheel and what they need.

    Its entries are those of the same names in the document of :func:`render_json`.
    """
    wholes = map(_wheel, reports)
    return json_pieces(
        {
            "schema_version": SCHEMA_VERSION,
            "wheelcheck": __version__,
            "wheels": ({key: whole[key] for key in GRAPH_KEYS} for whole in wholes),
        }
    )


def render_difference_json(difference: Difference) -> Iterator[str]:
    """Yield the pieces of a document with all that is different."""
    head = {"schema_version": SCHEMA_VERSION, "wheelcheck": __version__}
    return json_pieces({**head, **difference.to_dict()})
