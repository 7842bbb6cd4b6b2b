"""What an inspection says of wheels for macOS: short forms for tests."""

from collections.abc import Mapping
from pathlib import Path

import wheelcheck
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Report

ARM, BOTH = "cp312-cp312-macosx_11_0_arm64", "cp312-cp312-macosx_11_0_universal2"


def inspect(folder: Path, files: Mapping[str, bytes], tag: str = ARM, **fields: str) -> Report:
    builder = WheelBuilder(tag=tag, files=dict(files), fields=fields)
    return wheelcheck.inspect(builder.write(folder))


def of(report: Report, code: str) -> list[Finding]:
    assert report.error is None, report.error
    return [finding for finding in report.findings if finding.code == code]


def codes(report: Report) -> list[str]:
    """Return code and severity of what rules on natives, tags and dependencies found."""
    assert report.error is None, report.error
    families = ("WC4", "WC7", "WC8")
    return [f"{f.code} {f.severity}" for f in report.findings if f.code.startswith(families)]
