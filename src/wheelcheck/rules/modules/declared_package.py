"""WC642: a package that the project declares is not in the wheel."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.against_source import extensions, installed, is_for_tests, source_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.source_tree.patterns import ignores

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    source = source_of(subject)
    if source is None or source.layout is None:
        return
    files = installed(subject)
    folders = {
        "/".join(path.split("/")[:i]) for path in files for i in range(1, path.count("/") + 1)
    }
    compiled = extensions(subject)
    for package in source.layout.packages:
        name = package.removesuffix(".py")
        if package in files or package in folders or name.replace("/", ".") in compiled:
            continue
        if is_for_tests(package) or any(ignores(p, package) for p in source.layout.excused):
            continue
        yield Hit(
            f"the project declares {name.replace('/', '.')}, and the wheel has nothing of it",
            evidence={"package": (package,)},
        )


RULE = Rule(
    code="WC642",
    name="declared-package-missing",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A package that the project declares is not in the wheel (with --src).",
    why="`import` of it fails for every user.",
    example='`packages = ["pkg", "pkg_tools"]`, and the wheel holds pkg only.',
    fix="Build the wheel anew from this source; if the package is gone, remove the declaration.",
    since="0.1.0",
    check=_check,
    references=("docs/source.md",),
)
