"""Findings as text for a person."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from wheelcheck.findings import Finding, Severity
from wheelcheck.report.finding_groups import Group, Item
from wheelcheck.report.styled import BLANK, Line, Style, line, strong

__all__ = ["STYLES", "finding_lines"]

STYLES = {
    Severity.ERROR: Style.ERROR,
    Severity.WARNING: Style.WARNING,
    Severity.NOTE: Style.NOTE,
}
_MOST_ITEMS = {Severity.ERROR: 20, Severity.WARNING: 10, Severity.NOTE: 3}
_MOST_VALUES = 8
_MOST_PLACES = 3
# The two ends of a chain, which has them, too.
_ENDS = ("importer", "library")


def finding_lines(
    groups: Iterable[Group], *, indent: int = 0, places: bool = False, everything: bool = False
) -> Iterator[Line]:
    """Yield the lines of each group, with a blank line before it.

    ``places`` says in which wheels it is; ``everything`` cuts nothing.
    """
    for group in groups:
        yield BLANK
        where = _number_of(group.places) if places else ""
        severity = (str(group.severity), STYLES[group.severity])
        yield line(
            indent, severity, "  ", strong(group.code), f" {group.name}{where and f', in{where}'}"
        )
        most = len(group.items) if everything else _MOST_ITEMS[group.severity]
        by_help: dict[str, list[Item]] = {}
        for item in group.items[:most]:
            by_help.setdefault(item.finding.help, []).append(item)
        for advice, items in by_help.items():
            for item in items:
                yield line(indent + 2, item.finding.message)
                if places:
                    yield from _places(item, indent + 4, everything=everything)
                # What a note rests on is in its message.
                if everything or group.severity is not Severity.NOTE:
                    yield from _evidence(item.finding, indent + 4, everything=everything)
            if advice:
                # What is for some of them only stands below these.
                deeper = 2 if len(by_help) == 1 else 4
                yield line(indent + deeper, ("help:", Style.LABEL), f" {advice}")
        if len(group.items) > most:
            yield line(indent + 2, f"... {len(group.items) - most} more (-v shows all)")


def _places(item: Item, indent: int, *, everything: bool) -> Iterator[Line]:
    for label, names in (("in", tuple(dict.fromkeys(item.same))), ("likewise in", item.likewise)):
        if names:
            shown = _joined(names, ", ", None if everything else _MOST_PLACES)
            yield line(indent, (f"{label}{_number_of(names)}:", Style.FAINT), f" {shown}")


def _number_of(places: Collection[str]) -> str:
    noun = "wheels" if all(place.endswith(".whl") for place in places) else "releases"
    return f" {len(places)} {noun}" if len(places) > 1 else ""


def _evidence(finding: Finding, indent: int, *, everything: bool) -> Iterator[Line]:
    for label, values in finding.evidence.items():
        if label in _ENDS and "chain" in finding.evidence:
            continue
        between = " -> " if label == "chain" else ", "
        shown = _joined(values, between, None if everything else _MOST_VALUES)
        if shown:
            yield line(indent, (f"{label.replace('_', ' ')}:", Style.FAINT), f" {shown}")


def _joined(values: Sequence[str], between: str, most: int | None) -> str:
    more = 0 if most is None else len(values) - most
    return between.join(values[:most]) + (f" and {more} more" if more > 0 else "")
