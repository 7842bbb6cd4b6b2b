"""Reports as JSON, one a line, so that a reader need not wait for the last of many.

Each line but the last has one wheel: an entry of ``wheels`` in the document of
``--format json``. The last line is that document without its wheels.
"""

import json
from typing import TYPE_CHECKING, Any

from wheelcheck.findings import SCHEMA_VERSION
from wheelcheck.report.json import about_all

if TYPE_CHECKING:
    from wheelcheck.audit import Audit
    from wheelcheck.findings import Report

__all__ = ["last_line", "render_jsonl", "wheel_line"]


def render_jsonl(audit: "Audit") -> str:
    """Return all lines."""
    return "".join([*map(wheel_line, audit.reports), last_line(audit)])


def wheel_line(report: "Report") -> str:
    """Return the line of one wheel."""
    return _line({"schema_version": SCHEMA_VERSION, "wheel": report.to_dict()})


def last_line(audit: "Audit") -> str:
    """Return the line about all wheels together."""
    return _line(about_all(audit))


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"
