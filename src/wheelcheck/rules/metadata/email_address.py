"""WC313: an e-mail address that PyPI refuses."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_LONGEST = 2048
_DEEPEST = 50
"""Parentheses: the standard library's parser of addresses recurses into comments."""
_SHOWN = 80
_SUBJECT = "e-mail addresses"


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    metadata = subject.metadata
    if metadata is None:
        return
    given = [
        (field, value)
        for field in ("Author-email", "Maintainer-email")
        if (value := metadata.first(field))
    ]
    if not given:
        return
    try:
        from email_validator import EmailNotValidError, validate_email
    except ImportError:
        yield NotChecked(_SUBJECT, "install wheelcheck[email] to judge them as PyPI does")
        return
    from email.utils import parseaddr

    for field, value in given:
        if value.count("(") > _DEEPEST:
            yield NotChecked(_SUBJECT, f"{field} nests too many comments")
            continue
        # As PyPI does: the first address counts.
        address = parseaddr(value[:_LONGEST])[1]
        if not address:
            continue
        try:
            validate_email(address, check_deliverability=False)
        except EmailNotValidError as error:
            yield Hit(
                f"{field}: {address[:_SHOWN]!r} is no e-mail address: {error}",
                f"{subject.wheel.dist_info}/METADATA",
                severity=subject.pypi_refuses,
            )


RULE = Rule(
    code="WC313",
    name="email-address",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="Author-email or Maintainer-email holds no e-mail address.",
    why="PyPI validates the first address of both fields and refuses the upload if it is none.",
    example="`Author-email: jane at example.com`.",
    fix="Write `Name <name@domain>` or the bare address; leave the field out if there is none.",
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Core metadata specifications, Author-email",
        "PyPI (warehouse): forklift/metadata.py",
    ),
)
