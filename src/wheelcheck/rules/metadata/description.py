"""WC320: a description that PyPI cannot render."""

from collections.abc import Iterator
from functools import lru_cache
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
        import readme_renderer.rst  # noqa: F401 - slow, so only where it is needed
    except ImportError:
        yield NotChecked(_SUBJECT, "install wheelcheck[rst] to render it as PyPI does")
        return
    text = metadata.description
    if len(text) > _LONGEST:
        yield NotChecked(_SUBJECT, f"it has more than {_LONGEST} characters")
        return
    try:
        renders, said = _rendering(text)
    except Exception as error:  # noqa: BLE001 - docutils breaks on deep nesting, in many ways
        yield NotChecked(_SUBJECT, f"the renderer broke: {type(error).__name__}")
        return
    if not renders:
        reason = f": {said[:_SHOWN]}" if said else ""
        yield Hit(
            f"PyPI cannot render the description as reStructuredText{reason}",
            member,
            severity=subject.pypi_refuses,
        )


@lru_cache(maxsize=4)  # the wheels of a release have one description, which takes 10 ms
def _rendering(text: str) -> tuple[bool, str]:
    """Tell whether a text renders, and the first line of what the renderer says of it."""
    from readme_renderer import rst

    said = StringIO()
    rendered = rst.render(text, stream=said)
    return rendered is not None, next(iter(said.getvalue().strip().splitlines()), "")


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
