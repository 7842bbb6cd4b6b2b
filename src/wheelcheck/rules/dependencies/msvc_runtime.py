"""WC703: the Visual C++ runtime is expected on the user's machine."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.binary.model import ImportKind
from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.platforms.windows.runtimes import is_msvc_runtime, unmangled
from wheelcheck.resolving.graph import Edge
from wheelcheck.rules.dependencies.dll_on_path import only_on_path
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    importers: dict[str, list[str]] = defaultdict(list)
    searched: dict[str, tuple[str, ...]] = {}
    for edge in subject.closure.distinct:
        if _is_part_of_another(edge) or only_on_path(subject, edge) is not None:
            continue
        if edge.outcome is Outcome.MISSING and is_msvc_runtime(edge.wanted.library):
            name = edge.wanted.library.lower()
            importers[name].append(edge.importer.member)
            searched.setdefault(name, edge.found.searched)
    for library, members in sorted(importers.items()):
        more = len(members) - 1
        users = f"{members[0]} and {more} more need" if more else f"{members[0]} needs"
        yield Hit(
            message=f"{users} {library}, which only a Visual C++ redistributable brings",
            member=members[0],
            evidence={
                "library": (library,),
                "importers": tuple(members),
                "searched": searched[library],
            },
        )


def _is_part_of_another(edge: Edge) -> bool:
    """Tell whether msvcp140 asks for concrt140, which it does only for code that uses it itself."""
    importer = unmangled(edge.importer.member.rpartition("/")[2])
    return (
        edge.wanted.kind is ImportKind.DELAY
        and importer == "msvcp140.dll"
        and edge.wanted.library.lower() == "concrt140.dll"
    )


RULE = Rule(
    code="WC703",
    name="msvc-runtime-expected",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A Visual C++ runtime library is needed that neither Windows nor Python ships.",
    why=(
        "Many machines have msvcp140.dll and its kin in System32, because some installer put them "
        "there; a clean Windows, a container or a Windows on ARM often has not. There the import "
        "fails with `DLL load failed`."
    ),
    example="pkg/_pkg.pyd was built from C++ and imports MSVCP140.dll.",
    fix=(
        "Bundle the runtime with `wheelcheck repair --add-path FOLDER` (its licence permits that), "
        "or link it statically with /MT."
    ),
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: Redistributing Visual C++ Files",),
)
