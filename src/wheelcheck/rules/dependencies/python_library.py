"""WC721: an extension loads the library of a Python interpreter."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.findings import Confidence, Outcome, Role, Severity
from wheelcheck.platforms.macos import is_python
from wheelcheck.rules.apple import images
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.graph import Edge

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    members = {node.member for node, _ in images(subject)}
    found: dict[tuple[str, str], Edge] = {}
    for edge in subject.closure.distinct:
        if edge.importer.member in members and is_python(edge.wanted.library):
            found.setdefault((edge.importer.member, edge.wanted.library), edge)
    for (member, library), edge in found.items():
        bundled = edge.outcome is Outcome.WHEEL
        yield Hit(
            message=(
                f"{member} loads {library}, the library of a Python interpreter"
                f"{', which the wheel brings along' if bundled else ''}"
            ),
            member=member,
            evidence={
                "importer": (member,),
                "library": (library,),
                "chain": (*subject.closure.chain(member), library),
            },
            # A program may well bring an interpreter of its own.
            severity=Severity.NOTE if edge.importer.role is Role.PROGRAM else None,
        )


RULE = Rule(
    code="WC721",
    name="mac-python-library",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    summary="An object is linked to libpython or Python.framework.",
    why=(
        "The extension loads only where a Python lies at that very path, and not in conda's, "
        "Homebrew's or uv's Python. If the path exists, or the library is bundled, the process "
        "holds two interpreters, and the one that the extension sees was never started: it "
        "crashes at the first call."
    ),
    example=(
        "pkg/_pkg.so loads /Library/Frameworks/Python.framework/Versions/3.12/Python, linked "
        "with `-framework Python` or `-lpython3.12`."
    ),
    fix=(
        "Link extensions with `-undefined dynamic_lookup` (CMake: Python::Module, not "
        "Python::Python; meson: `py.extension_module`; PyO3: the `extension-module` feature)."
    ),
    since="0.1.0",
    check=_check,
    references=("Apple: dyld(1)",),
)
