"""The page's head and its tables: what came out, wheel by wheel and place by place."""

from collections.abc import Iterator, Mapping, Sequence

from wheelcheck.audit import Audit, Release, Served
from wheelcheck.findings import Report, Severity
from wheelcheck.quantities import plural
from wheelcheck.report.grid import HOLE, NOTHING, grid_legend, grid_rows
from wheelcheck.report.html.dom import Html, element
from wheelcheck.report.html.findings import ShownRules, finding_groups, ignored_list
from wheelcheck.report.html.wheel import outcome_of, verdict_badge, wheel_name
from wheelcheck.report.verdict import Verdict, verdict

__all__ = ["headline", "release_sections", "subject_of", "tiles", "wheel_table"]

Anchors = Mapping[str, int]
"""Where each wheel is on the page, by its file name."""


def subject_of(audit: Audit) -> str:
    """Return what the page is about, in a few words."""
    if len(audit.releases) == 1:
        [release] = audit.releases
        return " ".join((release.project, ", ".join(release.versions)))
    return plural(len(audit.reports), "wheel")


def headline(audit: Audit) -> str:
    """Return a sentence on what came out."""
    kinds = [verdict(report) for report in audit.reports]
    bad = [
        f"{kinds.count(kind)} {_of_many(kind) if kinds.count(kind) > 1 else kind.lower()}"
        for kind in Verdict
        if kind in kinds and kind is not Verdict.OK
    ]
    if not kinds:
        return "No wheel was inspected."
    if not bad:
        return "The wheel is fine." if len(kinds) == 1 else f"{_all_of(kinds)} are fine."
    if len(kinds) > 1 and len(set(kinds)) == 1:
        return f"{_all_of(kinds)} {_of_many(kinds[0])}."
    if len(kinds) == 1:
        return f"The wheel {bad[0].removeprefix('1 ')}."
    return f"Of {len(kinds)} wheels, {', '.join(bad)}."


def _all_of(kinds: Sequence[Verdict]) -> str:
    return "Both wheels" if len(kinds) == 2 else f"All {len(kinds)} wheels"  # noqa: PLR2004 (both)


def _of_many(kind: Verdict) -> str:
    return kind.lower().replace("has ", "have ")


def tiles(audit: Audit) -> Html:
    """Return the four numbers that matter."""
    unchecked = sum(len(report.not_checked) for report in audit.reports)
    numbers = [(str(s), audit.count(s), f"{s}s") for s in reversed(Severity)]
    numbers.append(("quiet", unchecked, "not checked"))
    if audit.unreadable:
        numbers.insert(0, ("unreadable", audit.unreadable, "unreadable"))
    return element(
        "ul",
        (
            element(
                "li",
                element("span", str(number), class_="figure"),
                element("span", label[:-1] if number == 1 and label.endswith("s") else label),
                class_=f"tile {kind}{'' if number else ' zero'}",
            )
            for kind, number, label in numbers
        ),
        class_="tiles",
    )


def wheel_table(reports: Sequence[Report], shown: int) -> Html:
    """Return a row for each wheel, in this order, with links to as many sections."""
    titles = ("Wheel", "Verdict", "Errors", "Warnings", "Notes")
    head = [
        element("th", t, scope="col", class_="n" if i > 1 else None) for i, t in enumerate(titles)
    ]
    rows = [_row(r, n if n <= shown else None) for n, r in enumerate(reports, 1)]
    return element(
        "div",
        element(
            "table",
            element("caption", "Wheels by findings", class_="hidden"),
            element("thead", element("tr", head)),
            element("tbody", rows),
            class_="sortable",
        ),
        class_="scroll",
    )


def _row(report: Report, anchor: int | None) -> Html:
    counts = [sum(f.severity is s for f in report.findings) for s in reversed(Severity)]
    rank = list(Verdict).index(verdict(report))
    name = wheel_name(report.wheel)
    link = None if anchor is None else f"#wheel-{anchor}"
    return element(
        "tr",
        element("th", name if link is None else element("a", name, href=link), scope="row"),
        element("td", verdict_badge(report), data_value=rank),
        *(
            element("td", str(number), class_="n" if number else "n zero", data_value=number)
            for number in counts
        ),
    )


def release_sections(audit: Audit, anchors: Anchors, explained: ShownRules) -> Iterator[Html]:
    """Yield the grid of each release of several wheels, and what was found on the set."""
    reports = {report.wheel: report for report in audit.reports}
    for release in audit.releases:
        if len(release.wheels) < 2 and not release.findings:  # noqa: PLR2004 - a set of one
            continue
        title = "Release" if len(audit.releases) == 1 else f"Release {release.project}"
        yield element(
            "section",
            element("h2", title),
            _grid(release, anchors, reports) if release.grid.pythons else None,
            *finding_groups(release.findings, explained, "h3"),
            ignored_list(release.ignored),
            class_="release",
        )


def _grid(release: Release, anchors: Anchors, reports: Mapping[str, Report]) -> Html:
    grid = release.grid
    head = [element("th", p, scope="col") for p in ("Platform", *grid.pythons)]
    rows = []
    for words, cells in zip(grid_rows(release)[1:], grid.cells, strict=True):
        shown = (
            _cell(word, served, anchors, reports)
            for word, served in zip(words[1:], cells, strict=True)
        )
        rows.append(element("tr", element("th", words[0], scope="row"), shown))
    legend = "; ".join(f"{word.lower()}: {text}" for word, text in grid_legend(release).items())
    return element(
        "div",
        element(
            "table",
            element("caption", "Which wheel serves which Python on which platform"),
            element("thead", element("tr", head)),
            element("tbody", rows),
            class_="grid",
        ),
        element("p", f"{legend}.", class_="more"),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Grid of {release.project}",
    )


def _cell(
    word: str, served: Served | None, anchors: Anchors, reports: Mapping[str, Report]
) -> Html:
    if served is None:
        kind = "hole" if word == HOLE else "nothing"
        hint = element("span", "none", class_="hidden") if word == NOTHING else None
        shown = element("span", "–", aria_hidden="true") if word == NOTHING else word.lower()  # noqa: RUF001
        return element("td", element("span", shown, hint, class_=kind))
    anchor = anchors.get(served.wheel)
    report = reports.get(served.wheel)
    kind, mark, words = outcome_of(report) if report else ("ok", "", "")
    return element(
        "td",
        element(
            "a",
            element("span", mark, aria_hidden="true", class_="mark"),
            word,
            element("span", f" {words}", class_="hidden"),
            href=None if anchor is None else f"#wheel-{anchor}",
            class_=f"cell {kind}",
            title=served.wheel,
        ),
    )
