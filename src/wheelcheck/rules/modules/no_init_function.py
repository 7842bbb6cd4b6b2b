"""WC601: an importable extension lacks the init function of its name."""

from collections.abc import Iterator

from wheelcheck.closure import init_functions
from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]

_PREFIXES = ("PyInit_", "PyInitU_", "PyModExport_", "PyModExportU_")
_MOST_NAMED = 10


def _check(subject: Subject) -> Iterator[Hit]:
    for node in subject.closure.nodes:
        extension = node.extension
        if node.role is not Role.MODULE or extension is None:
            continue
        if init_functions(node.slice, extension):
            continue
        others = sorted(n for n in node.slice.exports.names if n.startswith(_PREFIXES))
        message = f"{node.member} exports no PyInit_{extension.leaf}, so it cannot be imported"
        if others:
            message += f"; it exports {', '.join(others[:3])}"
        yield Hit(
            message=message,
            member=node.member,
            evidence={
                "module": (extension.module,),
                "wanted": (f"PyInit_{extension.leaf}", f"PyModExport_{extension.leaf}"),
                "exported": tuple(others[:_MOST_NAMED]),
            },
            # An extension that carries the init functions of others may be loaded by
            # code of its own (importlib.machinery.ExtensionFileLoader).
            confidence=Confidence.MEDIUM if others else None,
        )


RULE = Rule(
    code="WC601",
    name="no-init-function",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    summary="An importable extension exports no init function for its own name.",
    why=(
        "`import` looks for `PyInit_<name>` (or, since Python 3.15, `PyModExport_<name>`) after "
        "the last part of the module's name. Without it: `ImportError: dynamic module does not "
        "define module export function`. The usual cause is a rename: the file, maturin's "
        "module-name, and the name in the source must agree."
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
