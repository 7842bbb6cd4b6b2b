"""The difference of two wheels as text for a person."""

from collections.abc import Iterable, Iterator

from wheelcheck.comparing.model import Change, Difference, MemberKind
from wheelcheck.report.difference_words import closing, heading, member_lines, sections, size_change
from wheelcheck.report.look import Level, Look
from wheelcheck.report.styled import BLANK, Line, Span, Style, line, lines_text, strong

__all__ = ["render_difference"]

_MOST_VALUES = 10
_LONGEST = 300
"""Characters of a value that are shown."""
_STYLES = {
    MemberKind.ADDED: Style.GOOD,
    MemberKind.REMOVED: Style.WARNING,
    MemberKind.CHANGED: Style.NOTE,
    MemberKind.MOVED: Style.LABEL,
    MemberKind.MODE: Style.LABEL,
}


def render_difference(difference: Difference, look: Look) -> str:
    """Return the text, with a line end.

    ``Level.VERBOSE`` names all values and members, ``Level.QUIET`` shows the last line only.
    """
    if look.level is Level.SILENT:
        return ""
    lines: Iterable[Line] = [line(0, strong(closing(difference)))]
    if look.level is not Level.QUIET:
        lines = _lines(difference, everything=look.level is Level.VERBOSE)
    return lines_text(lines, look)


def _lines(difference: Difference, *, everything: bool) -> Iterator[Line]:
    old, new = difference.old, difference.new
    names = heading(difference)
    yield line(0, strong(names[0]), " -> ", strong(names[1]))
    yield _fact("file", size_change(old.size, new.size))
    yield _fact("inside", size_change(old.installed, new.installed))
    for title, changes in sections(difference):
        yield BLANK
        yield line(0, strong(title))
        yield from _changes(changes, 2, everything=everything)
    if difference.binaries:
        yield BLANK
        yield line(0, strong("native objects"))
        for binary in difference.binaries:
            rest = "" if binary.changes else ": only code or data are different"
            yield line(2, binary.member, rest)
            yield from _changes(binary.changes, 4, everything=everything)
    if difference.members:
        yield BLANK
        yield line(0, strong("members"))
        for member in member_lines(difference.members, everything=everything):
            kind = (f"{member.kind:<8}", _STYLES[member.kind])
            yield line(2, kind, f" {member.text} ", (f"({member.note})", Style.FAINT), hang=9)
    yield BLANK
    yield line(0, strong(closing(difference)))


def _changes(changes: Iterable[Change], indent: int, *, everything: bool) -> Iterator[Line]:
    for change in changes:
        if len(change.removed) == len(change.added) == 1:
            old, new = (_cut(v[0], everything=everything) for v in (change.removed, change.added))
            yield line(indent, (f"{change.what}:", Style.FAINT), f" {old} -> {new}")
            continue
        yield line(indent, (f"{change.what}:", Style.FAINT))
        for kind, values in (
            (MemberKind.REMOVED, change.removed),
            (MemberKind.ADDED, change.added),
        ):
            most = len(values) if everything else _MOST_VALUES
            for value in values[:most]:
                word: Span = (f"{kind:<8}", _STYLES[kind])
                yield line(indent + 2, word, f" {_cut(value, everything=everything)}", hang=9)
            if len(values) > most:
                more = f"... {len(values) - most} more {kind} (-v shows all)"
                yield line(indent + 2, more)


def _cut(value: str, *, everything: bool) -> str:
    return value if everything or len(value) <= _LONGEST else f"{value[:_LONGEST]} ..."


def _fact(label: str, text: str) -> Line:
    return line(2, (f"{label:<8}", Style.FAINT), f"  {text}")
