"""WC311, WC312 and WC315: a local version, a direct URL, a long summary. Only PyPI minds."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["DIRECT_URL", "LOCAL_VERSION", "SUMMARY"]

_LONGEST_SUMMARY = 512
"""Characters; warehouse, forklift/metadata.py."""
_MOST_HITS = 20
_SHOWN = 80


def _check_local_version(subject: Subject) -> Iterator[Hit]:
    name, metadata = subject.wheel.name, subject.metadata
    version = name.version if name is not None else metadata and metadata.version
    if version and version.local:
        yield Hit(
            f"{version} is a local version (+{version.local})",
            evidence={"local": (version.local,)},
            severity=subject.pypi_refuses,
        )


def _check_direct_url(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    found = [
        (field, requirement)
        for field in ("Requires-Dist", "Provides-Dist", "Obsoletes-Dist")
        for requirement in (
            metadata.requires_dist if field == "Requires-Dist" else metadata.requirements(field)
        ).valid
        if requirement.url is not None
    ]
    for field, requirement in found[:_MOST_HITS]:
        yield Hit(
            f"{field}: {requirement.name[:_SHOWN]} is asked for at a URL, "
            f"{str(requirement.url)[:_SHOWN]}",
            f"{subject.wheel.dist_info}/METADATA",
            severity=subject.pypi_refuses,
        )


def _check_summary(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    length = len((metadata and metadata.first("Summary")) or "")
    if length > _LONGEST_SUMMARY:
        yield Hit(
            f"the Summary has {length} characters; PyPI takes {_LONGEST_SUMMARY} at most",
            f"{subject.wheel.dist_info}/METADATA",
            severity=subject.pypi_refuses,
        )


LOCAL_VERSION = Rule(
    code="WC311",
    name="local-version",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The version has a local part, such as +cu124 or +g1a2b3c4.",
    why=(
        "PyPI refuses local versions: they mark builds that differ from the public release. An "
        "index of one's own may hold them (--profile private: a warning)."
    ),
    example="pkg-1.0+g1a2b3c4.d20240102-py3-none-any.whl, built from a tree with changes.",
    fix=(
        "Build from a clean, tagged checkout; with setuptools-scm, `local_scheme = "
        '"no-local-version"`.'
    ),
    since="0.1.0",
    check=_check_local_version,
    references=("PEP 440: Local version identifiers", "PyPI (warehouse): forklift/metadata.py"),
)

DIRECT_URL = Rule(
    code="WC312",
    name="direct-url",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A dependency is given by a URL.",
    why="PyPI refuses it, because what lies behind a URL can change or vanish at any time.",
    example="`Requires-Dist: helper @ git+https://example.com/helper.git`.",
    fix="Depend on a released version of the project.",
    since="0.1.0",
    check=_check_direct_url,
    references=("PEP 508", "PEP 440: Direct references", "PyPI (warehouse): forklift/metadata.py"),
)

SUMMARY = Rule(
    code="WC315",
    name="long-summary",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The Summary is longer than PyPI takes.",
    why="PyPI refuses a summary of more than 512 characters.",
    example="The whole README stands in `description` of pyproject.toml.",
    fix="Say in one line what the project is; the long text belongs into the README.",
    since="0.1.0",
    check=_check_summary,
    references=("PyPI (warehouse): forklift/metadata.py",),
)
