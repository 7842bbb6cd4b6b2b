"""The difference of two wheels as Markdown, for a comment or a job summary."""

from collections.abc import Iterable, Iterator

from wheelcheck.comparing.model import Change, Difference
from wheelcheck.report.difference_words import closing, heading, member_lines, sections, size_change
from wheelcheck.report.markdown_text import code, text

__all__ = ["render_difference_markdown"]

_MOST_VALUES = 30
_MOST_BINARIES = 100
_LONGEST = 300
"""Characters of a value that are shown."""
_MOST_BYTES = 60_000
"""A comment on GitHub holds 65,536 characters."""


def render_difference_markdown(difference: Difference) -> str:
    """Return the document, with a line end; it fits into a comment on GitHub."""
    lines: list[str] = []
    left = _MOST_BYTES
    for each in _lines(difference):
        left -= len(each.encode()) + 1
        if left < 0:
            lines += ["", "**Cut here**, for a comment holds no more."]
            break
        lines.append(each)
    return "\n".join(lines) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    old, new = difference.old, difference.new
    yield f"## {' to '.join(map(code, heading(difference)))}"
    yield ""
    yield f"{text(closing(difference)).capitalize()}."
    yield ""
    yield f"- file: {size_change(old.size, new.size)}"
    yield f"- inside: {size_change(old.installed, new.installed)}"
    for title, changes in sections(difference):
        yield from ("", f"### {title[0].upper()}{title[1:]}", "")
        yield from _changes(changes, "")
    if difference.binaries:
        yield from ("", "### Native objects", "")
        for binary in difference.binaries[:_MOST_BINARIES]:
            rest = "" if binary.changes else ": only code or data are different"
            yield f"- {code(binary.member)}{rest}"
            yield from _changes(binary.changes, "  ")
        if len(difference.binaries) > _MOST_BINARIES:
            yield f"- {len(difference.binaries) - _MOST_BINARIES} more"
    if difference.members:
        yield from ("", "### Members", "")
        for member in member_lines(difference.members, everything=False):
            yield f"- {member.kind} {code(member.text)} ({member.note})"


def _changes(changes: Iterable[Change], indent: str) -> Iterator[str]:
    for change in changes:
        if len(change.removed) == len(change.added) == 1:
            old, new = _cut(change.removed[0]), _cut(change.added[0])
            yield f"{indent}- {text(change.what)}: {code(old)} to {code(new)}"
            continue
        yield f"{indent}- {text(change.what)}"
        for kind, values in (("removed", change.removed), ("added", change.added)):
            yield from (f"{indent}  - {kind} {code(_cut(v))}" for v in values[:_MOST_VALUES])
            if len(values) > _MOST_VALUES:
                yield f"{indent}  - {kind} {len(values) - _MOST_VALUES} more"


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]} ..."
