"""Wheels with PE files made to order, and what an inspection says of them."""

from collections.abc import Mapping
from pathlib import Path

import wheelcheck
from tests.pe_builder import Pe
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Report

SYSTEM = {"KERNEL32.dll": ["Sleep"]}
X86, X86_64, ARM64 = 0x14C, 0x8664, 0xAA64


def extension(name: str, imports: Mapping[str, list[str]] | None = None) -> bytes:
    """Return an extension module that exports its init function."""
    wanted = {**SYSTEM, "python3.dll": ["PyModule_Create2"], **(imports or {})}
    return Pe(imports=wanted, exports={f"PyInit_{name}": None}).build()


def library(*exports: str, imports: Mapping[str, list[str]] | None = None) -> bytes:
    """Return a DLL."""
    return Pe(imports={**SYSTEM, **(imports or {})}, exports=dict.fromkeys(exports)).build()


def inspect(folder: Path, files: Mapping[str, bytes], tag: str = "cp39-abi3-win_amd64") -> Report:
    """Build a wheel around these members and inspect it."""
    return wheelcheck.inspect(WheelBuilder(tag=tag, files=dict(files)).write(folder))


def of(report: Report, code: str) -> list[Finding]:
    """Return the findings of one rule."""
    assert report.error is None, report.error
    return [finding for finding in report.findings if finding.code == code]
