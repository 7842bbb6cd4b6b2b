"""WC802: debug data, in native objects or beside them."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.quantities import size_text
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_REFERENCES = {"PDB path", "stabs"}
"""Where debug data is to be found, not the data: of Mach-O images it stays in object files."""


_SUFFIXES = (".pdb", ".debug", ".dwo", ".dwp", ".dbg")
_FOLDER = ".dsym"


def _check(subject: Subject) -> Iterator[Hit]:
    yield from _inside(subject)
    yield from _beside(subject)


def _beside(subject: Subject) -> Iterator[Hit]:
    """Tell of files that hold nothing but debug data."""
    folders: set[str] = set()
    any_folder = any(part.endswith(_FOLDER) for part in subject.folder_names)
    for leaf, file in subject.leaves:
        name = file.member.name
        at = name.lower().find(f"{_FOLDER}/") if any_folder else -1
        if at >= 0:
            folder = name[: at + len(_FOLDER)]
            if folder not in folders:
                folders.add(folder)
                yield Hit(f"{folder}/ holds nothing but debug data", name)
        elif leaf.endswith(_SUFFIXES):
            yield Hit(
                f"{name} ({size_text(file.size)}) holds nothing but debug data",
                name,
                evidence={"size": (f"{file.size} bytes",)},
            )


def _inside(subject: Subject) -> Iterator[Hit]:
    sizes = {file.member.name: file.size for file in subject.wheel.files}
    told: set[str] = set()
    for node in subject.closure.nodes:
        kinds = tuple(kind for kind in node.slice.debug if kind not in _REFERENCES)
        if kinds and node.member not in told:
            told.add(node.member)
            yield Hit(
                message=(
                    f"{node.member} ({size_text(sizes[node.member])}) carries {' and '.join(kinds)}"
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
    effect=Effect.UNTIDY,
    summary="A native object carries debug data, or a file of it is beside, which few need.",
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
