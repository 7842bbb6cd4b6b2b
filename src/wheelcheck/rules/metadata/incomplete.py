"""WC319 and WC323: fields that users miss, and fields that a template left behind."""

import re
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["INCOMPLETE", "PLACEHOLDER"]

_SHOWN = 80
_MOST_HITS = 10


def _check_incomplete(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None or metadata.problem is not None:
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    if not metadata.first("Requires-Python"):
        yield Hit(
            "METADATA has no Requires-Python, so installers offer the wheel to every Python",
            member,
            help="Put `requires-python` into pyproject.toml.",
            severity=Severity.WARNING,
        )
    if not metadata.description.strip():
        yield Hit(
            "METADATA has no description, so the page on PyPI is empty",
            member,
            help='Put `readme = "README.md"` into pyproject.toml.',
            severity=Severity.WARNING,
        )
    if not metadata.first("Summary"):
        yield Hit(
            "METADATA has no Summary",
            member,
            help="Put `description` into pyproject.toml.",
            severity=Severity.NOTE,
        )
    if not any(metadata.first(field) for field in ("Project-URL", "Home-page", "Download-URL")):
        yield Hit(
            "METADATA has no URL, so users find neither the source nor where to report bugs",
            member,
            help="Put a [project.urls] table into pyproject.toml.",
            severity=Severity.NOTE,
        )


# What project templates write; each alternative is meant to be replaced by its user.
_TEMPLATE = re.compile(
    r"""
    \byour[ _-]?(?:user[ _-]?)?name\b | \byour[ _-]?(?:org(?:ani[sz]ation)?|repo|project)\b
    | \byour\.?e?-?mail\b | \b(?:you|your|me|user|author|name)@(?:example|domain|email)\.
    | \bexample@ | @example\.(?:com|org|net)\b | //(?:www\.)?example\.(?:com|org|net)\b
    | \bAdd your description here\b | \bA short description of (?:the|your) (?:project|package)\b
    | \bJohn Doe\b | \bJane Doe\b | \bFirst Last\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TEMPLATE_FIELDS = (
    "Author",
    "Author-email",
    "Maintainer",
    "Maintainer-email",
    "Summary",
    "Home-page",
    "Download-URL",
    "Project-URL",
)
_LONGEST = 4096


def _check_placeholder(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    hits = 0
    for field in _TEMPLATE_FIELDS:
        for value in dict.fromkeys(metadata.all(field)):
            found = _TEMPLATE.search(value[:_LONGEST])
            if found is None:
                continue
            hits += 1
            if hits > _MOST_HITS:
                return
            yield Hit(
                f"{field}: {value[:_SHOWN]!r} looks like a template's",
                f"{subject.wheel.dist_info}/METADATA",
                evidence={"placeholder": (found[0],)},
            )


INCOMPLETE = Rule(
    code="WC319",
    name="incomplete-metadata",
    family=Family.METADATA,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="METADATA has no Requires-Python, description, summary or URL.",
    why=(
        "Without Requires-Python, installers give the newest release to Pythons that it does not "
        "run on, instead of an older one that does. Without a description or URLs, users cannot "
        "tell what they install and whom to ask."
    ),
    example="A pyproject.toml with no more than name and version.",
    fix="Complete the [project] table in pyproject.toml.",
    since="0.1.0",
    check=_check_incomplete,
    references=("PyPA: Core metadata specifications", "PyPA: Writing your pyproject.toml"),
)

PLACEHOLDER = Rule(
    code="WC323",
    name="placeholder",
    family=Family.METADATA,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="A field still holds what a project template put there.",
    why="It is shown on PyPI and sends users to someone who does not exist.",
    example="`Project-URL: Homepage, https://github.com/yourusername/pkg`.",
    fix="Replace or remove it in pyproject.toml.",
    since="0.1.0",
    check=_check_placeholder,
)
