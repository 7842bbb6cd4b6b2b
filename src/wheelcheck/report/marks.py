"""What machines know the findings of a call by, so that they follow them from run to run."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

from wheelcheck.audit import Audit
from wheelcheck.findings import Finding
from wheelcheck.fingerprint import Fingerprint, fingerprint

__all__ = ["MarkedFinding", "marked"]

MarkedFinding = tuple[Finding, str, str]
"""A finding, the path of the wheel to show it at, and its mark: 32 hexadecimal digits."""


def marked(audit: Audit) -> Iterator[MarkedFinding]:
    """Yield all findings, worst first, with path and mark; every mark differs.

    A finding on a release is shown at its first wheel, for nothing else of it is a file.
    """
    paths = {report.wheel: report.path for report in reversed(audit.reports)}
    seen: Counter[str] = Counter()
    found = sorted(_all(audit, paths), key=lambda item: -item[0].severity.rank)
    for finding, path, identity in found:
        text = json.dumps([_platform(finding.wheel), *identity])
        seen[text] += 1
        mark = hashlib.sha256(f"{text}{seen[text]}".encode()).hexdigest()[:32]
        yield finding, path, mark


def _all(audit: Audit, paths: dict[str, str]) -> Iterator[tuple[Finding, str, Fingerprint]]:
    for report in audit.reports:
        for finding in report.findings:
            yield finding, report.path, fingerprint(finding, report)
    for release in audit.releases:
        first = next((paths[name] for name in release.wheels if name in paths), release.project)
        for finding in release.findings:
            path = paths.get(finding.wheel, first)
            yield finding, path, fingerprint(finding, release)


def _platform(wheel: str) -> str:
    """Return the tags of a file name, which tell the wheels of a release apart."""
    return "-".join(wheel.removesuffix(".whl").split("-")[2:])
