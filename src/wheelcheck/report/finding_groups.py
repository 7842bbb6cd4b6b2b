"""Findings of a call, put together by rule, and over wheels where they are the same."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from wheelcheck.audit import Release
from wheelcheck.findings import Finding, Report, Severity
from wheelcheck.fingerprint import fingerprint
from wheelcheck.records import record

__all__ = ["Group", "Item", "group_findings"]

_Rule = tuple[int, str, str]


@record
class Item:
    """One thing that is wrong, in however many wheels."""

    finding: Finding
    """The first of them."""
    same: tuple[str, ...]
    """Where it is exactly so: file names of wheels, or a project's name."""
    likewise: tuple[str, ...]
    """Where it differs only as builds do, e.g. in the suffix of a module."""


@record
class Group:
    """All that one rule found of one severity."""

    severity: Severity
    code: str
    name: str
    items: tuple[Item, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The wheels and projects it occurs in, each once."""
        return tuple(dict.fromkeys(p for i in self.items for p in (*i.same, *i.likewise)))


def group_findings(
    judged: Iterable[Report | Release], least: Severity = Severity.NOTE
) -> tuple[Group, ...]:
    """Return the groups, worst first, then by code; items in the order of ``judged``."""
    rules: dict[_Rule, dict[Hashable, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for one in judged:
        # What is twice in one wheel is two things, however alike.
        nth: Counter[Hashable] = Counter()
        for found in one.findings:
            if found.severity.rank >= least.rank:
                mark = (found.severity, fingerprint(found, one))
                rules[-found.severity.rank, found.code, found.name][mark, nth[mark]].append(found)
                nth[mark] += 1
    return tuple(
        _group(code, name, map(_item, rules[rank, code, name].values()))
        for rank, code, name in sorted(rules)
    )


def _group(code: str, name: str, items: Iterable[Item]) -> Group:
    """Put together what reads the same, e.g. of different projects."""
    read: dict[tuple[str, str], Item] = {}
    for item in items:
        text = (item.finding.message, item.finding.help)
        first = read.setdefault(text, item)
        if first is not item:
            read[text] = Item(
                first.finding, (*first.same, *item.same), (*first.likewise, *item.likewise)
            )
    whole = tuple(read.values())
    return Group(whole[0].finding.severity, code, name, whole)


def _item(alike: Sequence[Finding]) -> Item:
    first = alike[0]
    places: dict[bool, list[str]] = defaultdict(list)
    for found in alike:
        places[(found.message, found.help) == (first.message, first.help)].append(found.wheel)
    return Item(first, tuple(places[True]), tuple(places[False]))
