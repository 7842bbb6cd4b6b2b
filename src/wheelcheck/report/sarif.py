"""Findings as SARIF 2.1.0 (OASIS), for code scanning and other result viewers.

GitHub takes 25,000 results of a run and 10 MB of compressed file, and neither hides results that
are suppressed nor shows one without a file. So what the settings leave out is counted in a
notification, and every finding is placed at its wheel.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wheelcheck._version import __version__
from wheelcheck.audit import Audit
from wheelcheck.findings import Finding, Severity
from wheelcheck.quantities import plural
from wheelcheck.report.escapes import safe
from wheelcheck.report.marks import MarkedFinding, marked
from wheelcheck.report.rule import render_rule

if TYPE_CHECKING:
    from wheelcheck.rules import AnyRule

__all__ = ["render_sarif"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_MOST_RESULTS = 25_000
_MOST_COMPRESSED = 9_000_000
"""Bytes; what surrounds the results is far less than the rest of the 10 MB."""
_MOST_NOTIFICATIONS = 1_000
_MOST_VALUES = 20
_LONGEST_TEXT = 1_000
"""Of descriptions and notifications; those of results have a bound already."""
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def render_sarif(audit: Audit) -> str:
    """Return one log of one run, with a line end."""
    artifacts = {path: i for i, path in enumerate(dict.fromkeys(r.path for r in audit.reports))}
    found = list(marked(audit))
    rules = {finding.code: finding for finding, _, _ in found}
    order = {code: i for i, code in enumerate(sorted(rules))}
    results, left_out = _fitting(_result(item, order, artifacts) for item in found)
    run = {
        "tool": {
            "driver": {
                "name": "wheelcheck",
                "semanticVersion": __version__,
                "shortDescription": {"text": "Audits built wheels."},
                "rules": [_rule(rules[code]) for code in order],
            }
        },
        "automationDetails": {"id": "wheelcheck/"},
        "invocations": [
            {
                "executionSuccessful": not audit.unreadable,
                "toolExecutionNotifications": _notifications(audit, artifacts, left_out),
                "toolConfigurationNotifications": _left_out_by_settings(audit),
            }
        ],
        "artifacts": [
            {
                "location": {"uri": _uri(path)},
                "roles": ["analysisTarget"],
                "mimeType": "application/zip",
            }
            for path in artifacts
        ],
    }
    head = json.dumps({"$schema": _SCHEMA, "version": "2.1.0"})[1:-1]
    rest = json.dumps(run)[1:-1]
    # A line for each result: quick to write, and fit to be compared.
    lines = ",\n".join(results)
    return f'{{{head}, "runs": [{{{rest}, "results": [\n{lines}\n]}}]}}\n'


def _fitting(results: Iterable[dict[str, Any]]) -> tuple[list[str], int]:
    """Return as many of the results as GitHub takes, as JSON, and the number of the others."""
    taken: list[str] = []
    press = zlib.compressobj(1)
    size = rest = 0
    for result in results:
        if rest or len(taken) == _MOST_RESULTS:
            rest += 1
            continue
        text = json.dumps(result)
        size += len(press.compress(text.encode()))
        if size > _MOST_COMPRESSED:
            rest += 1
        else:
            taken.append(text)
    return taken, rest


def _result(
    item: MarkedFinding, order: dict[str, int], artifacts: dict[str, int]
) -> dict[str, Any]:
    finding, path, mark = item
    text = "\n\n".join(filter(None, (finding.message, f"Wheel: {finding.wheel}", finding.help)))
    location: dict[str, Any] = {"physicalLocation": _physical(path, artifacts)}
    if finding.member is not None:
        name = safe(finding.member)
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    return {
        "ruleId": finding.code,
        "ruleIndex": order[finding.code],
        "level": str(finding.severity),
        "message": {"text": _words(text)},
        "locations": [location],
        # GitHub follows alerts by the first one only.
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:1", "wheelcheck/v1": mark},
        "properties": {
            "wheel": safe(finding.wheel),
            "confidence": str(finding.confidence),
            "evidence": {
                safe(label): [safe(value) for value in values[:_MOST_VALUES]]
                for label, values in finding.evidence.items()
            },
        },
    }


def _physical(path: str, artifacts: dict[str, int]) -> dict[str, Any]:
    artifact = {"uri": _uri(path)} | ({"index": artifacts[path]} if path in artifacts else {})
    # GitHub wants a line, even where there is none.
    return {"artifactLocation": artifact, "region": {"startLine": 1}}


def _rule(finding: Finding) -> dict[str, Any]:
    """Describe a rule as its own module does; a rule unknown here only by its finding."""
    from wheelcheck.rules import rule_of

    rule = rule_of(finding.code)
    if rule is None:
        return {"id": finding.code, "name": finding.name}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _cut(rule.why)},
        "help": {"text": f"{rule.why}\n\n{rule.fix}", "markdown": render_rule(rule)},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": _rule_properties(rule),
    }


def _rule_properties(rule: "AnyRule") -> dict[str, Any]:
    return {
        "tags": ["wheel", str(rule.family)],
        "precision": str(rule.confidence),
        "problem.severity": _PROBLEM[rule.severity],
    }


def _notifications(audit: Audit, artifacts: dict[str, int], left_out: int) -> list[dict[str, Any]]:
    """Say what was not judged, or not told."""
    told = [
        _note(f"{report.wheel} cannot be read: {report.error}", "error", report.path, artifacts)
        for report in audit.reports
        if report.error is not None
    ]
    told += [_note(f"{item.path} skipped: {item.reason}") for item in audit.skipped]
    unjudged = [(item, report.path) for report in audit.reports for item in report.not_checked]
    told += [
        _note(f"{item.subject} is not checked: {item.reason}", "note", path, artifacts)
        for item, path in unjudged[:_MOST_NOTIFICATIONS]
    ]
    if len(unjudged) > _MOST_NOTIFICATIONS:
        told.append(_note(f"{len(unjudged) - _MOST_NOTIFICATIONS} more are not checked"))
    if left_out:
        told.append(_note(f"{plural(left_out, 'finding')} left out, the least severe", "warning"))
    return told


def _left_out_by_settings(audit: Audit) -> list[dict[str, Any]]:
    by = Counter(label for judged in audit.judged for i in judged.ignored for label in i.by)
    return [_note(f"{plural(n, 'finding')} left out by {label}") for label, n in sorted(by.items())]


def _note(
    text: str, level: str = "note", path: str | None = None, artifacts: dict[str, int] | None = None
) -> dict[str, Any]:
    note: dict[str, Any] = {"level": level, "message": {"text": _words(_cut(text))}}
    if path is not None:
        note["locations"] = [{"physicalLocation": _physical(path, artifacts or {})}]
    return note


def _words(text: str) -> str:
    """Return text that shows no control character, and no link that a name may have made."""
    return "\n".join(map(safe, text.split("\n"))).replace("](", "] (")


def _cut(text: str) -> str:
    whole = len(text) <= _LONGEST_TEXT
    return text if whole else text[:_LONGEST_TEXT].rsplit(" ", 1)[0] + " ..."


def _uri(path: str) -> str:
    """Return a path as a URI, relative where the path is."""
    if PureWindowsPath(path).drive and "\\" in path:
        drive, _, rest = PureWindowsPath(path).as_posix().partition(":")
        if len(drive) == 1:
            return f"file:///{drive}:{quote(rest, errors='surrogatepass')}"
    pure = PurePosixPath(path)
    text = quote(str(pure), errors="surrogatepass")
    return f"file://{text}" if pure.is_absolute() else text
