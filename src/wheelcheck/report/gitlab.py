"""Findings as a Code Quality report of GitLab."""

import hashlib
from collections.abc import Iterator
from typing import Any

from wheelcheck.audit import Audit
from wheelcheck.findings import Severity
from wheelcheck.report.escapes import safe
from wheelcheck.report.json_pieces import json_pieces
from wheelcheck.report.marks import marked

__all__ = ["render_gitlab"]

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_gitlab(audit: Audit) -> Iterator[str]:
    """Yield the pieces of the list of findings, with a line end.

    The format knows no more than a rule, a text, a severity and a place.
    """
    return json_pieces(_issues(audit))


def _issues(audit: Audit) -> Iterator[dict[str, Any]]:
    for report in audit.reports:
        if report.error is not None:
            text = f"cannot be read: {report.error}"
            yield _issue("unreadable", text, "blocker", report.path, report.path)
    for f, path, mark in marked(audit):
        yield _issue(f.code, f"{f.name}: {f.message}", _SEVERITIES[f.severity], path, mark)


def _issue(check: str, text: str, severity: str, path: str, mark: str) -> dict[str, Any]:
    return {
        "check_name": check,
        "description": safe(text),
        "fingerprint": hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "severity": severity,
        "location": {"path": safe(path.replace("\\", "/")), "lines": {"begin": 1}},
    }
