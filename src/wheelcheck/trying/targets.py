"""What of a wheel is imported: its extensions, its top-level modules, its commands."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wheelcheck.distinfo.entry_points import read_entry_points
from wheelcheck.errors import UsageError
from wheelcheck.findings import Role
from wheelcheck.importing.tree import module_tree
from wheelcheck.installation import extension_name, install_path
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.findings import Report
    from wheelcheck.importing.tree import Module, ModuleTree
    from wheelcheck.wheel import Wheel

__all__ = ["Target", "chosen_targets", "targets_for"]

_ENTRY = re.compile(r"(?P<module>[\w.]+)\s*(?::\s*(?P<attribute>[\w.]+))?\s*(?P<extra>\[.*\])?\Z")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")


@record
class Target:
    """Something that users of the wheel import."""

    module: str
    attribute: str = ""
    """What a command calls."""
    optional: bool = False
    """For a program that may not be installed: it is no fault if that is missing."""

    @property
    def title(self) -> str:
        """How a person would write it."""
        return f"{self.module}:{self.attribute}" if self.attribute else self.module


def chosen_targets(names: Iterable[str]) -> tuple[Target, ...]:
    """Return the modules that the user named.

    Raises:
        UsageError: one is no name of a module.
    """
    for name in names:
        if not _DOTTED.match(name):
            raise UsageError(f"{name!r} is no name of a module")
    return tuple(Target(name) for name in dict.fromkeys(names))


def targets_for(wheel: "Wheel", report: "Report", suffixes: Iterable[str]) -> tuple[Target, ...]:
    """Return what a wheel declares for a Python whose extension modules end so.

    Tests, examples and the like are left out, as users do not import them. A folder
    without ``__init__`` stands for what is in it.
    """
    tree = module_tree(wheel)
    found = dict.fromkeys(_tops(tree))
    found |= dict.fromkeys(_extensions(wheel, report, tree, tuple(suffixes)))
    known = {target.module for target in found}
    for target in _entry_points(wheel):
        if target.attribute or target.module not in known:
            found[target] = None
    return tuple(found)


def _tops(tree: "ModuleTree") -> Iterator[Target]:
    for name, module in sorted(tree.modules.items()):
        parts = name.split(".")
        above = (".".join(parts[:count]) for count in range(1, len(parts)))
        if (
            name
            and not module.is_folder
            and parts[-1] != "__main__"
            and extension_name(module.install) is None
            and all(_is_folder(tree.modules.get(parent)) for parent in above)
            # A project may be called demo or tools.
            and (name.lower() == tree.distribution or not tree.is_aside(module))
        ):
            yield Target(name)


def _is_folder(module: "Module | None") -> bool:
    return module is not None and module.is_folder


def _extensions(
    wheel: "Wheel", report: "Report", tree: "ModuleTree", suffixes: tuple[str, ...]
) -> Iterator[Target]:
    for binary in report.binaries:
        if binary.role is not Role.MODULE or binary.module is None:
            continue
        install = install_path(binary.member, wheel.data_folder)
        extension = extension_name(install)
        assert extension is not None
        end = "." + install.rpartition(".")[2]
        suffix = end if extension.tag is None else f".{extension.tag}{end}"
        module = tree.modules.get(binary.module)
        if suffix in suffixes and module is not None:
            yield Target(binary.module, optional=tree.is_aside(module))


def _entry_points(wheel: "Wheel") -> Iterator[Target]:
    """Yield the functions of commands, and the modules of plugins; not what needs an extra."""
    for entry in read_entry_points(wheel.metadata.get("entry_points.txt", b"")).entries:
        match = _ENTRY.match(entry.value)
        if match is None or match["extra"] or not _DOTTED.match(match["module"]):
            continue
        if entry.is_script:
            yield Target(match["module"], match["attribute"] or "")
        else:
            yield Target(match["module"], optional=True)
