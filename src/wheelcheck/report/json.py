"""Reports as one JSON document, described by ``schema.json`` beside this file."""

import json

from wheelcheck import __version__
from wheelcheck.audit import Audit
from wheelcheck.findings import SCHEMA_VERSION, Severity

__all__ = ["render_json"]


def render_json(audit: Audit) -> str:
    """Return the document, with a line end."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "wheelcheck": __version__,
        "summary": {
            "wheels": len(audit.reports),
            "unreadable": audit.unreadable,
            **{f"{severity}s": audit.count(severity) for severity in reversed(Severity)},
        },
        "wheels": [report.to_dict() for report in audit.reports],
        "releases": [release.to_dict() for release in audit.releases],
        "skipped": [{"path": s.path, "reason": s.reason} for s in audit.skipped],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
