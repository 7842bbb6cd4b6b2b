"""WC611 to WC613: what type checkers will find of the package."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.tree import Module
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["NO_STUBS", "STRAY", "UNMARKED"]

_MOST_HITS = 20
_MOST_NAMED = 20


def _unmarked(subject: Subject) -> Iterator[Hit]:
    marked = _marked(subject)
    packages = _packages(subject)
    tree = subject.modules
    # A classifier speaks of the project, not of all that comes along.
    spoken_of = {name for name in packages if name.lower() == tree.distribution} or packages[:1]
    classified = spoken_of if _classified(subject) else ()
    stubs: dict[str, list[str]] = {}
    for name, member in sorted(tree.stubs.items()):
        if not tree.is_aside_path(member):
            stubs.setdefault(name.partition(".")[0], []).append(member)
    for package in packages:
        if any(folder == package or folder.startswith(package + "/") for folder in marked):
            continue
        own = stubs.get(package, [])
        if own:
            reason = f"{own[0]} is a stub"
        elif package in classified:
            reason = "a classifier says `Typing :: Typed`"
        else:
            continue
        yield Hit(
            f"{reason}, but type checkers do not look into {package}: it has no py.typed",
            tree.modules[package].member,
            evidence={"stubs": tuple(own[:_MOST_NAMED])} if own else {},
        )


def _no_stubs(subject: Subject) -> Iterator[Hit]:
    marked = _marked(subject)
    tree = subject.modules
    extensions = subject.closure.modules
    bare = [
        module
        for _, module in sorted(tree.modules.items())
        if module.facts is None
        and module.member in extensions
        and module.name not in tree.stubs
        and not tree.is_aside(module)
        and any(module.install.startswith(folder + "/") for folder in marked)
    ]
    if bare:
        more = f" and {len(bare) - 1} other extensions" if len(bare) > 1 else ""
        yield Hit(
            f"the package is marked as typed, but {bare[0].name}{more} has no stubs"
            if not more
            else f"the package is marked as typed, but {bare[0].name}{more} have no stubs",
            bare[0].member,
            evidence={"extensions": tuple(module.member for module in bare[:_MOST_NAMED])},
        )


def _stray(subject: Subject) -> Iterator[Hit]:
    tree = subject.modules
    lost = [
        (name, member)
        for name, member in sorted(tree.stubs.items())
        # Stubs of private modules may hold nothing but types.
        if name not in tree
        and not any(part.startswith("_") for part in name.split("."))
        and (above := tree.modules.get(name.rpartition(".")[0])) is not None
        and not above.is_folder
        and not tree.is_aside(above)
        and not subject.supply.may_fill(name.partition(".")[0])
    ]
    for name, member in lost[:_MOST_HITS]:
        yield Hit(f"{member} describes {name}, which is not in the wheel", member)


def _packages(subject: Subject) -> list[str]:
    """Return the regular packages at the top that belong to users."""
    tree = subject.modules
    return [
        name
        for name in sorted(tree.tops)
        if _is_regular(tree.modules[name]) and not tree.is_aside(tree.modules[name])
    ]


def _is_regular(module: Module) -> bool:
    return module.is_package and not module.is_folder and not module.name.startswith("_")


def _marked(subject: Subject) -> set[str]:
    """Return the folders with a py.typed."""
    files = (file.install for file in subject.wheel.files)
    return {path.removesuffix("/py.typed") for path in files if path.endswith("/py.typed")}


def _classified(subject: Subject) -> bool:
    return subject.metadata is not None and any(
        value.startswith("Typing :: Typed") for value in subject.metadata.all("Classifier")
    )


UNMARKED = Rule(
    code="WC611",
    name="no-py-typed",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A package has stubs, or calls itself typed, without the marker py.typed.",
    why=(
        "Without py.typed type checkers ignore the annotations and stubs of an installed package: "
        "its users see `missing library stubs or py.typed marker`."
    ),
    example="pkg/_core.pyi is in the wheel; pkg/py.typed is not.",
    fix="Put an empty py.typed beside __init__.py, and have the build include it.",
    since="0.1.0",
    check=_unmarked,
    references=("PEP 561", "PyPA: Classifiers"),
)

NO_STUBS = Rule(
    code="WC612",
    name="no-stubs",
    family=Family.MODULES,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.TOOLS,
    summary="A typed package has extensions without stubs.",
    why="Type checkers cannot look into an extension; what is taken from it has no types.",
    example="pkg/py.typed and pkg/_core.abi3.so are in the wheel; pkg/_core.pyi is not.",
    fix="Add a stub beside the extension: pyo3-stub-gen, nanobind's or mypy's stubgen help.",
    since="0.1.0",
    check=_no_stubs,
    references=("PEP 561", "PEP 484: Stub Files"),
)

STRAY = Rule(
    code="WC613",
    name="stray-stub",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.TOOLS,
    summary="A stub describes a module that the wheel does not have.",
    why=(
        "Type checkers accept an import that fails at run time. Either the module is missing, or "
        "the stub was left behind when it went."
    ),
    example="pkg/fast.pyi is in the wheel; neither pkg/fast.py nor an extension pkg.fast is.",
    fix="Include the module, or remove the stub.",
    since="0.1.0",
    check=_stray,
    references=("PEP 484: Stub Files",),
)
