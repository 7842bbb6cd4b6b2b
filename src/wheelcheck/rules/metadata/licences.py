"""WC316 to WC318: licence fields that conflict, licence files that are missing, no licence."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["CONFLICT", "FILES", "NONE"]

_FILES_SINCE = ("2", "4")
_MOST_HITS = 20
_SHOWN = 80
_NAMES = ("license", "licence", "copying", "notice", "copyright", "unlicense")


def _check_conflict(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None or not metadata.first("License-Expression"):
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    if metadata.first("License"):
        yield Hit(
            "METADATA has both License and License-Expression",
            member,
            severity=subject.pypi_refuses,
        )
    classifiers = [c for c in metadata.all("Classifier") if c.startswith("License ::")]
    if classifiers:
        yield Hit(
            f"METADATA has a License-Expression and the classifier {classifiers[0][:_SHOWN]!r}",
            member,
            help="Remove the licence classifiers; the expression replaces them.",
            severity=Severity.WARNING,
        )


def _check_files(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    stated = (metadata.first("Metadata-Version") or "").split(".")
    if len(stated) != len(_FILES_SINCE) or tuple(stated) < _FILES_SINCE:
        return
    folder = subject.wheel.dist_info
    missing = [
        path
        for path in dict.fromkeys(metadata.all("License-File"))
        if not subject.has_member(f"{folder}/licenses/{path}")
    ]
    for path in missing[:_MOST_HITS]:
        elsewhere = subject.has_member(f"{folder}/{path}")
        yield Hit(
            f"License-File: {folder}/licenses/{path[:_SHOWN]} is not in the wheel"
            + (f"; it lies at {folder}/{path[:_SHOWN]}" if elsewhere else ""),
            f"{folder}/METADATA",
            severity=subject.pypi_refuses,
        )


def _check_none(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None or metadata.problem is not None:
        return
    if any(metadata.first(field) for field in ("License", "License-Expression", "License-File")):
        return
    if any(c.startswith("License ::") for c in metadata.all("Classifier")):
        return
    prefix = f"{subject.wheel.dist_info}/"
    files = (f.member.name for f in subject.wheel.files)
    # Older build backends put the text beside METADATA without naming it there.
    if any(n.startswith(prefix) and n.rpartition("/")[2].lower().startswith(_NAMES) for n in files):
        return
    yield Hit("METADATA names no licence, and no licence file is in the wheel", f"{prefix}METADATA")


CONFLICT = Rule(
    code="WC316",
    name="license-conflict",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="License-Expression stands beside License, or beside licence classifiers.",
    why=(
        "The two fields exclude each other, and PyPI refuses metadata with both. Licence "
        "classifiers are deprecated; beside an expression they can only contradict it."
    ),
    example="`License-Expression: MIT` and `Classifier: License :: OSI Approved :: MIT License`.",
    fix='Keep the expression alone: `license = "MIT"` in pyproject.toml.',
    since="0.1.0",
    check=_check_conflict,
    references=("PEP 639", "PyPI (warehouse): forklift/metadata.py"),
)

FILES = Rule(
    code="WC317",
    name="license-file-missing",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A License-File is not in the wheel.",
    why=(
        "PyPI looks for each License-File at `dist-info/licenses/` and refuses the wheel if one is "
        "missing. Most licences also demand that their text goes along."
    ),
    example="`License-File: LICENSE`, but no pkg-1.0.dist-info/licenses/LICENSE.",
    fix="Use a build backend that implements PEP 639; do not delete or move these files.",
    since="0.1.0",
    check=_check_files,
    references=("PEP 639: Add License-File field", "PyPI (warehouse): forklift/legacy.py"),
)

NONE = Rule(
    code="WC318",
    name="no-license",
    family=Family.METADATA,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The wheel names no licence.",
    why="Without a licence nobody may use or redistribute it, and companies' scanners block it.",
    example="METADATA has no License-Expression, License, License-File or licence classifier.",
    fix='Put `license = "MIT"` (your licence) and `license-files` into pyproject.toml.',
    since="0.1.0",
    check=_check_none,
    references=("PEP 639", "PyPA: Core metadata specifications, License-Expression"),
)
