"""WC604 to WC607: imports that neither the wheel nor what it requires can serve."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.others import Foreign, resembles
from wheelcheck.importing.supply import Verdict, is_host_module, load_stdlib
from wheelcheck.rules.python_versions import admitted
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["EXTRA", "OLD_NAME", "REMOVED", "UNDECLARED"]

_MOST_HITS = 50
_MOST_PLACES = 20
# Such a module joins the package to another project, for those who have that project.
_JOINS = (
    "contrib", "integration", "ext", "plugin", "backend", "adapter", "driver", "compat",
    "connector", "provider", "bridge", "hook", "dialect", "transport", "engine", "exporter",
    "callback", "extra", "optional", "experimental", "recipe", "pytest", "sphinx", "django",
    "_dev", "ipython",
    "notebook", "jupyter",
)  # fmt: skip


def _old_names(subject: Subject) -> Iterator[Hit]:
    for top, places in _unserved(subject).items():
        own = _resembled(subject, top)
        if own is None:
            continue
        first = places[0]
        verdict = subject.supply.verdict(top)
        sure = verdict is Verdict.ABSENT
        yield Hit(
            f"{_imports(first, first.found.module)}, which is not in the wheel; "
            f"{own} may be meant{_outcome(subject, first)}",
            first.importer.member,
            evidence=_evidence(subject, places) | {"own": (own,)},
            severity=Severity.ERROR if sure and first.at_import else Severity.WARNING,
            confidence=Confidence.HIGH if sure else Confidence.LOW,
        )


def _undeclared(subject: Subject) -> Iterator[Hit]:
    for top, places in _unserved(subject).items():
        if _resembled(subject, top) is not None:
            continue
        first = places[0]
        verdict = subject.supply.verdict(top)
        if verdict is Verdict.EXTRA or (first.later and verdict is not Verdict.ABSENT):
            continue
        evidence = _evidence(subject, places)
        owners = subject.supply.owners(top)
        if owners:
            evidence["distributions"] = owners[:5]
        message = f"{_imports(first, top)}, which no Requires-Dist names"
        if verdict is Verdict.INDIRECT:
            message += f"; {subject.supply.bringer(top)} comes only through another requirement"
        elif verdict is Verdict.UNKNOWN:
            message += "; it is not known what the requirements bring"
        else:
            message += _outcome(subject, first)
        severity, confidence = _weight(verdict, places)
        yield Hit(
            message, first.importer.member, evidence, severity=severity, confidence=confidence
        )


def _extras(subject: Subject) -> Iterator[Hit]:
    for top, places in _unserved(subject).items():
        first = places[0]
        if first.at_import and subject.supply.verdict(top) is Verdict.EXTRA:
            extra = subject.supply.extra_of(top)
            yield Hit(
                f"{first.importer.member} imports {top}, which only the extra {extra!r} brings, so "
                f"`import {_root(subject, first)}` fails without it",
                first.importer.member,
                evidence=_evidence(subject, places) | {"extra": (extra,)},
            )


def _removed(subject: Subject) -> Iterator[Hit]:
    stdlib = load_stdlib()
    pythons = admitted(subject, stdlib.newest)
    for top, found in _groups(subject).items():
        gone = stdlib.removed.get(top)
        if gone is None:
            continue
        places = [
            place
            for place in _used(subject, found)
            if top != "distutils" or not _asks_setuptools(place)
        ]
        if not places:
            continue
        late = [version for version in pythons if version >= gone]
        verdict = subject.supply.verdict(top)
        if not late or verdict in {Verdict.DECLARED, Verdict.INDIRECT}:
            continue
        first = places[0]
        grave = first.at_import and verdict is Verdict.ABSENT
        evidence = _evidence(subject, places)
        evidence["pythons"] = tuple(f"{major}.{minor}" for major, minor in late)
        outcome = _outcome(subject, first)
        yield Hit(
            f"{_imports(first, top)}, which Python {gone[0]}.{gone[1]} removed; the wheel admits "
            f"{evidence['pythons'][0]}{outcome and f'{outcome} there'}",
            first.importer.member,
            evidence=evidence,
            # Such a function is often called on older Pythons only.
            severity=Severity.ERROR
            if grave
            else Severity.NOTE
            if first.later
            else Severity.WARNING,
            confidence=Confidence.HIGH if grave else Confidence.LOW,
        )


def _asks_setuptools(foreign: Foreign) -> bool:
    """Tell whether the same source imports setuptools, which puts a distutils of its own there."""
    facts = foreign.importer.facts
    assert facts is not None
    return any(i.module.partition(".")[0] == "setuptools" and not i.later for i in facts.imports)


def _groups(subject: Subject) -> dict[str, list[Foreign]]:
    """Return the imports of others' modules by the first part of their name, gravest first."""
    groups: dict[str, list[Foreign]] = {}
    for foreign in subject.foreign_imports:
        groups.setdefault(foreign.top, []).append(foreign)
    for places in groups.values():
        places.sort(key=lambda p: (not p.at_import, p.later, p.importer.name, p.found.line))
    return dict(sorted(groups.items()))


def _used(subject: Subject, places: list[Foreign]) -> list[Foreign]:
    """Leave out those in modules that nobody uses; asked late, for it is dear."""
    return [place for place in places if subject.reach.is_usable(place.importer.name)]


