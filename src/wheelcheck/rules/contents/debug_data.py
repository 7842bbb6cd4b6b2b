"""WC802: native objects carry debug data."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    sizes = {file.member.name: file.size for file in subject.wheel.files}
    for node in subject.closure.nodes:
        # The path of a PDB file is not the file.
        kinds = tuple(kind for kind in node.slice.debug if kind != "PDB path")
        if kinds:
            yield Hit(
                message=(
                    f"{node.member} ({sizes[node.member] / 1e6:.1f} MB) carries "
                    f"{' and '.join(kinds)}"
                ),
                member=node.member,
                evidence={
                    "debug": kinds,
                    "size": (f"{sizes[node.member]} bytes",),
                },
            )


RULE = Rule(
    code="WC802",
    name="debug-data",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    summary="A native object carries debug data, which most users never need.",
    why=(
        "Debug data is often larger than the code: every user downloads it, and it shows the "
        "paths of the build machine."
    ),
    example="A 4 MB pkg/_pkg.pyd of which 3.8 MB are DWARF sections.",
    fix=(
        "Strip at build time: `strip = true` in Cargo's release profile, `-s` for GNU ld, "
        '`install-args = ["--strip"]` for meson-python; or keep it, if users shall debug.'
    ),
    since="0.1.0",
    check=_check,
)
