"""What the rules on modules say of a wheel: short forms for tests."""

from pathlib import Path

from tests.rules.judged import pure, report_of
from wheelcheck import Finding

FORMS = ("WC6",)


def found(
    folder: Path,
    files: dict[str, str],
    *,
    tag: str = "py3-none-any",
    entry_points: str | None = None,
    **fields: str | list[str] | None,
) -> list[Finding]:
    """Inspect a wheel of these sources; ``fields`` are those of METADATA, with ``_`` for ``-``."""
    members = {name: text.encode() for name, text in files.items()}
    if entry_points is not None:
        members["demo-1.0.dist-info/entry_points.txt"] = entry_points.encode()
    builder = pure(
        tag=tag,
        files=members,
        fields={name.replace("_", "-"): value for name, value in fields.items()},
    )
    report = report_of(folder, builder)
    assert report.error is None
    return [f for f in report.findings if f.code.startswith(FORMS)]


def said(folder: Path, files: dict[str, str], **kwargs: object) -> list[str]:
    """Return code and severity of each finding, worst first."""
    return [f"{f.code} {f.severity}" for f in found(folder, files, **kwargs)]  # type: ignore[arg-type]
