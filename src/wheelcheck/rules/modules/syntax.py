"""WC614, WC615: sources that a parser refuses, or that only newer Pythons take."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.supply import load_stdlib
from wheelcheck.importing.tree import Module
from wheelcheck.rules.python_versions import admitted
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.sources import SyntaxFault

__all__ = ["BROKEN", "NEWER"]

_MOST_HITS = 50
_MOST_PLACES = 20


def _broken(subject: Subject) -> Iterator[Hit]:
    aside: list[str] = []
    hits: list[Hit] = []
    for member, faults in _faults(subject):
        fault = next((f for f in faults if f.since is None), None)
        if fault is None:
            continue
        module = _module(subject, member)
        if module is None or subject.modules.is_aside(module):
            aside.append(f"{member}:{fault.line}")
            continue
        outcome, severity = _outcome(subject, module)
        hits.append(
            Hit(
                f"{member}, line {fault.line}, is no Python: {fault.message}{outcome}",
                member,
                evidence={"at": (f"{member}:{fault.line}",), "parser": (fault.message,)},
                severity=severity,
            )
        )
    yield from hits[:_MOST_HITS]
    if aside:
        yield Hit(
            f"{aside[0].rpartition(':')[0]} is no Python, though nobody will import it; installers "
            "complain of it when they compile",
            aside[0].rpartition(":")[0],
            evidence={"at": tuple(aside[:_MOST_PLACES])},
            severity=Severity.NOTE,
        )


def _newer(subject: Subject) -> Iterator[Hit]:
    pythons = admitted(subject, load_stdlib().newest)
    if not pythons:
        return
    floor = pythons[0]
    stated = subject.metadata is not None and subject.metadata.requires_python is not None
    places: dict[tuple[int, int], list[tuple[bool, Module, SyntaxFault]]] = {}
    for member, faults in _faults(subject):
        module = _module(subject, member)
        newer = [(f.since, f) for f in faults if f.since is not None and f.since > floor]
        if not newer or module is None or subject.modules.is_aside(module):
            continue
        if not subject.reach.is_usable(module.name):
            continue  # a condition on the version of Python may stand before its import
        at_import = module.name in subject.reach.parents
        for since, fault in newer:
            places.setdefault(since, []).append((at_import, module, fault))
    for since, found in sorted(places.items()):
        found.sort(key=lambda place: (not place[0], place[1].name, place[2].line))
        at_import, module, fault = found[0]
        version, oldest = (".".join(map(str, numbers)) for numbers in (since, floor))
        outcome, severity = _outcome(subject, module)
        yield Hit(
            f"{module.member}, line {fault.line}, is for Python {version} and later"
            f"{_reason(fault.message)}; the wheel admits {oldest}{outcome and f'{outcome} there'}",
            module.member,
            evidence={
                "at": tuple(f"{m.member}:{f.line}" for _, m, f in found[:_MOST_PLACES]),
                "since": (version,),
                "admits": (oldest,),
            },
            # Without Requires-Python nobody said that it works with so old a Python.
            severity=severity if stated else Severity.WARNING,
            confidence=None if stated else Confidence.LOW,
        )


def _reason(said: str) -> str:
    """Word what the parser says of Pythons that are too old."""
    what = said.removeprefix("Cannot use ")
    return f" ({what})" if what != said else f" (before it: {said[:1].lower()}{said[1:]})"


def _faults(subject: Subject) -> Iterator[tuple[str, tuple[SyntaxFault, ...]]]:
    syntax = subject.wheel.syntax
    return iter(() if syntax is None else sorted(syntax.faults.items()))


def _module(subject: Subject, member: str) -> Module | None:
    """Return what ``import`` would make of a member; None if it would not look at it."""
    return subject.modules.by_member.get(member)


def _outcome(subject: Subject, module: Module) -> tuple[str, Severity]:
    if module.name not in subject.reach.parents:
        return "", Severity.WARNING
    root = subject.reach.chain(module.name)[0]
    return f", so `import {root}` fails", Severity.ERROR


BROKEN = Rule(
    code="WC614",
    name="syntax-error",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A source is not valid in any version of Python 3.",
    why=(
        "Its import ends with SyntaxError. It is an error where the import runs as soon as the "
        "package is imported or its command is called; in other modules it waits for who imports "
        "them, and installers print the error when they compile all sources. Tests, templates and "
        "files that cannot be imported are only noted."
    ),
    example='pkg/old.py says `print "hello"`, as Python 2 had it.',
    fix="Correct the source, or leave it out of the wheel.",
    since="0.1.0",
    check=_broken,
    references=("Python Language Reference",),
)

NEWER = Rule(
    code="WC615",
    name="newer-syntax",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A source uses syntax that the oldest admitted Python does not know.",
    why=(
        "Requires-Python and the tags let installers put the wheel into a Python that refuses the "
        "source with SyntaxError, whether or not that line would ever run."
    ),
    example="`match` statements (Python 3.10) in a wheel with `Requires-Python: >=3.8`.",
    fix="Raise requires-python, or write it in the older syntax.",
    since="0.1.0",
    check=_newer,
    references=("What's New in Python", "PyPA: Core metadata specifications, Requires-Python"),
)
