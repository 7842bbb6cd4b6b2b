"""WC708: a DLL of the wheel that only PATH would supply."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.installation import folder_of
from wheelcheck.resolving.graph import Edge
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE", "only_on_path"]


def only_on_path(subject: Subject, edge: Edge) -> str | None:
    """Return the source that puts the folder of a missing DLL on PATH; None if none does."""
    windows = subject.closure.windows
    if windows is None or edge.outcome is not Outcome.MISSING:
        return None
    sources = (windows.known.on_path.get(folder_of(path)) for path in edge.found.elsewhere)
    return next((source for source in sources if source is not None), None)


def _check(subject: Subject) -> Iterator[Hit]:
    edges: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in subject.closure.distinct:
        source = only_on_path(subject, edge)
        if source is not None:
            edges[source, edge.wanted.library.lower()].append(edge)
    for (source, library), asking in edges.items():
        yield _hit(subject, source, library, asking)


def _hit(subject: Subject, source: str, library: str, edges: list[Edge]) -> Hit:
    importers = tuple(dict.fromkeys(edge.importer.member for edge in edges))
    found = edges[0].found.elsewhere
    more = f" and {len(importers) - 1} more" if len(importers) > 1 else ""
    windows = subject.closure.windows
    assert windows is not None
    sure = not windows.known.foreign and any(m in subject.closure.entry_points for m in importers)
    return Hit(
        message=(
            f"{importers[0]}{more} {'need' if more else 'needs'} {library}; {source} puts the "
            "folder of it on PATH, where Python 3.8 and later do not look"
        ),
        member=source,
        evidence={
            "library": (library,),
            "importers": importers,
            "elsewhere": found,
            "searched": edges[0].found.searched,
        },
        severity=Severity.ERROR if sure else Severity.WARNING,
    )


RULE = Rule(
    code="WC708",
    name="dll-only-on-path",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="A DLL lies in a folder of the wheel that only PATH makes known.",
    why=(
        "Since Python 3.8 neither extension modules nor all that they need are looked for on "
        "PATH, and `import` ends with `DLL load failed`. It seems to work where the DLL happens to "
        "be loaded already, or with an old Anaconda. It is a warning where nothing that can be "
        "imported needs the DLL, or where the sources add other folders as well."
    ),
    example=(
        'pkg/__init__.py: os.environ["PATH"] = os.path.join(HERE, "bin") + ";" + '
        'os.environ["PATH"], and pkg/bin/a.dll is needed by pkg/_pkg.pyd.'
    ),
    fix=(
        "Call `os.add_dll_directory` with the folder and keep what it returns, or put the DLL "
        "beside the extension module."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "What's New In Python 3.8: DLL dependencies for extension modules",
        "Python documentation: os.add_dll_directory",
    ),
)
