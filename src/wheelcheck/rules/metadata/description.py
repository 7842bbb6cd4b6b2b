"""WC320: a description that PyPI cannot render."""

from collections.abc import Iterator
from io import StringIO

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_LONGEST = 100_000
"""Characters; the renderer's time is not linear, so beyond this it is not asked."""
_SHOWN = 200
_SUBJECT = "the description"


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    metadata = subject.metadata
    if metadata is None or not metadata.description.strip():
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    kind = metadata.first("Description-Content-Type")
    if not kind:
        yield Hit(
            "there is no Description-Content-Type, so PyPI takes the description for "
            "reStructuredText",
            member,
            help="Name the README file in pyproject.toml; the build backend then writes the type.",
            severity=Severity.NOTE,
        )
    elif kind.partition(";")[0].strip().lower() != "text/x-rst":
        return  # Markdown and plain text always render
    try:
        from readme_renderer import rst
    except ImportError:
        yield NotChecked(_SUBJECT, "install wheelcheck[rst] to render it as PyPI does")
        return
    text = metadata.description
    if len(text) > _LONGEST:
        yield NotChecked(_SUBJECT, f"it has more than {_LONGEST} characters")
        return
    said = StringIO()
    try:
        rendered = rst.render(text, stream=said)
    except Exception as error:  # noqa: BLE001 - docutils breaks on deep nesting, in many ways
        yield NotChecked(_SUBJECT, f"the renderer broke: {type(error).__name__}")
        return
    if rendered is None:
        lines = said.getvalue().strip().splitlines()
        reason = f": {lines[0][:_SHOWN]}" if lines else ""
        yield Hit(
            f"PyPI cannot render the description as reStructuredText{reason}",
            member,
            severity=subject.pypi_refuses,
        )


RULE = Rule(
    code="WC320",
    name="description",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The description does not render.",
    why=(
        "PyPI refuses an upload whose reStructuredText it cannot render. A description without a "
        "type is taken for reStructuredText, also if it is Markdown."
    ),
    example="`Description-Content-Type: text/x-rst` and a title with too short an underline.",
    fix='Correct the README, and name its file in pyproject.toml: `readme = "README.rst"`.',
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Core metadata specifications, Description-Content-Type",
        "PyPI (warehouse): forklift/legacy.py",
    ),
)
