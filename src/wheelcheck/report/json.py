"""Reports as one JSON document, described by ``schema.json`` beside this file."""

import json
from collections.abc import Sequence
from typing import Any

from wheelcheck import __version__
from wheelcheck.audit import Audit
from wheelcheck.comparing.model import Difference
from wheelcheck.findings import SCHEMA_VERSION, Report, Severity

__all__ = ["about_all", "render_difference_json", "render_graph_json", "render_json"]


def render_json(audit: Audit) -> str:
    """Return the document, with a line end."""
    common = about_all(audit)
    heads = ("schema_version", "wheelcheck", "summary")
    head = {key: common.pop(key) for key in heads}
    wheels = [report.to_dict() for report in audit.reports]
    return _dumped({**head, "wheels": wheels, **common})


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


def render_graph_json(reports: Sequence[Report]) -> str:
    """Return a document with the native objects of each wheel and what they need.

    Its entries are those of the same names in the document of :func:`render_json`.
    """
    keys = ("wheel", "path", "error", "binaries", "dependencies")
    wholes = (report.to_dict() for report in reports)
    document = {
        "schema_version": SCHEMA_VERSION,
        "wheelcheck": __version__,
        "wheels": [{key: whole[key] for key in keys} for whole in wholes],
    }
    return _dumped(document)


def render_difference_json(difference: Difference) -> str:
    """Return a document with all that is different."""
    head = {"schema_version": SCHEMA_VERSION, "wheelcheck": __version__}
    return _dumped({**head, **difference.to_dict()})


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
