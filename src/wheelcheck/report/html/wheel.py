"""One wheel: what it is, what it needs, what was found."""

from collections.abc import Iterable, Iterator

from wheelcheck.findings import Report, Role, Severity
from wheelcheck.quantities import plural, size_text
from wheelcheck.report.html.dom import Html, element, join
from wheelcheck.report.html.drawing import dependencies
from wheelcheck.report.html.findings import (
    ShownRules,
    finding_groups,
    ignored_list,
    not_checked_list,
)
from wheelcheck.report.verdict import Verdict, verdict

__all__ = ["outcome_of", "verdict_badge", "wheel_name", "wheel_section"]

_MOST_NAMES = 12
_MOST_NATIVES = 200
_OUTCOMES = {
    Verdict.UNREADABLE: ("unreadable", "?"),
    Verdict.BREAKS: ("error", "×"),  # noqa: RUF001 (a cross)
    Verdict.WRONG: ("error", "×"),  # noqa: RUF001 (a cross)
    Verdict.RISKY: ("warning", "!"),
    Verdict.UNCLEAN: ("warning", "!"),
    Verdict.OK: ("ok", "✓"),
}


def outcome_of(report: Report) -> tuple[str, str, str]:
    """Return class, mark and words for what will become of a wheel."""
    words = verdict(report)
    return (*_OUTCOMES[words], words.lower())


def verdict_badge(report: Report) -> Html:
    """Return what will become of a wheel, as a mark that colour only repeats."""
    kind, mark, words = outcome_of(report)
    return element(
        "span",
        element("span", mark, aria_hidden="true", class_="mark"),
        words,
        class_=f"badge {kind}",
    )


def wheel_name(file_name: str) -> Html:
    """Return a file name that may be broken at its dashes, its tags set off."""
    parts = file_name.split("-")
    head, tail = parts[:2], parts[2:]
    return element(
        "span",
        element("span", "-".join(head) + ("-" if tail else ""), class_="head"),
        Html("<wbr>") if tail else None,
        element("span", "-".join(tail), class_="tail"),
        class_="wheel-name",
    )


def wheel_section(report: Report, number: int, explained: ShownRules, *, unfold: bool) -> Html:
    """Return all that the page says of a wheel; its anchor is ``wheel-NUMBER``."""
    return element(
        "details",
        element(
            "summary",
            element("h3", wheel_name(report.wheel), id=f"wheel-{number}-name"),
            element("span", verdict_badge(report), join(_counts(report)), class_="verdict"),
        ),
        element("div", _body(report, number, explained), class_="body"),
        id=f"wheel-{number}",
        class_="wheel",
        open=unfold,
    )


def _counts(report: Report) -> Iterator[Html]:
    for severity in reversed(Severity):
        number = sum(finding.severity is severity for finding in report.findings)
        if number:
            words = plural(number, str(severity))
            yield element("span", words, class_=f"number {severity}")


def _body(report: Report, number: int, explained: ShownRules) -> Iterator[Html]:
    if report.error is not None:
        yield element("p", f"Nothing can be said about this file: {report.error}.", class_="lead")
        return
    yield element("dl", join(_facts(report)), class_="facts")
    if report.findings:
        yield from finding_groups(report.findings, explained)
    else:
        yield element("p", "Nothing was found.", class_="lead nothing")
    picture = dependencies(report, number)
    if picture is not None:
        yield element("h4", "Dependencies")
        yield picture
    for part in (
        _natives(report),
        not_checked_list(report.not_checked),
        ignored_list(report.ignored),
    ):
        if part is not None:
            yield part


def _facts(report: Report) -> Iterator[Html]:
    yield from _fact("Tags", map(_code, report.tags))
    modules = [b.module or b.member for b in report.binaries if b.role is Role.MODULE]
    yield from _fact("Modules", map(_code, modules))
    libraries = [b.member for b in report.binaries if b.role is Role.LIBRARY]
    yield from _fact("Libraries", map(_code, libraries))
    yield from _fact("Repaired by", map(_code, report.repaired_by))
    for policy in report.policies:
        best = " ".join((policy.best, *policy.aliases)) if policy.best else "none"
        yield from _fact(f"Policy ({policy.libc}, {policy.machine})", [_code(best)])
    yield from _fact("File", [_code(report.path)])
    if report.size is not None:
        whole = f", {size_text(report.inflated_size)} installed" if report.inflated_size else ""
        members = f", {plural(report.members, 'member')}" if report.members else ""
        size = f"{size_text(report.size)}{whole}{members}"
        yield from _fact("Size", [element("span", size)])


def _fact(label: str, values: Iterable[Html]) -> Iterator[Html]:
    found = list(values)
    if not found:
        return
    shown = found[:_MOST_NAMES]
    rest = len(found) - len(shown)
    parts = [part for value in shown for part in (value, Html(" "))]
    more = element("span", f"and {rest} more", class_="quiet") if rest else None
    yield element("div", element("dt", label), element("dd", parts, more))


def _code(value: str) -> Html:
    return element("code", value)


def _natives(report: Report) -> Html | None:
    if not report.binaries:
        return None
    titles = ("Member", "Role", "Format", "Machines", "Imported as")
    rows = [
        element(
            "tr",
            element("th", _code(b.member), scope="row"),
            *(element("td", t) for t in (str(b.role), b.format, ", ".join(b.arch), b.module or "")),
        )
        for b in report.binaries[:_MOST_NATIVES]
    ]
    rest = len(report.binaries) - len(rows)
    table = element(
        "table",
        element("caption", f"Native objects of {report.wheel}", class_="hidden"),
        element("thead", element("tr", *(element("th", t, scope="col") for t in titles))),
        element("tbody", rows),
    )
    more = element("p", f"{rest} more; JSON has all of them.", class_="more") if rest else None
    return element(
        "details",
        element("summary", f"Native objects ({len(report.binaries)})"),
        element("div", table, more, class_="scroll"),
        class_="folded",
    )
