"""WC701: a native object needs a library that the user's machine does not have."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Format, ImportKind
from wheelcheck.findings import Confidence, Outcome, Role, Severity
from wheelcheck.installation import extension_name, folder_of
from wheelcheck.platforms.linux.layout import read_path
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.platforms.windows.runtimes import is_msvc_runtime
from wheelcheck.resolving.graph import Edge
from wheelcheck.rules.dependencies.debug_runtime import wants_debug_runtime
from wheelcheck.rules.dependencies.dll_on_path import only_on_path
from wheelcheck.rules.natives import brought_by_others, platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    slices: dict[Hashable, list[Edge]] = defaultdict(list)
    for edge in subject.closure.distinct:
        if edge.outcome is Outcome.MISSING and not _of_another_rule(subject, edge):
            slices[edge.importer.member, edge.wanted.library, edge.wanted.kind].append(edge)
    for edges in slices.values():
        yield _hit(subject, edges)


def _of_another_rule(subject: Subject, edge: Edge) -> bool:
    return (
        is_msvc_runtime(edge.wanted.library)
        or wants_debug_runtime(edge)
        or only_on_path(subject, edge) is not None
        # WC712 tells of libraries that ELF objects name by a path.
        or (edge.importer.native.format is Format.ELF and "/" in edge.wanted.library)
    )


def _hit(subject: Subject, edges: Sequence[Edge]) -> Hit:
    """Report what the slices of one object lack alike."""
    edge = edges[0]
    library, importer = edge.wanted.library, edge.importer.member
    names = tuple(e.importer.slice.name for e in edges if isinstance(e.importer.slice, MachoSlice))
    who = _who(edge, names)
    chain = (*subject.closure.chain(importer), library)
    reached = importer in subject.closure.entry_points
    message = _message(who, edge)
    severity, confidence = Severity.ERROR, Confidence.HIGH
    if edge.wanted.kind is ImportKind.WEAK:
        severity = Severity.NOTE
        message += "; it may be absent (weak)"
    elif not _promised(subject, edges):
        severity = Severity.NOTE
        message += "; the wheel's tags do not promise that this code runs"
    elif not reached:
        severity = Severity.WARNING
        message += "; no importable module or script of the wheel needs this object"
    elif any(extension_name(path) is not None for path in edge.found.elsewhere):
        # A DLL that the process has loaded under its name is not searched for again.
        severity, confidence = Severity.WARNING, Confidence.MEDIUM
        message += ", so it loads only after that module was imported"
    elif _has_loaded_twin(subject, edge):
        severity, confidence = Severity.WARNING, Confidence.MEDIUM
        message += ", unless another DLL of the wheel with the importer's name is loaded before it"
    elif edge.found.elsewhere and _adds_unknown_folders(subject):
        severity, confidence = Severity.WARNING, Confidence.MEDIUM
        message += ", unless it is in a folder that the wheel's sources add"
    elif brought_by_others(subject, edge.importer, (library,)):
        severity, confidence = Severity.WARNING, Confidence.MEDIUM
        message += "; a distribution that this one requires may bring it"
    evidence = {
        "library": (library,),
        "importer": (importer,),
        **({"slices": names} if names else {}),
        "chain": chain,
        "searched": edge.found.searched,
        "result": (edge.found.reason,),
    }
    if edge.found.elsewhere:
        evidence["elsewhere"] = edge.found.elsewhere
    builders = _folders_of_builder(edge)
    if builders:
        evidence["folders_of_the_builder"] = builders
    return Hit(
        message=message,
        member=importer,
        evidence=evidence,
        help=_advice(subject, edge, builders),
        severity=severity,
        confidence=confidence,
    )


def _advice(subject: Subject, edge: Edge, builders: Sequence[str]) -> str:
    if edge.found.elsewhere:
        return (
            f"The wheel has it: move it to where it is looked for, or bind its importer to it with "
            f"`wheelcheck repair {subject.wheel.filename}`."
        )
    name = edge.wanted.library.rpartition("/")[2]
    command = f"wheelcheck repair --add-path DIR {subject.wheel.filename}"
    advice = f"Bundle it with `{command}`, where DIR holds {name}."
    if builders:
        advice += f" Where it was built, it was found in {' or '.join(builders)}."
    hint = origin_hint(name)
    return advice if hint is None else f"{advice} {hint}"


def _folders_of_builder(edge: Edge) -> tuple[str, ...]:
    """Return the folders of its own search path that only the build machine has."""
    elf = edge.importer.slice
    if not isinstance(elf, ElfObject):
        return ()
    entries = read_path(elf.runpath or elf.rpath, edge.importer.install, elf.arch)
    return tuple(e.text for e in entries if e.text and not e.inside)


def _promised(subject: Subject, edges: Sequence[Edge]) -> bool:
    """Tell whether the tags promise a machine of these slices; one file may have several."""
    archs = frozenset().union(*(platform.machines for platform in platforms_of(subject)))
    pieces = [edge.importer.slice for edge in edges]
    return (
        not archs
        or not all(isinstance(piece, MachoSlice) for piece in pieces)
        or any(piece.arch in archs for piece in pieces)
    )


def _message(who: str, edge: Edge) -> str:
    library = edge.wanted.library
    message = f"{who} needs {library}, which is not in the wheel and not part of the system"
    if edge.found.elsewhere:
        message = f"{who} needs {library}, which is in the wheel where it is not looked for"
    if edge.wanted.kind is ImportKind.DELAY:
        message += " (needed at the first call into it)"
    return message


def _who(edge: Edge, names: Sequence[str]) -> str:
    """Name the importer, and its slices where others of its slices lack nothing."""
    binary = edge.importer.native.binary
    some = binary is not None and 0 < len(names) < len(binary.slices)
    return f"{edge.importer.member} ({', '.join(names)})" if some else edge.importer.member


def _adds_unknown_folders(subject: Subject) -> bool:
    windows = subject.closure.windows
    return windows is not None and bool(windows.known.foreign)


def _has_loaded_twin(subject: Subject, edge: Edge) -> bool:
    """Tell whether sources make known another DLL of the importer's name, which then serves."""
    windows = subject.closure.windows
    if windows is None or edge.importer.role is not Role.LIBRARY:
        return False
    own = edge.importer.install
    return any(
        path != own and folder_of(path) in windows.known.reasons
        for path in windows.named(own.rpartition("/")[2])
    )


RULE = Rule(
    code="WC701",
    name="missing-library",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A library that a native object needs is neither in the wheel nor on a clean machine.",
    why=(
        "The wheel builds and its tests pass where it was built, because the library happens to "
        "be there. On every other machine the import fails: `ImportError: DLL load failed while "
        "importing ...: The specified module could not be found` on Windows, which does not name "
        "the library that is absent; `Library not loaded` on macOS; `libfoo.so.1: cannot open "
        "shared object file` on Linux, where the system's libraries are those that the policies "
        "of manylinux and musllinux name, whatever the build machine has besides. It is a warning "
        "where only a library needs it that nothing in the wheel imports, and a note where macOS "
        "lets it be absent (a weak library)."
    ),
    example=(
        "pkg/_pkg.pyd imports libgmp-10.dll; the wheel holds no such file, and Windows has none."
    ),
    fix=("Bundle the library with `wheelcheck repair --add-path FOLDER`, or link it statically."),
    since="0.1.0",
    check=_check,
    references=(
        "Microsoft Learn: Dynamic-link library search order",
        "Python documentation: os.add_dll_directory, changed in Python 3.8",
        "ld.so(8)",
        "Apple: dyld(1)",
    ),
)
