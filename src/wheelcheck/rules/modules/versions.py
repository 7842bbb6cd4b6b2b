"""WC609: ``__version__`` in the source is not the version of the wheel."""

from collections.abc import Iterator

from wheelcheck.distinfo.versions import read_version
from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.tree import Module
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_BESIDE = {"_version", "version", "__version__", "__about__", "_about", "about"}


def _check(subject: Subject) -> Iterator[Hit]:
    version = None if subject.metadata is None else subject.metadata.version
    if version is None:
        return
    for module in _own(subject):
        literal = module.facts and module.facts.version
        if not literal:
            continue
        try:
            stated = read_version(literal.text)
        except ValueError:
            continue
        # Builds add local parts to what the source says.
        if stated.public != version.public:
            yield Hit(
                f"{module.member}, line {literal.line}, says __version__ = {literal.text!r}; the "
                f"wheel is version {version}",
                module.member,
                evidence={
                    "line": (str(literal.line),),
                    "stated": (literal.text,),
                    "version": (str(version),),
                },
            )


def _own(subject: Subject) -> Iterator[Module]:
    """Yield the modules that speak for the project: its package, and those beside its __init__."""
    tree = subject.modules
    tops = [name for name in sorted(tree.tops) if not tree.is_aside(tree.modules[name])]
    named = [name for name in tops if name.lower() == tree.distribution]
    if not named and len(tops) == 1:
        named = tops
    for top in named:
        names = (top, *(f"{top}.{leaf}" for leaf in sorted(_BESIDE)))
        yield from (tree.modules[name] for name in names if name in tree)


RULE = Rule(
    code="WC609",
    name="version-literal",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="`__version__` in the package differs from the version in METADATA.",
    why=(
        "The release was bumped in one place and not in the other: bug reports and checks at run "
        "time name the wrong version."
    ),
    example='demo-1.1-py3-none-any.whl whose demo/__init__.py says `__version__ = "1.0"`.',
    fix=(
        'Keep the version in one place: `dynamic = ["version"]` in pyproject.toml, or '
        "`importlib.metadata.version` in the package."
    ),
    since="0.1.0",
    check=_check,
    references=("PyPA: Core metadata specifications, Version", "PyPA: Single-sourcing the version"),
)