def _unserved(subject: Subject) -> dict[str, list[Foreign]]:
    stdlib = load_stdlib()
    found = (
        (top, places)
        for top, candidates in _groups(subject).items()
        if top not in stdlib.modules
        and not is_host_module(top)
        and subject.supply.verdict(top) is not Verdict.DECLARED
        and (places := _used(subject, candidates))
    )
    return dict(list(found)[:_MOST_HITS])


def _resembled(subject: Subject, top: str) -> str | None:
    """Return the own name that is meant; none if the module is known to be another project's."""
    if subject.supply.owners(top):
        return None
    tree = subject.modules
    own = frozenset(name for name in tree.tops if not tree.is_aside(tree.modules[name]))
    return resembles(top, own)


def _weight(verdict: Verdict, places: list[Foreign]) -> tuple[Severity, Confidence]:
    first = places[0]
    if first.at_import:
        if verdict is Verdict.ABSENT:
            return Severity.ERROR, Confidence.HIGH
        confidence = Confidence.MEDIUM if verdict is Verdict.INDIRECT else Confidence.LOW
        return Severity.WARNING, confidence
    names = (p.importer.name.lower() for p in places)
    if first.later or verdict is Verdict.UNKNOWN or all(_joins(name, first.top) for name in names):
        return Severity.NOTE, Confidence.LOW
    return Severity.WARNING, Confidence.LOW


def _joins(name: str, top: str) -> bool:
    return top.lower().strip("_") in name or any(word in name for word in _JOINS)


def _root(subject: Subject, foreign: Foreign) -> str:
    return subject.reach.chain(foreign.importer.name)[0]


def _outcome(subject: Subject, foreign: Foreign) -> str:
    return f", so `import {_root(subject, foreign)}` fails" if foreign.at_import else ""


def _imports(foreign: Foreign, module: str) -> str:
    return f"{foreign.importer.member} imports {module}{' in a function' if foreign.later else ''}"


def _evidence(subject: Subject, places: list[Foreign]) -> dict[str, tuple[str, ...]]:
    first = places[0]
    found: dict[str, tuple[str, ...]] = {
        "module": (first.found.module,),
        "imported_at": tuple(
            f"{place.importer.member}:{place.found.line}" for place in places[:_MOST_PLACES]
        ),
    }
    if first.at_import:
        found["import_chain"] = subject.reach.chain(first.importer.name)
    return found


_NAMES = (
    "Where a distribution's modules have other names than wheelcheck knows, say so under "
    "`import-names` in the settings."
)

OLD_NAME = Rule(
    code="WC604",
    name="old-name",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An import names a package that is almost, but not quite, the wheel's own.",
    why=(
        "After a rename an import of the old name is left. It works on the machine of who still "
        "has the old package, and fails with ModuleNotFoundError everywhere else."
    ),
    example="The wheel holds kangaroos/; kangaroos/cli.py says `import kangaroo`.",
    fix=f"Replace the old name in all sources. {_NAMES}",
    since="0.1.0",
    check=_old_names,
    references=("Python documentation: The import system",),
)

UNDECLARED = Rule(
    code="WC605",
    name="undeclared-dependency",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A module imports what neither the wheel, Python nor Requires-Dist brings.",
    why=(
        "In a fresh environment the import fails with ModuleNotFoundError. It is an error where it "
        "runs as soon as the package is imported or its command is called, and nothing that is "
        "required brings the module; a warning where a requirement's own requirement does, which "
        "may change with its next release, where that is not known, and in modules that wait for "
        "the user to import them; a note in functions. Imports in `try`, under conditions, in "
        "tests and in examples are not judged."
    ),
    example="pkg/__init__.py says `import requests`; METADATA has no `Requires-Dist: requests`.",
    fix=f"Add the distribution to `dependencies` in pyproject.toml. {_NAMES}",
    since="0.1.0",
    check=_undeclared,
    references=("PyPA: Core metadata specifications, Requires-Dist",),
)

REMOVED = Rule(
    code="WC606",
    name="removed-module",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A module imports a part of the standard library that admitted Pythons do not have.",
    why=(
        "Python 3.12 removed distutils, imp, asyncore, asynchat and smtpd, 3.13 removed cgi, "
        "crypt, telnetlib, pipes, lib2to3 and more. Where Requires-Python and the tags admit such "
        "a Python, installers install the wheel there, and the import fails."
    ),
    example="pkg/__init__.py says `import imp`; the wheel is py3-none-any with `>=3.8`.",
    fix=(
        "Use what the documentation names instead, require a distribution that brings the module "
        "back, or bound requires-python."
    ),
    since="0.1.0",
    check=_removed,
    references=("PEP 594", "PEP 632", "What's New In Python 3.12", "What's New In Python 3.13"),
)

EXTRA = Rule(
    code="WC607",
    name="extra-needed",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="The package cannot be imported without one of its extras.",
    why=(
        "An extra is a choice, but an import that runs whenever the package is imported is none: "
        "who installs the plain distribution gets ModuleNotFoundError."
    ),
    example='`Requires-Dist: rich; extra == "cli"`, and pkg/__init__.py says `import rich`.',
    fix=f"Import it where it is used, guard it by `try`, or require it always. {_NAMES}",
    since="0.1.0",
    check=_extras,
    references=("PEP 508: Extras",),
)
