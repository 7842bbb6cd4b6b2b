"""WC402: a native object needs a Python DLL that the tags contradict."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.windows.python_dlls import contradiction
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.windows is None:
        return
    target = subject.closure.windows.target
    for node in subject.closure.nodes:
        for wanted in node.slice.imports:
            reason = contradiction(wanted.library, target)
            if reason is None:
                continue
            reached = node.member in subject.closure.entry_points
            yield Hit(
                message=f"{node.member} imports {wanted.library}: {reason}",
                member=node.member,
                evidence={
                    "importer": (node.member,),
                    "library": (wanted.library,),
                    "tags": subject.wheel.tags,
                },
                severity=Severity.ERROR if reached else Severity.WARNING,
            )


RULE = Rule(
    code="WC402",
    name="python-dll-mismatch",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A native object imports a Python DLL of another version or kind than the tags say.",
    why=(
        "A Python process holds one Python DLL. An extension that asks for another one does not "
        "load (`DLL load failed`), or brings a second interpreter into the process and crashes. "
        "Typical: an abi3 wheel that imports python312.dll instead of python3.dll, a debug or "
        "free-threaded build tagged as a normal one."
    ),
    example="pkg-1.0-cp39-abi3-win_amd64.whl: pkg/_pkg.pyd imports python312.dll.",
    fix=(
        "Link against the import library of the tag's Python (python3.lib for abi3, python312.lib "
        "for cp312), or tag the wheel for the Python it was built with."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "Python documentation: C API Stability, Stable Application Binary Interface",
        "PEP 425: ABI Tag",
        "PEP 703, PEP 803: free-threaded builds",
    ),
)
