"""WC851: paths into somebody's home folder."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for name, traces in subject.wheel.traces.items():
        if traces.paths:
            yield _hit(name, traces.paths, Severity.NOTE)
        if traces.sbom is not None and traces.sbom.paths:
            yield _hit(name, traces.sbom.paths, Severity.WARNING)


def _hit(name: str, paths: tuple[str, ...], severity: Severity) -> Hit:
    return Hit(
        f"{name} tells where somebody's files are: {named(paths)}",
        name,
        evidence={"paths": paths},
        severity=severity,
    )


RULE = Rule(
    code="WC851",
    name="home-path",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.EXPOSURE,
    summary="Compiled code, or a bill of materials, holds a path into somebody's home folder.",
    why=(
        "It tells the name of the person who built the wheel, and makes the same source give "
        "other bytes on another machine. In compiled code it is a note: messages of Rust's "
        "panics and of assertions hold such paths by nature. In a bill of materials it is a "
        "warning, since `file:///home/...` leads nowhere. Homes of build services (runner, root "
        "and the like) are left out, and so are /tmp, /project or D:\\a: nearly every compiled "
        "file holds some, and nobody is worse off."
    ),
    example="pkg/_core.pyd holds C:\\Users\\ada\\src\\core\\lib.rs.",
    fix=(
        "Build on a build service, or have the tools replace the path: `--remap-path-prefix` "
        "(Rust), `-ffile-prefix-map=OLD=NEW` (GCC, Clang), `/PDBALTPATH:%_PDB%` and "
        "`/pathmap` (MSVC, .NET)."
    ),
    since="0.1.0",
    check=_check,
    references=("reproducible-builds.org: Build path",),
)
