"""WC644: the source and the wheel, or two places in the source, name different versions."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.distinfo.versions import read_version
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.against_source import source_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.distinfo.versions import Version
    from wheelcheck.source_tree.facts import Source

__all__ = ["RULE"]

_UNSET = ("0.0.0", "0.1.0")
"""What cargo writes into a new crate, and people into one whose version nobody reads."""
_SEPARATORS = re.compile(r"[-_.]+")


def _check(subject: Subject) -> Iterator[Hit]:
    source = source_of(subject)
    if source is None or subject.wheel.name is None:
        return
    places = {place: version for place, text in _places(source) if (version := _read(text))}
    places["the wheel's file name"] = subject.wheel.name.version.public  # builds add local parts
    if len(set(places.values())) > 1:
        told = tuple(f"{place}: {version}" for place, version in places.items())
        yield Hit(
            f"the versions disagree: {'; '.join(told)}",
            evidence={"place": tuple(places), "versions": told},
        )


def _places(source: "Source") -> Iterator[tuple[str, str]]:
    yield from source.project.versions.items()
    crate = source.crate
    if crate is None or crate.version is None:
        return
    # Where pyproject.toml has a version, that of the crate is for crates only.
    own = not any(place.startswith("pyproject.toml") for place in source.project.versions)
    same = _plain(crate.name) == _plain(source.project.name or "")
    if own or (same and crate.published and crate.version not in _UNSET):
        yield f"{crate.manifest}, package.version", crate.version


def _read(text: str) -> "Version | None":
    try:
        return read_version(text).public
    except ValueError:
        return None


def _plain(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


RULE = Rule(
    code="WC644",
    name="versions-disagree",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Source and wheel, or two places in the source, name different versions (with --src).",
    why=(
        "The version was raised in one place and not in the other (pyproject.toml, Cargo.toml, "
        "setup.cfg), or the wheel is left from an earlier build. A version can be "
        "uploaded only once."
    ),
    example="Cargo.toml says 1.1.0, pyproject.toml 1.0.0.",
    fix=(
        "Write the version down once: with maturin, leave it out of pyproject.toml and put "
        '`dynamic = ["version"]` there, so that Cargo.toml decides.'
    ),
    since="0.1.0",
    check=_check,
    references=("maturin: Metadata", "docs/source.md"),
)
