"""Findings as they are read: rule by rule, with evidence and what to do."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from wheelcheck.findings import Finding, Ignored, NotChecked, Severity
from wheelcheck.report.html.dom import Html, element, with_code

__all__ = ["ShownRules", "badge", "finding_groups", "ignored_list", "not_checked_list"]

MOST_OF_A_RULE = 25
"""For each wheel."""
_MOST_VALUES = 12
_LONGEST_VALUE = 300
_MOST_UNCHECKED = 50
_MARKS = {Severity.ERROR: "×", Severity.WARNING: "!", Severity.NOTE: "i"}  # noqa: RUF001 (a cross)

ShownRules = frozenset[str]
"""Codes of the rules that the page explains."""


def badge(severity: Severity) -> Html:
    """Return the severity as a mark that colour only repeats."""
    mark = element("span", _MARKS[severity], aria_hidden="true", class_="mark")
    return element("span", mark, str(severity), class_=f"badge {severity}")


def finding_groups(
    findings: Sequence[Finding], explained: ShownRules, heading: str = "h4"
) -> Iterator[Html]:
    """Yield the findings of each rule as a section under a heading, worst first."""
    ordered = sorted(findings, key=lambda f: f.sort_key)
    for _, group in groupby(ordered, key=lambda f: (f.severity, f.code)):
        yield _group(list(group), explained, heading)


def _group(findings: list[Finding], explained: ShownRules, heading: str) -> Html:
    first = findings[0]
    title = f"{first.code} {first.name}"
    shown = findings[:MOST_OF_A_RULE]
    rest = len(findings) - len(shown)
    by_advice: dict[str, list[Html]] = {}
    for finding in shown:
        by_advice.setdefault(finding.help, []).append(_finding(finding))
    return element(
        "section",
        element(
            heading,
            badge(first.severity),
            " ",
            element("a", title, href=f"#{first.code}") if first.code in explained else title,
            element("span", f" {len(findings)}", class_="count"),
            class_="title",
        ),
        (
            part
            for advice, items in by_advice.items()
            for part in (element("ul", items, class_="findings"), _advice(advice))
        ),
        element("p", f"{rest} more of this kind; JSON has all of them.", class_="more")
        if rest > 0
        else None,
        class_=f"group {first.severity}",
        data_severity=str(first.severity),
        data_code=first.code,
    )


def _finding(finding: Finding) -> Html:
    rows = [
        (element("dt", label.replace("_", " ")), _values(label, values))
        for label, values in finding.evidence.items()
        if any(values)
    ]
    evidence = element(
        "details",
        element("summary", "Evidence"),
        element("dl", (part for row in rows for part in row)),
        open=finding.severity is Severity.ERROR,
        class_="evidence",
    )
    sure = None
    if finding.confidence != "high":
        sure = element("span", f" confidence: {finding.confidence}", class_="confidence")
    return element(
        "li",
        element("p", finding.message, sure, class_="message"),
        evidence if rows else None,
        class_="finding",
    )


def _values(label: str, values: Sequence[str]) -> Html:
    shown = [element("code", _cut(value)) for value in values[:_MOST_VALUES]]
    rest = len(values) - len(shown)
    if rest > 0:
        shown.append(Html(f"and {rest} more"))
    mark = Html(' <span class="arrow">→</span> ') if label == "chain" else Html("<br>")
    return element("dd", [shown[0], *(part for one in shown[1:] for part in (mark, one))])


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "..."


def _advice(text: str) -> Html:
    if not text:
        return Html()
    return element("p", element("strong", "What to do: "), with_code(text), class_="advice")


def not_checked_list(items: Sequence[NotChecked]) -> Html | None:
    """Return what could not be judged, folded."""
    return _folded(
        "Not checked", [element("li", element("code", i.subject), f": {i.reason}") for i in items]
    )


def ignored_list(items: Sequence[Ignored]) -> Html | None:
    """Return what the settings or a baseline leave out, folded."""
    return _folded("Left out by settings or baseline", [_ignored(item) for item in items])


def _ignored(item: Ignored) -> Html:
    member = (" ", element("code", item.member)) if item.member else ()
    return element("li", f"{item.code} {item.name}", *member, f": {', '.join(item.by)}")


def _folded(title: str, lines: list[Html]) -> Html | None:
    if not lines:
        return None
    shown = lines[:_MOST_UNCHECKED]
    if len(lines) > _MOST_UNCHECKED:
        shown.append(element("li", f"{len(lines) - _MOST_UNCHECKED} more; JSON has all of them."))
    return element(
        "details",
        element("summary", f"{title} ({len(lines)})"),
        element("ul", shown, class_="plain"),
        class_="folded",
    )
