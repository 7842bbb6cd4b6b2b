"""Findings that were there when somebody began to use wheelcheck.

A baseline is a JSON file of findings that are accepted for now, so that only
new ones fail the build. It is meant to be committed and to be read: a finding
is known again by its rule, the name of the distribution, the member and the
evidence. What changes with every build is left out: versions, hashes, sizes
and the platform, so that one baseline serves all wheels of a release.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from wheelcheck.audit import Release
from wheelcheck.errors import ConfigError
from wheelcheck.findings import Ignored, Report
from wheelcheck.fingerprint import Fingerprint, distribution_of, fingerprint
from wheelcheck.records import field, record, replace
from wheelcheck.rules import all_rules
from wheelcheck.whole_file import write_whole

__all__ = ["Baseline", "make_baseline", "read_baseline", "write_baseline"]

J = TypeVar("J", Report, Release)
"""What has been judged."""

_VERSION = 1
_BY = "baseline"


@record
class Baseline:
    """The accepted findings, with how often each may occur."""

    counts: Mapping[Fingerprint, int] = field(default_factory=dict)

    def apply(self, judged: J) -> J:
        """Return a report or release without the accepted findings, which become ``ignored``.

        Of findings that look the same, as many are accepted as there were.
        """
        left = dict(self.counts)
        findings = []
        ignored = list(judged.ignored)
        for finding in judged.findings:
            mark = fingerprint(finding, judged)
            if left.get(mark, 0):
                left[mark] -= 1
                ignored.append(Ignored(finding.code, finding.name, finding.member, (_BY,)))
            else:
                findings.append(finding)
        return replace(judged, findings=tuple(findings), ignored=tuple(ignored))

    def gone(self, judged: Iterable[Report | Release]) -> tuple[Fingerprint, ...]:
        """Return the entries that occur in none of these reports any more.

        Takes reports and releases as they were before :meth:`apply`. Entries for other
        distributions, and for those with an unreadable wheel, are not judged.
        """
        every = list(judged)
        seen = {fingerprint(finding, one) for one in every for finding in one.findings}
        unread = {
            distribution_of(one)
            for one in every
            if isinstance(one, Report) and one.error is not None
        }
        known = {distribution_of(one) for one in every} - unread
        return tuple(m for m in self.counts if m.distribution in known and m not in seen)


def make_baseline(judged: Iterable[Report | Release]) -> Baseline:
    """Accept all findings of these; of each, as many as one wheel or release has."""
    counts: dict[Fingerprint, int] = {}
    for one in judged:
        here = Counter(fingerprint(finding, one) for finding in one.findings)
        for mark, number in here.items():
            counts[mark] = max(counts.get(mark, 0), number)
    return Baseline(dict(sorted(counts.items())))


def read_baseline(path: str | Path) -> Baseline:
    """Read a baseline.

    Raises:
        ConfigError: the file cannot be read or is no baseline.
    """
    try:
        data = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise ConfigError(f"{path} is no baseline: it nests too deeply") from None
    except ValueError as error:
        raise ConfigError(f"{path} is no baseline: {error}") from None
    version = data.get("wheelcheck_baseline") if isinstance(data, dict) else None
    if version != _VERSION:
        text = f"{path} is no baseline of version {_VERSION}; write it anew with --write-baseline"
        raise ConfigError(text)
    try:
        return Baseline({_entry(item): int(item["count"]) for item in data["findings"]})
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path} is a damaged baseline: {error!r}") from None


def write_baseline(baseline: Baseline, path: str | Path) -> None:
    """Write a baseline; an existing file is replaced as a whole or not at all.

    Raises:
        ConfigError: the file cannot be written.
    """
    path = Path(path)
    names = {rule.code: rule.name for rule in all_rules()}  # for those who read the file
    entries = [
        {**mark._asdict(), "name": names.get(mark.code, ""), "count": count}
        for mark, count in baseline.counts.items()
    ]
    document = {"wheelcheck_baseline": _VERSION, "findings": entries}
    text = json.dumps(document, indent=2, ensure_ascii=True) + "\n"
    try:
        write_whole(path, [text.encode("ascii")])
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None


def _entry(item: Mapping[str, Any]) -> Fingerprint:
    distribution, code, member = item["distribution"], item["code"], item["member"]
    key = item["key"]
    if not isinstance(key, list) or not all(
        isinstance(text, str) for text in (distribution, code, member, *key)
    ):
        raise TypeError("distribution, code and member are strings, key is a list of strings")
    return Fingerprint(distribution, code, member, tuple(key))
