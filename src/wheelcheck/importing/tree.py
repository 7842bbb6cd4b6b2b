"""The modules of a wheel, by the names that ``import`` knows them by."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from wheelcheck.installation import extension_name
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.sources import Import, SourceFacts
    from wheelcheck.sources.names import Names
    from wheelcheck.wheel import Wheel

__all__ = ["Module", "ModuleTree", "TooMuchError", "module_tree"]

# Folders and files that are no part of what users import.
_ASIDE = re.compile(
    r"""(?:^|/)(?:
          tests? | testing | testdata | test_\w* | \w*_tests? | conftest | unittests? | fixtures?
        | examples? | samples? | demos? | docs? | benchmarks? | scripts | tools | tutorials?
        | templates? | project_template | app_template | cookiecutter\w* | skeletons?
        | _?vendor(?:ed|s)? | _?third_?party | site-packages | _?extern(?:als?)? | typeshed | setup
        )(?:\.pyi?)?(?:/|\Z)""",
    re.VERBOSE | re.IGNORECASE,
)
_MOST_PARTS = 64
_MOST_WORK = 500_000
"""Pieces of all sources together that are looked at; large real wheels have a tenth of it."""


class TooMuchError(Exception):
    """The sources of a wheel say more than is worth looking at."""


class _Spent:
    """How many pieces were looked at."""

    work = 0


@record
class Module:
    """A module that ``import`` would find in the wheel."""

    name: str
    """Dotted."""
    member: str
    """Empty for a folder without ``__init__``."""
    install: str
    is_package: bool
    facts: "SourceFacts | None"
    """None for an extension, for bytecode, for a folder without ``__init__``."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a mere folder, to which other distributions may add."""
        return not self.member


@record(caches=True)
class ModuleTree:
    """All modules of a wheel."""

    modules: dict[str, Module]
    stubs: dict[str, str]
    """Members that are type stubs, by the module that they describe."""
    distribution: str = ""
    """The project's name in the form of a module's."""

    def __contains__(self, name: str) -> bool:
        """Tell whether the wheel has a module of this dotted name."""
        return name in self.modules

    @cached_property
    def tops(self) -> frozenset[str]:
        """The names that stand for themselves in an import, folders included."""
        return frozenset(name.partition(".")[0] for name in self.modules)

    @cached_property
    def leaves(self) -> frozenset[str]:
        """The last parts of all names: what code may reach that changes ``sys.path``."""
        return frozenset(name.rpartition(".")[2] for name in self.modules)

    @cached_property
    def by_member(self) -> dict[str, Module]:
        """The modules that have a file, by it."""
        return {module.member: module for module in self.modules.values() if module.member}

    def imports(self, module: Module) -> "tuple[Import, ...]":
        """Return what a source imports.

        Raises:
            TooMuchError: the sources that were asked before had too much to say.
        """
        found = self._imports.get(module.name)
        work = 0
        if found is None:
            assert module.facts is not None
            found = self._imports[module.name] = module.facts.imports
            work = module.facts.imports_work
        self.spend(work)
        return found

    @cached_property
    def _imports(self) -> "dict[str, tuple[Import, ...]]":
        return {}

    def inward(self, module: Module) -> "list[tuple[Import, str | None]]":
        """Return the imports of a source that mean the wheel's own, each with what it means.

        That is None if dots lead out of the top. Raises as :meth:`imports`.
        """
        found = self._inward.get(module.name)
        if found is None:
            tops = self.tops
            found = self._inward[module.name] = [
                (statement, self.absolute(module, statement))
                for statement in self.imports(module)
                if statement.level or statement.module.partition(".")[0] in tops
            ]
        return found

    @cached_property
    def _inward(self) -> "dict[str, list[tuple[Import, str | None]]]":
        return {}

    def spend(self, pieces: int) -> None:
        """Count what was looked at; raises :class:`TooMuchError` beyond a bound, then always."""
        self._spent.work += pieces
        if self._spent.work > _MOST_WORK:
            raise TooMuchError

    @property
    def work(self) -> int:
        """How many pieces were looked at so far."""
        return self._spent.work

    @cached_property
    def _spent(self) -> _Spent:
        return _Spent()

    @cached_property
    def sources(self) -> tuple[Module, ...]:
        """The modules that have facts, by name."""
        return tuple(m for _, m in sorted(self.modules.items()) if m.facts is not None)

    def binds(self, module: Module, name: str) -> bool:
        """Tell whether a source binds a name, be it by taking it from another module.

        Raises:
            TooMuchError: the sources that were asked before had too much to say.
        """
        taken = self._taken.get(module.name)
        self._asked[module.name].add(name)
        if taken is None:
            # What a package takes from itself is a module in it, or nothing.
            taken = self._taken[module.name] = {
                bound
                for found in self.imports(module)
                for bound in found.bound
                if bound not in found.names or self.absolute(module, found) != module.name
            }
        if name in taken:
            return True
        names = self._names.get(module.name)
        if names is None:
            assert module.facts is not None
            names = self._names[module.name] = module.facts.names
            self.spend(module.facts.names_work)
        return name in names

    def asked(self, module: Module) -> "set[str]":
        """Return the names that :meth:`binds` was asked for."""
        return self._asked[module.name]

    @cached_property
    def _asked(self) -> defaultdict[str, set[str]]:
        return defaultdict(set)

    @cached_property
    def _taken(self) -> dict[str, set[str]]:
        return {}

    @cached_property
    def _names(self) -> "dict[str, Names]":
        return {}

    def is_aside(self, module: Module) -> bool:
        """Tell whether it lies among tests, examples, templates or foreign code taken along."""
        return self.is_aside_path(module.install)

    def is_aside_path(self, install: str) -> bool:
        """Tell it of any file."""
        known = self._aside.get(install)
        if known is None:
            top, _, rest = install.partition("/")
            # A project may be named demo or tools.
            path = rest if top.lower() == self.distribution else install
            known = self._aside[install] = _ASIDE.search(path) is not None
        return known

    @cached_property
    def _aside(self) -> dict[str, bool]:
        return {}

    def absolute(self, importer: Module, found: "Import") -> str | None:
        """Return the dotted name that an import means; None if its dots lead out of the top."""
        if not found.level:
            return found.module
        parts = importer.name.split(".")
        up = found.level - importer.is_package
        if up >= len(parts) and not (up == 0 and parts):
            return None
        base = parts[: len(parts) - up]
        return ".".join([*base, found.module] if found.module else base)

    def way(self, name: str) -> tuple[str, ...]:
        """Return the modules that importing a dotted name runs, up to the first that is not here.

        The same few names are imported again and again.
        """
        known = self._ways.get(name)
        if known is None:
            parts = name.split(".")
            prefixes = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
            known = self._ways[name] = tuple(takewhile(self.modules.__contains__, prefixes))
        return known

    @cached_property
    def _ways(self) -> dict[str, tuple[str, ...]]:
        return {}

    def gap(self, name: str) -> str | None:
        """Return the first part of a dotted name that is certainly not there, with what is before.

        None if all is there, or if something on the way may supply it: other
        distributions, an extension, a package that changes where modules are found.
        """
        if name in self.modules:
            return None
        parts = name.split(".")
        known: Module | None = None
        own = False
        for count in range(1, min(len(parts), _MOST_PARTS) + 1):
            prefix = ".".join(parts[:count])
            module = self.modules.get(prefix)
            if module is None:
                return prefix if own and known is not None and self._is_closed(known) else None
            # A folder within a package is the wheel's own affair.
            own = own or not module.is_folder
            if module.facts is not None and module.facts.finds_modules:
                return None
            known = module
        return None

    @staticmethod
    def _is_closed(module: Module) -> bool:
        return module.is_folder or (module.facts is not None and not module.facts.finds_modules)


