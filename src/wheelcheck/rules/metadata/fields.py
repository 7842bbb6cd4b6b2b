"""WC308 and WC309: METADATA breaks its specification, or is of a version that PyPI refuses."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["FIELDS", "VERSION"]

_MOST_HITS = 50
_ACCEPTED = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""What PyPI takes: warehouse 6b62157 (21 August 2026), forklift/metadata.py."""


def _check_fields(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    faults = metadata.faults
    for fault in faults[:_MOST_HITS]:
        severity = None
        if fault.newer and fault.field == "License-File":
            # setuptools wrote it for years before it was specified; nobody stumbles over it.
            severity = Severity.NOTE
        elif fault.field not in _NEEDED:
            severity = subject.pypi_refuses
        yield Hit(f"{fault.field}: {fault.message}", member, severity=severity)
    if len(faults) > _MOST_HITS:
        yield Hit(f"METADATA has {len(faults) - _MOST_HITS} more such faults", member)


# What pip itself stumbles over, wherever the wheel comes from.
_NEEDED = {"Name", "Version", "Requires-Dist", "METADATA"}


def _check_version(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None or metadata.problem is not None:
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    stated = metadata.first("Metadata-Version")
    if not stated:
        yield Hit("METADATA has no Metadata-Version", member)
    elif stated not in _ACCEPTED:
        yield Hit(
            f"PyPI does not take Metadata-Version {stated[:40]!r}, only {', '.join(_ACCEPTED)}",
            member,
            evidence={"metadata_version": (stated[:40],)},
            severity=subject.pypi_refuses,
        )


FIELDS = Rule(
    code="WC308",
    name="invalid-metadata",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A field of METADATA breaks the core metadata specification.",
    why=(
        "PyPI refuses the upload. What gets around PyPI fails at users: pip stops at a dependency "
        "that it cannot parse, and ignores a Requires-Python that it cannot parse, so that the "
        "wheel installs where it does not run."
    ),
    example="`Requires-Dist: numpy >= two`, or License-Expression under `Metadata-Version: 2.1`.",
    fix="Correct the field in pyproject.toml, or use a current build backend.",
    since="0.1.0",
    check=_check_fields,
    references=("PyPA: Core metadata specifications", "PEP 508", "PEP 440", "PEP 639"),
)

VERSION = Rule(
    code="WC309",
    name="metadata-version",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The Metadata-Version is missing or one that PyPI does not take.",
    why=(
        "PyPI refuses metadata of a version that it does not implement yet, and of 2.0, which was "
        "withdrawn."
    ),
    example="`Metadata-Version: 2.6`, written by a build backend that is ahead of PyPI.",
    fix="Use a release of the build backend that writes one of the accepted versions.",
    since="0.1.0",
    check=_check_version,
    references=(
        "PyPA: Core metadata specifications, Metadata-Version",
        "PyPI (warehouse): forklift/metadata.py",
    ),
)
