"""Imports of the wheel's own modules that lead nowhere."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.importing.tree import Module, ModuleTree
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.importing.reach import Reach
    from wheelcheck.sources import Import

__all__ = ["Gap", "find_gaps", "has_name", "serves_elsewhere"]

# What every module has without a statement (Python's reference, "Import-related attributes").
_GIVEN = frozenset(
    {
        "__annotations__", "__builtins__", "__cached__", "__class__", "__dict__", "__doc__",
        "__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__",
    }
)  # fmt: skip
_MOST_STARS = 100
# Such a module serves other systems than that of the wheel, or its maintainers only.
_ELSEWHERE = re.compile(
    r"""(?:^|[._\d])_?(?:win(?:dows|32|64)?|nt|osx|mac(?:os|osx)?|darwin|linux|posix|unix|bsd|sunos
        |aix|rpi|android|ios|wasm|emscripten|pyodide|cuda|gpu|rocm|jython|py2|bench\w*)(?:[._\d]|$)
      | _bench\w*$ | osx | macosx | windows""",
    re.VERBOSE,
)


@record
class Gap:
    """One import of something that the wheel should have, and has not."""

    importer: Module
    found: "Import"
    name: str
    """Dotted: the module, or the module and the name in it."""
    module: str | None
    """The module that lacks a name; None where a module is absent."""
    at_import: bool
    """It fails as soon as the package is imported, or its command called."""


def find_gaps(tree: ModuleTree, reach: "Reach") -> list[Gap]:
    """Return the imports that fail wherever they run: none in a ``try`` or under a condition.

    Raises:
        TooMuchError: the sources have too much to say.
    """
    return [gap for gap in _gaps(tree, reach) if reach.is_usable(gap.importer.name)]


def _gaps(tree: ModuleTree, reach: "Reach") -> Iterator[Gap]:
    for importer in tree.sources:
        if tree.is_aside(importer) or importer.name not in reach.at_most:
            continue
        for found, wanted in tree.inward(importer):
            if not found.sure:
                continue
            at_import = not found.later and importer.name in reach.parents
            for name, module in _missing(tree, wanted, found):
                if not at_import and (serves_elsewhere(importer.name) or serves_elsewhere(name)):
                    continue
                yield Gap(importer, found, name, module, at_import)


def _missing(
    tree: ModuleTree, wanted: str | None, found: "Import"
) -> Iterator[tuple[str, str | None]]:
    if wanted is None:
        yield f"{'.' * found.level}{found.module}", None
        return
    if not wanted:
        return
    gap = tree.gap(wanted)
    if gap is not None:
        yield gap, None
        return
    module = tree.modules.get(wanted)
    if module is None or module.facts is None:
        return
    for taken in found.names:
        name = f"{wanted}.{taken}"
        if taken == "*" or name in tree.modules or tree.binds(module, taken):
            continue  # as nearly all
        if has_name(tree, module, taken) is False:
            yield name, None if module.is_package else wanted


def serves_elsewhere(name: str) -> bool:
    """Tell whether a module is by its name for another system, or for maintainers only."""
    return _ELSEWHERE.search(name) is not None


def has_name(tree: ModuleTree, module: Module, name: str) -> bool | None:
    """Tell whether a module has a name once it is imported; None if only running it would tell.

    Raises:
        TooMuchError: the sources have too much to say.
    """
    left = [module]
    seen: set[str] = set()
    unknown = False
    while left:
        current = left.pop()
        if current.name in seen:
            continue
        seen.add(current.name)
        tree.spend(1)
        facts = current.facts
        if facts is None or len(seen) > _MOST_STARS:
            unknown = True
            continue
        if f"{current.name}.{name}" in tree or name in _GIVEN or tree.binds(current, name):
            return True
        unknown = unknown or facts.makes_names or facts.finds_modules
        for found in tree.imports(current):
            if "*" in found.names:
                wanted = tree.absolute(current, found)
                source = tree.modules.get(wanted) if wanted else None
                if source is None:
                    unknown = True
                else:
                    left.append(source)
    return None if unknown else False
