"""WC640: modules of the source that are not in the wheel."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.against_source import (
    by_folder,
    extensions,
    foreign_project,
    installed,
    is_for_tests,
    source_of,
    unexcused,
)
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 5


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    other = foreign_project(subject)
    if other is not None:
        yield NotChecked("source", f"the source is that of {other}")
    source = source_of(subject)
    if source is None:
        return
    if source.layout is None:
        yield NotChecked("modules of the source", str(source.layout_problem))
        return
    if source.tree.links:
        links = ", ".join(source.tree.links[:_MOST_NAMED])
        yield NotChecked("modules of the source", f"symbolic links are not followed: {links}")
    files, compiled = installed(subject), extensions(subject)
    missing = {
        path: origin
        for path, origin in source.layout.modules
        if path not in files
        and f"{path}c" not in files
        and path.removesuffix(".py").replace("/", ".") not in compiled
        and not is_for_tests(path)
    }
    left = unexcused(missing, source.layout.excused)
    for folder, paths in by_folder(left).items():
        named = ", ".join(paths[:_MOST_NAMED])
        more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
        yield Hit(
            f"{named}{more}: in the source, but not in the wheel",
            evidence={"folder": (folder,), "modules": tuple(paths)},
        )


RULE = Rule(
    code="WC640",
    name="module-left-out",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="A module of the source is not in the wheel (with --src).",
    why=(
        "It works in the checkout and in an editable install, and fails for users: "
        "`ModuleNotFoundError`. Usual causes: a package that is not in the list of packages, a new "
        "subpackage without `__init__.py`, a pattern that excludes more than was meant."
    ),
    example='src/pkg/plugins/core.py exists, and `packages = ["pkg"]` leaves pkg.plugins out.',
    fix=(
        "Add the package to those that the build backend installs, or let it find them. If the "
        "module is not for users, exclude it by name, or ignore this rule."
    ),
    since="0.1.0",
    check=_check,
    references=("setuptools: Package Discovery", "docs/source.md"),
)
