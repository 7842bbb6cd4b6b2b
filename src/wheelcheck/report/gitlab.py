"""Findings as a Code Quality report of GitLab."""

import hashlib
import json
from typing import Any

from wheelcheck.audit import Audit
from wheelcheck.findings import Severity
from wheelcheck.report.escapes import safe
from wheelcheck.report.marks import marked

__all__ = ["render_gitlab"]

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_gitlab(audit: Audit) -> str:
    """Return the list of findings, with a line end.

    The format knows no more than a rule, a text, a severity and a place.
    """
    unread = [
        _issue("unreadable", f"cannot be read: {report.error}", "blocker", report.path, report.path)
        for report in audit.reports
        if report.error is not None
    ]
    found = [
        _issue(f.code, f"{f.name}: {f.message}", _SEVERITIES[f.severity], path, mark)
        for f, path, mark in marked(audit)
    ]
    return json.dumps(unread + found, indent=1, ensure_ascii=True) + "\n"


def _issue(check: str, text: str, severity: str, path: str, mark: str) -> dict[str, Any]:
    return {
        "check_name": check,
        "description": safe(text),
        "fingerprint": hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "severity": severity,
        "location": {"path": safe(path.replace("\\", "/")), "lines": {"begin": 1}},
    }
