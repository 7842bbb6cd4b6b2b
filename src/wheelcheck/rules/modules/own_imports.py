"""WC602, WC603: the wheel's own modules import what it does not have."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.gaps import Gap
from wheelcheck.importing.tree import Module
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["MODULE", "NAME"]

_MOST_HITS = 50
_MOST_PLACES = 20


def _check_modules(subject: Subject) -> Iterator[Hit]:
    for name, gaps in _grouped(subject, names=False):
        gap = gaps[0]
        stub = subject.modules.stubs.get(name)
        what = "is neither a module of the wheel nor a name in one"
        if name.startswith("."):
            what = f"leads out of the package {gap.importer.name.partition('.')[0]}"
            if "." not in gap.importer.name and not gap.importer.is_package:
                what = "needs a package around it, and there is none"
        elif gap.found.module and name not in _taken(gap):
            what = "is not in the wheel"
        if stub is not None:
            what += f", though stubs for it are ({stub}): the extension is missing"
        severity, confidence = _weight(subject, gap, name)
        yield Hit(
            f"{gap.importer.member} imports {name}, which {what}{_outcome(subject, gap)}",
            gap.importer.member,
            evidence=_evidence(subject, gaps, name),
            severity=severity,
            confidence=confidence,
        )


def _check_names(subject: Subject) -> Iterator[Hit]:
    for name, gaps in _grouped(subject, names=True):
        gap = gaps[0]
        leaf = name.rpartition(".")[2]
        assert gap.module is not None
        lacking = subject.modules.modules[gap.module].member
        severity, confidence = _weight(subject, gap, name)
        yield Hit(
            f"{gap.importer.member} takes {leaf} from {gap.module}, but {lacking} defines no such "
            f"name{_outcome(subject, gap)}",
            gap.importer.member,
            evidence=_evidence(subject, gaps, name),
            severity=severity,
            confidence=confidence,
        )


def _grouped(subject: Subject, *, names: bool) -> list[tuple[str, list[Gap]]]:
    """Return what is missing, each with the imports of it, the gravest first."""
    groups: dict[str, list[Gap]] = {}
    for gap in subject.gaps:
        if (gap.module is not None) is names:
            groups.setdefault(gap.name, []).append(gap)
    for gaps in groups.values():
        gaps.sort(key=lambda gap: (not gap.at_import, gap.importer.name, gap.found.line))
    return sorted(groups.items())[:_MOST_HITS]


def _taken(gap: Gap) -> set[str]:
    """Return the dotted names of what ``from`` takes; the module itself is none of them."""
    return {gap.name} if gap.name.rpartition(".")[2] in gap.found.names else set()


def _outcome(subject: Subject, gap: Gap) -> str:
    if not gap.at_import:
        return ""
    root = subject.reach.chain(gap.importer.name)[0]
    return f", so `import {root}` fails"


def _weight(subject: Subject, gap: Gap, name: str) -> tuple[Severity, Confidence]:
    if not gap.at_import:
        return Severity.WARNING, Confidence.MEDIUM
    top = name.partition(".")[0]
    if subject.supply.may_fill(top) or any(
        module.facts is not None and module.facts.finds_modules
        for module in subject.modules.sources
        if module.name.partition(".")[0] == top
    ):
        return Severity.WARNING, Confidence.LOW
    return Severity.ERROR, Confidence.HIGH


def _evidence(subject: Subject, gaps: list[Gap], name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        "missing": (name,),
        "imported_at": tuple(_place(g.importer, g.found.line) for g in gaps[:_MOST_PLACES]),
    }
    if gaps[0].at_import:
        found["import_chain"] = subject.reach.chain(gaps[0].importer.name)
    return found


def _place(module: Module, line: int) -> str:
    return f"{module.member}:{line}"


MODULE = Rule(
    code="WC602",
    name="missing-module",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A module of the wheel imports another of its own modules that is not there.",
    why=(
        "The import fails with ModuleNotFoundError. It is an error where it runs as soon as the "
        "package is imported or its command is called, outside of `try` and conditions; elsewhere "
        "it waits for the user who imports that part. Typical causes: an extension that was not "
        "built, or lies under another name (maturin's module-name, setuptools' ext_modules), "
        "packages that the build backend was not told of, a file that the build should generate."
    ),
    example="pkg/__init__.py says `from pkg._core import run`; no pkg/_core.abi3.so is there.",
    fix=(
        "Have the build include the module (check its list of packages and the extension's name), "
        "or remove the import."
    ),
    since="0.1.0",
    check=_check_modules,
    references=("Python documentation: The import system",),
)

NAME = Rule(
    code="WC603",
    name="missing-name",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A module takes a name from another of the wheel's own that defines no such name.",
    why=(
        "`from x import y` fails with ImportError if x has no y: after a rename, or where two "
        "states of a source tree were mixed in one wheel. Modules that make names while they run "
        "(`__getattr__`, `globals()`, star imports from elsewhere) are not judged."
    ),
    example="pkg/__init__.py says `from pkg.api import fetch`; pkg/api.py defines `get` only.",
    fix="Correct the name, or build from a clean tree.",
    since="0.1.0",
    check=_check_names,
    references=("Python documentation: The import statement",),
)
