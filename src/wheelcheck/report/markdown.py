"""Findings as Markdown, for the job summary of a CI run or a comment.

Names and messages hold what a wheel's author chose; they are escaped so that they are read as
text, whatever they are. A job summary of GitHub holds 1 MiB, so the document ends before that.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from wheelcheck.audit import Audit, Release
from wheelcheck.findings import Finding, Report, Severity
from wheelcheck.report.grid import HOLE, grid_legend, grid_rows, shows_grid
from wheelcheck.report.markdown_text import code as _code
from wheelcheck.report.markdown_text import text as _text
from wheelcheck.report.summary import summary_line
from wheelcheck.report.verdict import verdict

__all__ = ["render_markdown"]

_MOST_BYTES = 1_000_000
_MOST_FINDINGS = 50
_MOST_VALUES = 12
_MOST_ADVICE = 5
_MOST_LINES = 200


def render_markdown(audit: Audit) -> str:
    """Return the document, with a line end."""
    parts: list[str] = []
    left = _MOST_BYTES
    for part in _parts(audit):
        left -= len(part.encode()) + 2
        if left < 0:
            parts.append("**Cut here**, for a job summary holds no more.")
            break
        parts.append(part)
    return "\n\n".join(parts) + "\n"


def _parts(audit: Audit) -> Iterator[str]:
    """Yield blocks that stand alone, the most important first."""
    yield f"## wheelcheck: {summary_line(audit)}"
    if audit.reports:
        yield _wheels(audit.reports)
    for release in audit.releases:
        yield from _release(release)
    found = sorted(audit.findings, key=lambda f: (-f.severity.rank, f.code))
    for _, group in groupby(found, key=lambda f: (f.severity, f.code)):
        yield from _rule(list(group))
    yield from _folded(
        "Not checked",
        (
            f"{_code(report.wheel)}: {_text(item.subject)}: {_text(item.reason)}"
            for report in audit.reports
            for item in report.not_checked
        ),
    )
    yield from _folded(
        "Left out by settings or baseline",
        (
            f"{_code(_name(judged))}: {i.code} {_text(i.name)}"
            f"{f' {_code(i.member)}' if i.member else ''}: {_text(', '.join(i.by))}"
            for judged in audit.judged
            for i in judged.ignored
        ),
    )
    yield from _folded(
        "Skipped", (f"{_code(item.path)}: {_text(item.reason)}" for item in audit.skipped)
    )


def _wheels(reports: Iterable[Report]) -> str:
    lines = [
        "| Wheel | Verdict | Errors | Warnings | Notes |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for report in reports:
        counts = [sum(f.severity is s for f in report.findings) for s in reversed(Severity)]
        cells = [_code(report.wheel), verdict(report), *map(str, counts)]
        lines.append(_row(cells))
    return "\n".join(lines)


def _release(release: Release) -> Iterator[str]:
    if not shows_grid(release):
        return
    versions = ", ".join(map(_text, release.versions))
    yield f"### Release {_text(release.project)} {versions}"
    if release.grid.pythons:
        head, *rows = grid_rows(release)
        lines = [_row(["Platform", *map(_text, head[1:])])]
        lines.append(_row(["---", *(":---:" for _ in head[1:])]))
        lines += (_row([_text(name), *map(_word, words)]) for name, *words in rows)
        yield "\n".join(lines)
        legend = grid_legend(release).items()
        yield "; ".join(f"{_word(word)}: {meaning}" for word, meaning in legend)


def _word(word: str) -> str:
    return f"**{word.lower()}**" if word == HOLE else _text(word)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(findings: list[Finding]) -> Iterator[str]:
    first = findings[0]
    yield (
        f"### {str(first.severity).capitalize()}: {first.code} {_text(first.name)} "
        f"({len(findings)})"
    )
    for finding in findings[:_MOST_FINDINGS]:
        yield f"- {_text(finding.message)}<br>in {_code(finding.wheel)}{_evidence(finding)}"
    if len(findings) > _MOST_FINDINGS:
        yield f"- {len(findings) - _MOST_FINDINGS} more"
    advice = dict.fromkeys(finding.help for finding in findings if finding.help)
    yield from (f"> {_text(text)}" for text in list(advice)[:_MOST_ADVICE])


def _evidence(finding: Finding) -> str:
    """Return the evidence as one line of HTML, which stays inside the list item."""
    rows = []
    for label, values in finding.evidence.items():
        shown = ", ".join(map(_code, values[:_MOST_VALUES]))
        more = len(values) - _MOST_VALUES
        if shown:
            title = _text(label.replace("_", " "))
            rows.append(f"{title}: {shown}{f' and {more} more' if more > 0 else ''}")
    if not rows:
        return ""
    return f"<details><summary>Evidence</summary>{'<br>'.join(rows)}</details>"


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    items = list(lines)
    if items:
        shown = [f"- {line}" for line in items[:_MOST_LINES]]
        if len(items) > _MOST_LINES:
            shown.append(f"- {len(items) - _MOST_LINES} more")
        head = f"<details><summary>{title} ({len(items)})</summary>"
        yield "\n".join([head, "", *shown, "", "</details>"])


def _name(judged: Report | Release) -> str:
    return judged.wheel if isinstance(judged, Report) else judged.project
