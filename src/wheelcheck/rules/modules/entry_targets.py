"""WC608: an entry point refers to what is not in the wheel."""

import re
from collections.abc import Iterator
from itertools import islice

from wheelcheck.distinfo.entry_points import EntryPoint
from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.gaps import has_name
from wheelcheck.importing.others import resembles
from wheelcheck.importing.supply import Verdict, is_host_module, load_stdlib
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20
_SHOWN = 80
_LONGEST = 500
_REFERENCE = re.compile(r"(?P<module>[\w.]+)\s*(?::\s*(?P<attribute>\w+)[\w.]*)?\s*(?:\[.*)?\Z")


def _check(subject: Subject) -> Iterator[Hit]:
    points = subject.entry_points
    if points is None or points.problem is not None:
        return
    yield from islice(_faults(subject, points.entries), _MOST_HITS)


def _faults(subject: Subject, entries: tuple[EntryPoint, ...]) -> Iterator[Hit]:
    member = f"{subject.wheel.dist_info}/entry_points.txt"
    for entry in entries:
        match = _REFERENCE.match(entry.value) if len(entry.value) <= _LONGEST else None
        if match is None:
            continue
        # Other groups may mean anything by a value without a colon.
        plain = not (match["attribute"] or entry.is_script)
        if plain and not _is_own_module(subject, match["module"]):
            continue
        fault = _fault(subject, match["module"], match["attribute"])
        if fault is None:
            continue
        reason, certain = fault
        name = f"{entry.name[:_SHOWN]!r} of [{entry.group[:_SHOWN]}]"
        yield Hit(
            f"{member}, line {entry.line}: {name} refers to {entry.value[:_SHOWN]!r}, but {reason}",
            member,
            evidence={"entry_point": (entry.value[:_LONGEST],), "line": (str(entry.line),)},
            severity=Severity.WARNING if plain or not certain else None,
            confidence=Confidence.LOW if plain or not certain else None,
        )


def _is_own_module(subject: Subject, name: str) -> bool:
    """Tell whether a dotted name can only be meant for a module of a package in the wheel."""
    above, _, leaf = name.rpartition(".")
    package = subject.modules.modules.get(above)
    return (
        package is not None
        and package.is_package
        and not package.is_folder
        and has_name(subject.modules, package, leaf) is False
    )


def _fault(subject: Subject, name: str, attribute: str | None) -> tuple[str, bool] | None:
    """Say what is not there, and whether that is certain; None if nothing is known to lack."""
    tree = subject.modules
    top = name.partition(".")[0]
    if top not in tree.tops:
        return _elsewhere(subject, top)
    gap = tree.gap(name)
    if gap is not None:
        return f"{gap} is not in the wheel", True
    module = tree.modules.get(name)
    if module is None or attribute is None or has_name(tree, module, attribute) is not False:
        return None
    what = module.member or module.install
    return f"{what} defines no {attribute}", True


def _elsewhere(subject: Subject, top: str) -> tuple[str, bool] | None:
    if top in load_stdlib().modules or is_host_module(top) or not top.isidentifier():
        return None
    verdict = subject.supply.verdict(top)
    if verdict in {Verdict.DECLARED, Verdict.EXTRA, Verdict.INDIRECT}:
        return None
    own = resembles(top, subject.modules.tops)
    meant = f" ({own} may be meant)" if own is not None else ""
    return f"neither the wheel nor Requires-Dist brings {top}{meant}", verdict is Verdict.ABSENT


RULE = Rule(
    code="WC608",
    name="entry-point-target",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.USE,
    summary="A command or plugin refers to a module or a name that is not there.",
    why=(
        "Installers create the command without looking. When it is called, it ends with "
        "ModuleNotFoundError or ImportError; a plugin breaks the program that loads it. Typical "
        "causes: a renamed package, a module that the build did not include."
    ),
    example="[console_scripts] with `tool = old_name.cli:main`; the wheel has new_name/cli.py.",
    fix="Correct [project.scripts] or [project.entry-points], or include the module.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Entry points specification",),
)
