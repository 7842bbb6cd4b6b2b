"""WC837: a top-level module that the standard library hides."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.importing.supply import load_stdlib
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SUFFIXES = (".py", ".pyi")
_OF_ANOTHER_RULE = {"test"}


def _check(subject: Subject) -> Iterator[Hit]:
    stdlib = load_stdlib()
    found = {}
    for top, files in subject.top_level.items():
        single = files[0].install == top
        name = top.removesuffix(".py") if single else top
        if name not in stdlib.modules or name in _OF_ANOTHER_RULE:
            continue
        if single or any(file.install.endswith(_SUFFIXES) for file in files):
            found[name] = files[0].member.name
    if not found:
        return
    from wheelcheck.rules.environments import environments

    versions = sorted({world.version for world in environments(subject)})
    for name, member in found.items():
        added, removed = stdlib.added.get(name, (0, 0)), stdlib.removed.get(name)
        if all(added <= version and (removed is None or version < removed) for version in versions):
            yield Hit(
                f"{member} is never imported: Python has a module {name!r} of its own",
                member,
                evidence={"pythons": tuple("{}.{}".format(*version) for version in versions)},
            )


RULE = Rule(
    code="WC837",
    name="shadowed-module",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.OTHERS,
    summary="A top-level module has the name of one in the standard library.",
    why=(
        "The standard library comes before site-packages, so `import` finds its module, not the "
        "wheel's; and where a folder of the package is put on the search path, the wheel's hides "
        "the one that all others mean. A backport is no finding as long as one Python that the "
        "wheel is for lacks the module."
    ),
    example="types.py, or logging/__init__.py, beside the package.",
    fix="Rename the module, or move it into the package.",
    since="0.1.0",
    check=_check,
    references=("Python documentation: The initialization of the sys.path module search path",),
)
