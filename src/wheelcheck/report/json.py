"""Reports as one JSON document, described by ``schema.json`` beside this file."""

import json
from collections.abc import Sequence

from wheelcheck import __version__
from wheelcheck.findings import SCHEMA_VERSION, Report, Severity
from wheelcheck.report.summary import Skipped, count

__all__ = ["render_json"]


def render_json(reports: Sequence[Report], skipped: Sequence[Skipped]) -> str:
    """Return the document, with a line end."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "wheelcheck": __version__,
        "summary": {
            "wheels": len(reports),
            "unreadable": sum(r.error is not None for r in reports),
            **{f"{severity}s": count(reports, severity) for severity in reversed(Severity)},
        },
        "wheels": [report.to_dict() for report in reports],
        "skipped": [{"path": s.path, "reason": s.reason} for s in skipped],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
