"""WC711: an object needs the shared library of CPython."""

from collections.abc import Iterator

from wheelcheck.binary.elf import ElfObject, Libc
from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    linux = subject.closure.linux
    if linux is None or linux.target.libc is Libc.BIONIC:
        return  # Android's Python always is a shared library.
    for edge in subject.closure.distinct:
        if isinstance(edge.importer.slice, ElfObject) and edge.outcome is Outcome.PYTHON:
            member = edge.importer.member
            yield Hit(
                f"{member} needs {edge.wanted.library}, which many Pythons do not have",
                member,
                evidence={
                    "library": (edge.wanted.library,),
                    "chain": (*subject.closure.chain(member), edge.wanted.library),
                },
            )


RULE = Rule(
    code="WC711",
    name="libpython-needed",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    summary="An object is linked with libpython.",
    why=(
        "The interpreter itself offers its functions to extensions. Debian's, python.org's "
        "containers' and uv's interpreters are linked without a libpython, so there the import "
        "fails: `libpython3.12.so.1.0: cannot open shared object file`; where there is one, a "
        "second interpreter comes into the process."
    ),
    example="pkg/_pkg.so needs libpython3.12.so.1.0.",
    fix=(
        "Do not link extensions with libpython (`Python::Module` rather than `Python::Python` in "
        "CMake); `wheelcheck repair` removes the need."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 513: libpythonX.Y.so", "Python 3.8: What's New, distutils"),
)
