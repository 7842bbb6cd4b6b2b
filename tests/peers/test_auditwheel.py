"""The verdicts of auditwheel on published wheels; each difference is explained here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import wheelcheck
from testdata.fetch import DEFAULT_CACHE, Pin, fetch
from testdata.linux_wheels import WHEELS

pytestmark = pytest.mark.peers

CRASHES = {
    "rpds_py-2026.9.1-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "it needs libc.so, which musl has; auditwheel opens the host's file of that name, a "
        "linker script for glibc, and fails"
    )
}
"""Wheels of which auditwheel says nothing."""


def pin(filename: str) -> Pin:
    name, version, python, _, platforms = filename.removesuffix(".whl").split("-")
    digits = python.removeprefix("cp")
    minor = f"3.{digits[1:]}" if python.startswith("cp") else "3.12"
    options = (
        "--only-binary=:all:",
        *(f"--platform={platform}" for platform in platforms.split(".")),
        f"--python-version={minor}",
    )
    return Pin(f"{name}=={version}", filename, WHEELS[filename], options)


def by_auditwheel(wheel: Path) -> str | None:
    command = [sys.executable, "-m", "auditwheel", "show", "--json", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdict = json.loads(done.stdout) if done.stdout else {}
    tag: str | None = verdict.get("overall_tag")
    return tag


@pytest.mark.parametrize("filename", WHEELS)
def test_the_best_policy(filename: str) -> None:
    wheel = fetch(pin(filename), DEFAULT_CACHE)
    report = wheelcheck.inspect(wheel)
    theirs = by_auditwheel(wheel)
    if filename in CRASHES:
        assert theirs is None, CRASHES[filename]
    else:
        assert [policy.best for policy in report.policies] == [theirs]
    # What is published loads, so an error here would be ours.
    assert not [f for f in report.at_least(wheelcheck.Severity.ERROR) if f.code >= "WC4"]
