"""The page: everything in one file, which loads nothing and runs nothing but its own script."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files

from wheelcheck._version import __version__
from wheelcheck.audit import Audit
from wheelcheck.findings import Finding, Report, Severity
from wheelcheck.quantities import plural
from wheelcheck.report.html.dom import Html, element, with_code
from wheelcheck.report.html.findings import ShownRules, badge
from wheelcheck.report.html.overview import (
    headline,
    release_sections,
    subject_of,
    tiles,
    wheel_table,
)
from wheelcheck.report.html.wheel import wheel_section
from wheelcheck.report.verdict import Verdict, verdict

__all__ = ["render_html"]

_MOST_UNFOLDED = 3
"""So many wheels with errors or warnings are open from the start."""
_FEW_FINDINGS = 6
_MOST_CHARACTERS = 25_000_000
"""Of all wheels together: browsers grow slow beyond. Only thousands of findings get there."""
_DEFINITIONS = {
    Severity.ERROR: (
        "install, import or load fails for someone whom the tags promise that it works, "
        "or PyPI refuses the file"
    ),
    Severity.WARNING: "it works here but breaks in a foreseeable case",
    Severity.NOTE: "incomplete, or a matter of taste",
}


def render_html(audit: Audit) -> str:
    """Return the page. It depends on nothing but the audit: no time, no host, no order of sets."""
    style, script = _resource("page.css"), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{subject_of(audit)}: {headline(audit)} wheelcheck"),
        element("style", Html(style)),
    )
    body = element("body", *_body(audit), element("script", Html(script)))
    page = f'<!DOCTYPE html>\n<html lang="en">\n{head}\n{body}\n</html>\n'
    # ASCII, so that no encoding of an output or an upload can spoil it.
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _body(audit: Audit) -> Iterator[Html]:
    reports = sorted(audit.reports, key=_weight)
    used = {finding.code: finding for finding in audit.findings}
    rules = _rules(used)
    explained: ShownRules = frozenset(rules)
    wheels = list(_wheels(reports, explained))
    # What the page cannot hold, nothing can lead to.
    shown = list(enumerate(reports[: len(wheels)], 1))
    anchors = {report.wheel: number for number, report in reversed(shown)}
    yield element("a", "Skip to the content", href="#main", class_="skip")
    yield element(
        "header",
        element(
            "div",
            element("p", "wheelcheck report", class_="brand"),
            # Shown by the script, without which they do nothing.
            element("button", "Dark", type="button", id="theme", hidden=True),
            class_="bar",
        ),
        element("h1", subject_of(audit)),
        element("p", headline(audit), class_="headline"),
        tiles(audit),
    )
    releases = list(release_sections(audit, anchors, explained))
    yield element(
        "main",
        releases if len(audit.releases) == 1 else None,
        element(
            "section",
            element("h2", "Wheel" if len(reports) == 1 else "Wheels"),
            wheel_table(reports, len(wheels)) if len(reports) > 1 else None,
            _filter(reports),
            element(
                "div",
                wheels,
                id="wheels",
            ),
            _unshown(len(reports) - len(wheels)),
        )
        if reports
        else None,
        releases if len(audit.releases) != 1 else None,
        _skipped(audit),
        element("section", element("h2", "Rules"), rules.values(), class_="rules")
        if rules
        else None,
        id="main",
    )
    yield _footer()


def _wheels(reports: Sequence[Report], explained: ShownRules) -> Iterator[Html]:
    """Yield the sections of the wheels, those with errors or warnings open if they are few."""
    few = sum(map(_is_bad, reports)) <= _MOST_UNFOLDED
    left = _MOST_CHARACTERS
    for number, report in enumerate(reports, 1):
        if left < 0:
            return
        unfold = len(reports) == 1 or (few and _is_bad(report))
        section = wheel_section(report, number, explained, unfold=unfold)
        left -= len(section)
        yield section


def _unshown(rest: int) -> Html | None:
    if not rest:
        return None
    text = f"{plural(rest, 'wheel')} more than a page can hold; JSON has all of them."
    return element("p", text, class_="more")


def _weight(report: Report) -> tuple[int, ...]:
    """Order by verdict, worst first, then by how much was found."""
    counts = (sum(f.severity is s for f in report.findings) for s in reversed(Severity))
    return (list(Verdict).index(verdict(report)), *(-number for number in counts))


def _is_bad(report: Report) -> bool:
    return report.error is not None or bool(report.at_least(Severity.WARNING))


def _filter(reports: Sequence[Report]) -> Html | None:
    """Return the controls that the script brings to life; None where little was found."""
    used = {finding.code: finding for report in reports for finding in report.findings}
    severities = {finding.severity for report in reports for finding in report.findings}
    number = sum(len(report.findings) for report in reports)
    if not number or (len(reports) == 1 and number < _FEW_FINDINGS):
        return None
    buttons = (
        element("button", badge(s), type="button", aria_pressed="true", data_severity=str(s))
        for s in reversed(Severity)
        if s in severities
    )
    options = (element("option", f"{code} {used[code].name}", value=code) for code in sorted(used))
    return element(
        "search",
        element("div", buttons, role="group", aria_label="Severities shown", class_="severities"),
        element(
            "label",
            element("span", "Rule"),
            element("select", element("option", "all", value=""), options, id="rule"),
        ),
        element(
            "label",
            element("span", "Text"),
            element("input", type="search", id="text", placeholder="name, library, message"),
        ),
        element("button", "Open all", type="button", id="unfold"),
        element("button", "Close all", type="button", id="fold"),
        element("p", "", id="matches", role="status"),
        id="filter",
        hidden=True,
        aria_label="Filter findings",
    )


def _rules(used: dict[str, Finding]) -> dict[str, Html]:
    """Explain the rules that found something, as their own modules do."""
    from wheelcheck.rules import all_rules

    return {
        rule.code: element(
            "details",
            element(
                "summary",
                element("h3", f"{rule.code} {rule.name}"),
                element("span", rule.summary, class_="quiet"),
            ),
            element(
                "div",
                element("p", with_code(rule.why)),
                element("p", element("strong", "Example: "), with_code(rule.example)),
                element("p", element("strong", "What to do: "), with_code(rule.fix)),
                element("p", "See: " + "; ".join(rule.references) + ".", class_="quiet")
                if rule.references
                else None,
                class_="body",
            ),
            id=rule.code,
            class_="rule",
        )
        for rule in sorted(all_rules(), key=lambda rule: rule.code)
        if rule.code in used
    }


def _skipped(audit: Audit) -> Html | None:
    if not audit.skipped:
        return None
    lines = (element("li", element("code", s.path), f": {s.reason}") for s in audit.skipped)
    return element("section", element("h2", "Skipped"), element("ul", lines, class_="plain"))


def _footer() -> Html:
    terms = (
        part
        for severity in reversed(Severity)
        for part in (
            element("dt", badge(severity)),
            element("dd", _DEFINITIONS[severity]),
        )
    )
    return element(
        "footer",
        element("dl", terms, class_="legend"),
        element("p", f"Made by wheelcheck {__version__}. This page loads nothing from anywhere."),
    )


def _resource(name: str) -> str:
    return files("wheelcheck.report.html").joinpath(name).read_text("utf-8").replace("\r\n", "\n")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")
