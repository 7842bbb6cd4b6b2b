"""What a finding is known by from build to build.

Versions, hashes, sizes and the platform change with every build or wheel, and are left out.
"""

import re
from typing import NamedTuple

from wheelcheck.audit import Release
from wheelcheck.expressions import expression
from wheelcheck.findings import Finding, Report

__all__ = ["Fingerprint", "distribution_of", "fingerprint", "stable", "without_hash"]

# How a finding was found and what it measured, not what it is about.
_VOLATILE = frozenset(
    {
        "actual_hash", "actual_size", "bytes", "chain", "characters", "claimed_size", "damage",
        "elsewhere", "file_name", "holders", "importer", "importers", "inflated_size", "most",
        "not_found_by", "paths", "recorded_hash", "recorded_size", "result", "searched", "size",
        "tags", "versions", "wheel_version",
    }
)  # fmt: skip
_SEPARATORS = expression(r"[-_.]+")
_DIST_INFO = expression(r"(?m)^([^/\s]+)-[^/\s-]+\.(dist-info|data)(?=/|$)")
_MODULE_SUFFIX = expression(r"(?:\.(?:cp\d|cpython-|abi3|pypy|graalpy)[^./\s]*)?\.(?:pyd|so)$")
# The hash that repair tools put into the name of a bundled library.
_BUNDLE_HASH = expression(r"-[0-9a-f]{6,}(?=[.-])")


class Fingerprint(NamedTuple):
    """What a finding is known by."""

    distribution: str
    code: str
    member: str
    key: tuple[str, ...]
    """The evidence that does not change from build to build, as ``label: value``."""


def fingerprint(finding: Finding, judged: Report | Release) -> Fingerprint:
    """Return the mark of a finding on this wheel or release."""
    version = judged.version if isinstance(judged, Report) else judged.versions[-1]
    key = tuple(
        f"{label}: {stable(value, version)}"
        for label, values in sorted(finding.evidence.items())
        if label not in _VOLATILE
        for value in values
    )
    member = stable(finding.member or "", version)
    return Fingerprint(distribution_of(judged), finding.code, member, key)


def distribution_of(judged: Report | Release) -> str:
    """Return the normalised name of the project; of the file name, where nothing else is known."""
    if isinstance(judged, Release):
        return judged.project
    name = judged.distribution or judged.wheel.split("-", 1)[0]
    return _SEPARATORS.sub("-", name).lower()


def stable(text: str, version: str | None) -> str:
    """Return a text without what changes from build to build and from platform to platform."""
    text = _DIST_INFO.sub(r"\1.\2", text)
    text = _MODULE_SUFFIX.sub(".*", text)
    text = _BUNDLE_HASH.sub("-*", text)
    if version:
        text = re.sub(rf"(?<![\w.]){re.escape(version)}(?![\w.]*\d)", "*", text)
    return text


def without_hash(name: str) -> str:
    """Return the name of a bundled library as it was before a repair tool gave it a hash."""
    return _BUNDLE_HASH.sub("", name)
