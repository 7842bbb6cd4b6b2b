"""Wheels around the ELF objects of testdata, and what an inspection says of them."""

from collections.abc import Mapping
from pathlib import Path

import wheelcheck
from tests.elf_samples import sample
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Report
from wheelcheck.patch.elf import ElfEdit, rewrite

GNU = "x86_64-gnu"
MANY = "py3-none-manylinux_2_28_x86_64"
PLAIN = "py3-none-linux_x86_64"


def mid(chain: str = GNU, **edit: object) -> bytes:
    """Return libmid.so.2, which needs libleaf.so.1, as edited."""
    return edited(f"{chain}/libmid.so.2", **edit)


def leaf(chain: str = GNU, **edit: object) -> bytes:
    return edited(f"{chain}/libleaf.so.1", **edit)


def edited(name: str, **edit: object) -> bytes:
    return rewrite(sample(name), ElfEdit(**edit)) if edit else sample(name)  # type: ignore[arg-type]


def pair(chain: str = GNU, path: str = "$ORIGIN", **edit: object) -> dict[str, bytes]:
    """Return a complete closure of two libraries."""
    return {
        "demo/__init__.py": b"",
        "demo/libmid.so.2": mid(chain, rpath=path, **edit),
        "demo/libleaf.so.1": leaf(chain),
    }


def inspect(folder: Path, files: Mapping[str, bytes], tag: str = MANY) -> Report:
    return wheelcheck.inspect(WheelBuilder(tag=tag, files=dict(files)).write(folder))


def of(report: Report, code: str) -> list[Finding]:
    assert report.error is None, report.error
    return [finding for finding in report.findings if finding.code == code]
