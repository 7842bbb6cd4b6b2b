"""WC306 and WC307: METADATA is missing or unreadable, or about another release than the file."""

from collections.abc import Iterator

from wheelcheck.distinfo.names import normal_name
from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["FILE", "IDENTITY"]

_SHOWN = 80


def _check_file(subject: Subject) -> Iterator[Hit | NotChecked]:
    folder = subject.wheel.dist_info
    if folder is None:
        return
    member = f"{folder}/METADATA"
    metadata = subject.metadata
    if metadata is None and not subject.has_member(member):
        yield Hit(f"{member} is missing")
        return
    reason = "it cannot be read or is far too large" if metadata is None else metadata.problem
    if reason is not None:
        yield Hit(f"{member} cannot be read: {reason}", member)
        yield NotChecked(member, "its fields: the file cannot be read")


def _check_identity(subject: Subject) -> Iterator[Hit]:
    metadata, name = subject.metadata, subject.wheel.name
    if metadata is None or metadata.problem is not None or name is None:
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    said = metadata.first("Name")
    if said and normal_name(said) != normal_name(name.distribution):
        yield Hit(
            f"{member} is about the project {said[:_SHOWN]!r}, the file name about "
            f"{name.distribution!r}",
            member,
            evidence={"metadata": (said[:_SHOWN],), "file_name": (name.distribution,)},
        )
    version = metadata.version
    if version is not None and version != name.version:
        yield Hit(
            f"{member} is about version {str(version)[:_SHOWN]}, the file name about "
            f"{name.version}",
            member,
            evidence={"metadata": (str(version)[:_SHOWN],), "file_name": (str(name.version),)},
        )


FILE = Rule(
    code="WC306",
    name="metadata-file",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The METADATA file is missing or cannot be read.",
    why="pip and PyPI need it: without it the wheel is neither installed nor taken.",
    example="pkg-1.0.dist-info/METADATA is in Latin-1, with an é in the author's name.",
    fix="Build again; if a field is not ASCII, the source it comes from must be UTF-8.",
    since="0.1.0",
    check=_check_file,
    references=("PyPA: Core metadata specifications", "PEP 566: character encoding UTF-8"),
)

IDENTITY = Rule(
    code="WC307",
    name="metadata-identity",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="METADATA names another project or version than the file name.",
    why=(
        "pip asks for a project, gets METADATA of another one and stops; with another version it "
        "installs something that calls itself differently than what was asked for. PyPI refuses "
        "both. Usual causes: a wheel renamed by hand, a version raised in one file only."
    ),
    example="pkg-1.1-py3-none-any.whl whose METADATA says `Version: 1.0`.",
    fix="Give the name and the version one source, and build again.",
    since="0.1.0",
    check=_check_identity,
    references=("PyPA: Binary distribution format, File name convention",),
)