def module_tree(wheel: "Wheel") -> ModuleTree:
    """Return the modules of a wheel."""
    modules: dict[str, Module] = {}
    stubs: dict[str, str] = {}
    packages: dict[str, str | None] = {}
    for member, install in _files(wheel):
        folder, _, file = install.rpartition("/")
        if folder not in packages:
            packages[folder] = _package(modules, folder)
        package = packages[folder]
        if package is None:
            continue
        stem, dot, suffix = file.rpartition(".")
        is_package = stem == "__init__"
        name = package if is_package else f"{package}.{stem}" if package else stem
        if suffix == "pyi":
            stubs[name] = member
        elif suffix in {"py", "pyc"} and dot and stem.isidentifier():
            facts = wheel.sources.get(member) if suffix == "py" else None
            there = modules.get(name)
            # import takes the package where there is a module of the same name beside it.
            if name and (there is None or there.is_folder or is_package or suffix == "py"):
                modules[name] = Module(name, member, install, is_package, facts)
        elif (extension := extension_name(install)) is not None:
            is_package = file.startswith("__init__.")
            modules[extension.module] = Module(extension.module, member, install, is_package, None)
    own = "" if wheel.name is None else wheel.name.distribution.lower().replace("-", "_")
    return ModuleTree(modules, stubs, own)


def _package(modules: dict[str, Module], folder: str) -> str | None:
    """Return the dotted name of a folder, and see to its and its parents' being modules.

    Empty for the top; None if no import leads into it.
    """
    parts = folder.split("/") if folder else []
    if len(parts) > _MOST_PARTS or not all(map(str.isidentifier, parts)):
        return None
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        if name not in modules:
            modules[name] = Module(name, "", "/".join(parts[:count]), is_package=True, facts=None)
    return ".".join(parts)


def _files(wheel: "Wheel") -> Iterator[tuple[str, str]]:
    """Yield member and install path of what lands in site-packages, packages' own files first."""
    found: Iterable[tuple[str, str]] = (
        (file.member.name, file.install) for file in wheel.files if not file.install.startswith("{")
    )
    yield from (pair for pair in found if not pair[1].startswith(f"{wheel.dist_info}/"))
