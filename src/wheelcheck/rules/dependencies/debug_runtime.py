"""WC709: a native object needs a debug runtime."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.platforms.windows.python_dlls import python_dll
from wheelcheck.platforms.windows.runtimes import is_debug_runtime, unmangled
from wheelcheck.resolving.graph import Edge
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE", "wants_debug_runtime"]


def wants_debug_runtime(edge: Edge) -> bool:
    """Tell whether an import is of a debug runtime.

    A debug Python's DLL is none here: either the tags admit it, or WC402 says that they do not.
    """
    library = edge.wanted.library
    return is_debug_runtime(unmangled(library)) and python_dll(library) is None


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.windows is None:
        return
    debug_tags = all(python.debug for python in subject.closure.windows.target.pythons)
    missing: dict[str, dict[str, None]] = defaultdict(dict)
    bundled: dict[str, str] = {}
    for edge in subject.closure.distinct:
        if not wants_debug_runtime(edge):
            continue
        if edge.outcome is Outcome.MISSING:
            missing[edge.importer.member][edge.wanted.library.lower()] = None
        elif edge.target is not None:
            bundled.setdefault(edge.target.member, edge.importer.member)
    for importer, libraries in missing.items():
        reached = importer in subject.closure.entry_points
        yield Hit(
            message=(
                f"{importer} is a debug build: it needs {', '.join(libraries)}, which only "
                "machines with Visual Studio have"
            ),
            member=importer,
            evidence={"importer": (importer,), "libraries": tuple(libraries)},
            severity=Severity.ERROR if reached and not debug_tags else Severity.WARNING,
        )
    for member, importer in bundled.items():
        yield Hit(
            message=f"{member}, which {importer} needs, is a debug runtime; its licence does not "
            "permit to pass it on",
            member=member,
            evidence={"importer": (importer,)},
            severity=Severity.NOTE,
        )


RULE = Rule(
    code="WC709",
    name="debug-runtime",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A native object was built in debug mode and needs a debug C or C++ runtime.",
    why=(
        "msvcp140d.dll, vcruntime140d.dll and ucrtbased.dll come with Visual Studio and may not be "
        "redistributed. On every other machine the import fails with `DLL load failed`. Memory "
        "that passes between a debug and a release runtime corrupts the heap."
    ),
    example="pkg/_pkg.pyd imports VCRUNTIME140D.dll and ucrtbased.dll.",
    fix="Build in release mode (/MD instead of /MDd; CMake: `--config Release`).",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: Determining which DLLs to redistribute",),
)
