"""Wheels put into a folder as installers do, and what an inspection says of them there."""

import json
import zipfile
from pathlib import Path

import wheelcheck
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Report

ENVIRON: dict[str, str] = {}


def put(site: Path, files: dict[str, bytes], name: str = "demo", **options: str) -> Path:
    """Install a wheel with these files into a folder, and return that."""
    site.mkdir(parents=True, exist_ok=True)
    built = WheelBuilder(name=name, tag=options.get("tag", "py3-none-any"), files=files)
    with zipfile.ZipFile(built.write(site)) as archive:
        archive.extractall(site)
    (site / built.filename).unlink()
    return site


def put_editable(site: Path, project: Path, files: dict[str, bytes]) -> Path:
    """Install a project from its folder, with these files in site-packages to lead there."""
    told = {"url": project.as_uri(), "dir_info": {"editable": True}}
    return put(site, {**files, "demo-1.0.dist-info/direct_url.json": json.dumps(told).encode()})


def inspect(site: Path, name: str = "demo", **options: object) -> Report:
    keywords = {"paths": [site], "environ": ENVIRON, **options}
    report = wheelcheck.inspect_installed(name, **keywords)  # type: ignore[arg-type] # handed on
    assert report.error is None, report.error
    return report


def of(report: Report, code: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.code == code]
