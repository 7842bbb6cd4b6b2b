"""WC710: an image restricts the search for its own imports, so that they are not found."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.binary.model import ImportKind
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.installation import folder_of
from wheelcheck.resolving.graph import Edge
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_ALTERED_SEARCH = 0x0008
_DLL_LOAD_DIR = 0x0100
_APPLICATION_DIR = 0x0200
_USER_DIRS = 0x0400
_DEFAULT_DIRS = 0x1000


def _check(subject: Subject) -> Iterator[Hit]:
    lost: dict[str, list[Edge]] = defaultdict(list)
    free: set[str] = set()
    for edge in subject.closure.distinct:
        if edge.target is None:
            continue
        if edge.wanted.kind is ImportKind.REGULAR and not _found(subject, edge):
            lost[edge.importer.member].append(edge)
        else:
            free.add(edge.target.member)
    for importer, edges in lost.items():
        image = edges[0].importer.slice
        assert isinstance(image, PeImage)
        targets = tuple(edge.target.member for edge in edges if edge.target is not None)
        # What another object has brought into the process needs no search.
        alone = any(target not in free for target in targets)
        reached = importer in subject.closure.entry_points
        yield Hit(
            message=(
                f"{importer} was linked with /DEPENDENTLOADFLAG:{image.dependent_load_flags:#x}, "
                f"so Windows does not look for {edges[0].wanted.library} where the wheel has it"
            ),
            member=importer,
            evidence={
                "importer": (importer,),
                "flags": (f"{image.dependent_load_flags:#06x}",),
                "not_found": targets,
            },
            severity=Severity.ERROR if alone and reached else Severity.WARNING,
        )


def _found(subject: Subject, edge: Edge) -> bool:
    """Tell whether the flags of the importer let the loader find an import in the wheel."""
    image, target, windows = edge.importer.slice, edge.target, subject.closure.windows
    if not isinstance(image, PeImage) or target is None or windows is None:
        return True
    flags, folder = image.dependent_load_flags, folder_of(target.install)
    if not flags or flags & _ALTERED_SEARCH:
        return True
    if folder == folder_of(edge.importer.install):
        own = _DLL_LOAD_DIR
        if edge.importer.role is Role.PROGRAM:
            own |= _APPLICATION_DIR | _DEFAULT_DIRS
        if flags & own:
            return True
    return folder in windows.known.reasons and bool(flags & (_USER_DIRS | _DEFAULT_DIRS))


RULE = Rule(
    code="WC710",
    name="dependent-load-flags",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="A native object forbids Windows to look for its imports where the wheel has them.",
    why=(
        "The linker option /DEPENDENTLOADFLAG writes into an image where its own imports are "
        "searched, whatever flags Python loads it with: with 0x800 in System32 only, with 0x2000 "
        "not in the folder of the extension. A DLL beside it is not found, unless something has "
        "loaded it before (a warning)."
    ),
    example="pkg/tbb12.dll with flags 0x2000 imports pkg/hwloc.dll.",
    fix=(
        "Link without /DEPENDENTLOADFLAG, or with 0x1100: the folder of the DLL, and those that "
        "`os.add_dll_directory` adds."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "Microsoft Learn: /DEPENDENTLOADFLAG (Set default dependent load flags)",
        "Microsoft Learn: LoadLibraryExW function",
        "delvewheel issue 49",
    ),
)
