"""WC314: a project URL that PyPI refuses."""

import re
from collections.abc import Iterator

from wheelcheck.expressions import expression
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_LONGEST_LABEL = 32
"""Characters; warehouse, forklift/metadata.py."""
_MOST_HITS = 20
_SHOWN = 80

# What PyPI asks: the scheme. Blanks and the like it lets pass.
_SCHEME = expression(r"https?:", re.IGNORECASE)
_NO_URL = expression(r"[\s<>\"\x00-\x20\x7f]|https?:/*\Z", re.IGNORECASE)


def _check(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    hits: list[tuple[str, Severity]] = []
    for field in ("Home-page", "Download-URL"):
        value = metadata.first(field)
        if value and (fault := _fault(value)) is not None:
            hits.append((f"{field}: {value[:_SHOWN]!r} {fault}", _severity(subject, value)))
    for value in dict.fromkeys(metadata.all("Project-URL")):
        label, _, url = (part.strip() for part in value.partition(","))
        shown = f"Project-URL: {value[:_SHOWN]!r}"
        if not label:
            hits.append((f"{shown} has no label", subject.pypi_refuses))
        elif len(label) > _LONGEST_LABEL:
            text = f"{shown} has a label of {len(label)} characters; PyPI takes {_LONGEST_LABEL}"
            hits.append((text, subject.pypi_refuses))
        elif not url:
            hits.append((f"{shown} has no URL; it reads `label, URL`", subject.pypi_refuses))
        elif (fault := _fault(url)) is not None:
            hits.append((f"{shown} {fault}", _severity(subject, url)))
    for message, severity in hits[:_MOST_HITS]:
        yield Hit(message, member, severity=severity)


def _fault(url: str) -> str | None:
    if not _SCHEME.match(url):
        return "is no http or https URL"
    return "is no whole URL" if _NO_URL.search(url) else None


def _severity(subject: Subject, url: str) -> Severity:
    return Severity.WARNING if _SCHEME.match(url) else subject.pypi_refuses


RULE = Rule(
    code="WC314",
    name="project-url",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A project URL is no http or https URL, or its label is missing or too long.",
    why="PyPI refuses the upload.",
    example="`Home-page: UNKNOWN`, or `Project-URL: Source, git@github.com:me/pkg.git`.",
    fix="Give a full URL with https:// and a label of at most 32 characters.",
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Core metadata specifications, Project-URL",
        "PyPI (warehouse): forklift/metadata.py",
        "RFC 3986",
    ),
)
