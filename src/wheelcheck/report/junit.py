"""Findings as JUnit XML, which most CI systems show: a suite for each wheel, a case for each rule.

Only errors are failures. Warnings and notes are cases that pass, with what they say as output, so
that the picture is red where the exit status is 1 by default.
"""

from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree as ET

from wheelcheck.audit import Audit
from wheelcheck.findings import Finding, Report, Severity
from wheelcheck.report.escapes import safe

__all__ = ["render_junit"]

_MOST_FINDINGS = 200
_MOST_UNCHECKED = 200
_NOT_IN_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


def render_junit(audit: Audit) -> str:
    """Return the document, with a line end."""
    root = ET.Element("testsuites", name="wheelcheck")
    for report in audit.reports:
        _suite(root, report.wheel, report.findings, report)
    for release in audit.releases:
        _suite(root, f"release {release.project}", release.findings, None)
    for label in ("tests", "failures", "errors"):
        root.set(label, str(sum(int(suite.attrib[label]) for suite in root)))
    ET.indent(root, " ")
    # ASCII, so that the encoding of the output does not matter.
    text = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(root: ET.Element, name: str, findings: Iterable[Finding], report: Report | None) -> None:
    suite = ET.SubElement(root, "testsuite", name=_text(name))
    if report is not None:
        case = _case(suite, name, "the wheel can be read")
        if report.error is not None:
            _verdict(case, "error", "unreadable", "the wheel cannot be read", report.error)
    grouped = groupby(sorted(findings, key=lambda f: f.sort_key), key=lambda f: (f.code, f.name))
    for (code, title), group in grouped:
        _rule(_case(suite, name, f"{code} {title}"), list(group))
    unchecked = () if report is None else report.not_checked
    for item in unchecked[:_MOST_UNCHECKED]:
        case = _case(suite, name, f"not checked: {item.subject}")
        ET.SubElement(case, "skipped", message=_text(item.reason))
    if len(unchecked) > _MOST_UNCHECKED:
        case = _case(suite, name, f"not checked: {len(unchecked) - _MOST_UNCHECKED} more")
        ET.SubElement(case, "skipped")
    cases = list(suite)
    suite.set("tests", str(len(cases)))
    for label, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(label, str(sum(case.find(tag) is not None for case in cases)))


def _case(suite: ET.Element, wheel: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_text(wheel), name=_text(name))


def _rule(case: ET.Element, findings: list[Finding]) -> None:
    """Say in one case what a rule found in one wheel."""
    worst = max(findings, key=lambda f: f.severity.rank).severity
    lines = [f"{f.severity}: {f.message}" for f in findings[:_MOST_FINDINGS]]
    if len(findings) > _MOST_FINDINGS:
        lines.append(f"{len(findings) - _MOST_FINDINGS} more")
    lines += dict.fromkeys(f"help: {f.help}" for f in findings[:_MOST_FINDINGS] if f.help)
    text = "\n".join(lines)
    if worst is Severity.ERROR:
        _verdict(case, "failure", str(worst), _headline(findings), text)
    else:
        ET.SubElement(case, "system-out").text = _text(text)


def _headline(findings: list[Finding]) -> str:
    first = findings[0].message
    return first if len(findings) == 1 else f"{first} (and {len(findings) - 1} more)"


def _verdict(case: ET.Element, tag: str, kind: str, message: str, text: str) -> None:
    element = ET.SubElement(case, tag, type=kind, message=_text(message))
    element.text = _text(text)


def _text(text: str) -> str:
    return "\n".join(safe(line).translate(_NOT_IN_XML) for line in text.split("\n"))
