"""WC711: an object needs the shared library of a Python interpreter."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Libc
from wheelcheck.findings import Confidence, Outcome, Role, Severity
from wheelcheck.platforms.linux.loader import LIBPYTHON
from wheelcheck.platforms.macos.names import is_python
from wheelcheck.rules.apple import images
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.resolving.graph import Edge

__all__ = ["RULE"]

_HELP = {
    "elf": (
        "Do not link extensions with libpython (CMake: `Python::Module` rather than "
        "`Python::Python`); `wheelcheck repair` removes the need."
    ),
    "macho": (
        "Link extensions with `-undefined dynamic_lookup` (CMake: Python::Module, not "
        "Python::Python; meson: `py.extension_module`; PyO3: the `extension-module` feature)."
    ),
}


def _check(subject: Subject) -> Iterator[Hit]:
    apple = {node.member for node, _ in images(subject)}
    found: dict[tuple[str, str], Edge] = {}
    for edge in subject.closure.distinct:
        if _wants_python(subject, edge, apple):
            found.setdefault((edge.importer.member, edge.wanted.library), edge)
    for (member, library), edge in found.items():
        bundled = edge.outcome is Outcome.WHEEL
        told = "which the wheel brings along" if bundled else "which many Pythons do not have"
        yield Hit(
            message=f"{member} needs {library}, the library of a Python interpreter, {told}",
            member=member,
            evidence={
                "importer": (member,),
                "library": (library,),
                "chain": (*subject.closure.chain(member), library),
            },
            help=_HELP["elf" if isinstance(edge.importer.slice, ElfObject) else "macho"],
            # A program may well bring an interpreter of its own.
            severity=Severity.NOTE if edge.importer.role is Role.PROGRAM else None,
        )


def _wants_python(subject: Subject, edge: "Edge", apple: set[str]) -> bool:
    library = edge.wanted.library
    if isinstance(edge.importer.slice, ElfObject):
        linux = subject.closure.linux
        # Android's Python always is a shared library.
        if linux is None or linux.target.libc is Libc.BIONIC:
            return False
        return LIBPYTHON.fullmatch(library) is not None
    return edge.importer.member in apple and is_python(library)


RULE = Rule(
    code="WC711",
    name="libpython-needed",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object is linked with libpython or Python.framework.",
    why=(
        "The interpreter itself offers its functions to extensions. Debian's, python.org's "
        "containers' and uv's interpreters are linked without a libpython, and macOS finds one "
        "only at the very path that was linked, so elsewhere the import fails: "
        "`libpython3.12.so.1.0: cannot open shared object file`. Where the library is there, or "
        "the wheel brings it, a second interpreter comes into the process that was never "
        "started: the first call crashes."
    ),
    example=(
        "pkg/_pkg.so needs libpython3.12.so.1.0, or loads "
        "/Library/Frameworks/Python.framework/Versions/3.12/Python."
    ),
    fix=f"On Linux: {_HELP['elf']} On macOS: {_HELP['macho']}",
    since="0.1.0",
    check=_check,
    references=(
        "PEP 513: libpythonX.Y.so",
        "Python 3.8: What's New, distutils",
        "Apple: dyld(1)",
    ),
)
