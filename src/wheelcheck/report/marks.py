"""What machines know the findings of a call by, so that they follow them from run to run."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

from wheelcheck.audit import Audit, Release
from wheelcheck.findings import Finding, Report, Severity
from wheelcheck.fingerprint import fingerprint

__all__ = ["MarkedFinding", "marked"]

MarkedFinding = tuple[Finding, str, str]
"""A finding, the path of the wheel to show it at, and its mark: 32 hexadecimal digits."""


def marked(audit: Audit) -> Iterator[MarkedFinding]:
    """Yield all findings, worst first, with path and mark; every mark differs.

    A finding on a release is shown at its first wheel, for nothing else of it is a file.
    """
    paths = {report.wheel: report.path for report in reversed(audit.reports)}
    seen: Counter[str] = Counter()
    # Once for each severity, for a sorted list of very many would fill the memory.
    for severity in reversed(Severity):
        for finding, path, judged in _all(audit, paths):
            if finding.severity is severity:
                text = json.dumps([_platform(finding.wheel), *fingerprint(finding, judged)])
                kind = hashlib.sha256(text.encode()).hexdigest()[:32]
                seen[kind] += 1
                mark = hashlib.sha256(f"{text}{seen[kind]}".encode()).hexdigest()[:32]
                yield finding, path, mark


def _all(audit: Audit, paths: dict[str, str]) -> Iterator[tuple[Finding, str, Report | Release]]:
    for report in audit.reports:
        for finding in report.findings:
            yield finding, report.path, report
    for release in audit.releases:
        first = next((paths[name] for name in release.wheels if name in paths), release.project)
        for finding in release.findings:
            yield finding, paths.get(finding.wheel, first), release


def _platform(wheel: str) -> str:
    """Return the tags of a file name, which tell the wheels of a release apart."""
    return "-".join(wheel.removesuffix(".whl").split("-")[2:])
