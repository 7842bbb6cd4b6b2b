"""WC852: files in dist-info that only installers write."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_FILES = {
    "direct_url.json": (
        "tells installers' users that it was installed from a URL or a local folder",
        Severity.WARNING,
    ),
    "INSTALLER": ("names the installer, which writes it anew", Severity.NOTE),
    "REQUESTED": ("says that the user asked for it by name", Severity.WARNING),
}


def _check(subject: Subject) -> Iterator[Hit]:
    for name, (what, severity) in _FILES.items():
        member = f"{subject.wheel.dist_info}/{name}"
        if subject.has_member(member):
            yield Hit(f"{member} is for installers to write: it {what}", member, severity=severity)


RULE = Rule(
    code="WC852",
    name="installers-file",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="dist-info holds INSTALLER, REQUESTED or direct_url.json, which installers write.",
    why=(
        "A wheel that is made from an installed copy carries what the installer noted there: "
        "`pip freeze` then tells every user a folder or URL of the build machine "
        "(direct_url.json), and no tool takes the package for a dependency (REQUESTED)."
    ),
    example="pkg-1.0.dist-info/direct_url.json with file:///home/me/pkg.",
    fix="Build the wheel from the source instead of packing what is installed.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Recording installed projects", "PEP 610"),
)
