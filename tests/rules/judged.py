"""What the rules on dist-info, tags and file names say of a wheel: short forms for tests."""

from pathlib import Path

import wheelcheck
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Report

FAMILIES = ("WC3", "WC4")


def report_of(folder: Path, builder: WheelBuilder, profile: str = "pypi") -> Report:
    return wheelcheck.inspect(builder.write(folder), profile=profile)


def findings(folder: Path, builder: WheelBuilder, profile: str = "pypi") -> list[Finding]:
    report = report_of(folder, builder, profile)
    assert report.error is None
    return [f for f in report.findings if f.code.startswith(FAMILIES)]


def verdict(folder: Path, builder: WheelBuilder, profile: str = "pypi") -> list[str]:
    """Return code and severity of each finding, worst first."""
    return [f"{f.code} {f.severity}" for f in findings(folder, builder, profile)]


def pure(**kwargs: object) -> WheelBuilder:
    """Return a wheel for any platform with which nothing is wrong."""
    builder = WheelBuilder(tag="py3-none-any", files={"demo/__init__.py": b""})
    for name, value in kwargs.items():
        assert hasattr(builder, name)
        setattr(builder, name, value)
    return builder
