"""WC601: an importable extension lacks the init function of its name."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.installation import ExtensionName
from wheelcheck.platforms.platform_tags import PlatformTag
from wheelcheck.platforms.promises import Promise, promise
from wheelcheck.platforms.suffixes import looks_for
from wheelcheck.resolving.roles import init_functions
from wheelcheck.rules.natives import platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.resolving.graph import Node

__all__ = ["RULE"]

_PREFIXES = ("PyInit_", "PyInitU_", "PyModExport_", "PyModExportU_")
_MOST_NAMED = 10
_EXPORT_HOOK_SINCE = (3, 15)


def _check(subject: Subject) -> Iterator[Hit]:
    machines = [platform.machines for platform in platforms_of(subject)]
    promised = frozenset().union(*machines) if all(machines) else frozenset()
    early = _before_export_hooks(subject)
    pythonic = {id(used.node) for used in subject.python_imports}
    for nodes in _modules(subject):
        if not any(_init_names(node) or id(node) in pythonic for node in nodes):
            continue  # a plain library under a module's suffix, opened by ctypes or cffi
        for node in nodes:
            if node.role is Role.PROGRAM or (promised and node.slice.arch not in promised):
                continue
            assert node.extension is not None
            own = init_functions(node.slice, node.extension)
            where = f"{node.member} ({node.slice.arch})" if len(nodes) > 1 else node.member
            if not own:
                yield _without(node, node.extension, where)
            elif not any(name.startswith("PyInit") for name in own):
                tag, kind = node.extension.tag, node.install.rpartition(".")[2].lower()
                refusing = (p for p, platform in early if looks_for(p, platform, tag, kind))
                if (python := next(refusing, None)) is not None:
                    yield _too_new(node, own[0], where, python)


def _modules(subject: Subject) -> Iterator[list["Node"]]:
    """Yield the slices of each extension module; one that is a module makes all of them so."""
    files: dict[str, list[Node]] = defaultdict(list)
    for node in subject.closure.nodes:
        if node.extension is not None:
            files[node.member].append(node)
    for nodes in files.values():
        if any(node.role is Role.MODULE for node in nodes):
            yield nodes


def _init_names(node: "Node") -> list[str]:
    """Return the init functions that a slice exports, of whatever module."""
    return sorted(n for n in node.slice.exports.names if n.startswith(_PREFIXES))


def _without(node: "Node", extension: ExtensionName, where: str) -> Hit:
    others = _init_names(node)
    message = f"{where} exports no PyInit_{extension.leaf}, so it cannot be imported"
    if others:
        message += f"; it exports {', '.join(others[:3])}"
    several = len(others) > 1
    if several:
        # One file for many modules, opened by code of its own (ExtensionFileLoader) or
        # under the names of copies.
        message += " for a loader of its own, it seems"
    return Hit(
        message=message,
        member=node.member,
        evidence={
            "module": (extension.module,),
            "arch": (str(node.slice.arch),),
            "wanted": (f"PyInit_{extension.leaf}", f"PyModExport_{extension.leaf}"),
            "exported": tuple(others[:_MOST_NAMED]),
        },
        severity=Severity.NOTE if several else None,
        confidence=_sureness(others),
    )


def _sureness(others: list[str]) -> Confidence | None:
    if not others:
        return None
    return Confidence.MEDIUM if len(others) == 1 else Confidence.LOW


def _before_export_hooks(subject: Subject) -> list[tuple[Promise, PlatformTag]]:
    """Return promised Pythons that know no PyModExport_, one for each ABI and platform."""
    platforms = {platform.text: platform for platform in platforms_of(subject)}
    found: dict[tuple[str, str], tuple[Promise, PlatformTag]] = {}
    for tag in sorted(subject.wheel.tag_set, key=str):
        platform, python = platforms.get(tag.platform), promise(tag)
        if platform is None or python.version is None or python.version >= _EXPORT_HOOK_SINCE:
            continue
        found.setdefault((tag.abi, tag.platform), (python, platform))
    return list(found.values())


def _too_new(node: "Node", own: str, where: str, python: Promise) -> Hit:
    assert node.extension is not None
    return Hit(
        f"{where} exports {own} only, but the tags promise {python}, and Python before 3.15 "
        f"looks for PyInit_{node.extension.leaf}",
        node.member,
        evidence={
            "module": (node.extension.module,),
            "arch": (str(node.slice.arch),),
            "wanted": (f"PyInit_{node.extension.leaf}",),
            "exported": (own,),
        },
        help="Export the PyInit_ function too, or raise the tag to cp315.",
    )


RULE = Rule(
    code="WC601",
    name="no-init-function",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An importable extension exports no init function for its own name.",
    why=(
        "`import` looks for `PyInit_<name>` (or, since Python 3.15, `PyModExport_<name>`) after "
        "the last part of the module's name; each slice of a universal2 file needs it. Without: "
        "`ImportError: dynamic module does not "
        "define module export function`. The usual cause is a rename: the file, maturin's "
        "module-name, and the name in the source must agree. A file with the init functions of "
        "several other modules is a note: a loader of its own may open it. What has no init "
        "function at all and takes nothing from CPython is a library for ctypes or cffi."
    ),
    example="pkg/_core.pyd exports PyInit__pkg only.",
    fix=(
        "Give the file and the init function one name: `#[pymodule] fn _core`, `[lib] name`, "
        '`module-name = "pkg._core"`, or PYBIND11_MODULE(_core, m).'
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 489", "PEP 793", "Python documentation: Initialization function"),
)
