"""WC705: a Python source opens a DLL that the user's machine does not have."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.installation import in_test_folder, install_path
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.platforms.windows.supply import classify
from wheelcheck.rules.natives import brought_by_others
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.sources.loaded_names import LoadedName

__all__ = ["RULE"]

_FOR_SHOW = {"demo", "demos", "example", "examples", "_examples", "sample", "samples"}


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    windows = subject.closure.windows
    if windows is None:
        return
    inside = {f.install.rpartition("/")[2].lower() for f in subject.wheel.files}
    missing: dict[str, list[tuple[str, LoadedName]]] = defaultdict(list)
    unread = 0
    for member, loading in sorted(subject.wheel.dll_loading.items()):
        unread += loading.loads is None
        if not loading.loads or _for_show(install_path(member, subject.wheel.data_folder)):
            continue
        for loaded in loading.loads:
            name = loaded.name.lower()
            if name not in inside and classify(name, windows.target) is None:
                missing[name].append((member, loaded))
    for places in missing.values():
        yield _hit(subject, places)
    if unread:
        yield NotChecked(
            RULE.name, f"{unread} of the sources that open DLLs: there is too much of them"
        )


def _hit(subject: Subject, places: list[tuple[str, LoadedName]]) -> Hit:
    # What must succeed comes first; the sort keeps the order of the rest.
    places.sort(key=lambda place: place[1].expected_to_fail)
    member, loaded = places[0]
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    message = (
        f"{member}:{loaded.line}{more} {'open' if more else 'opens'} {loaded.name}, which is not "
        "in the wheel and not part of the system"
    )
    weak = loaded.expected_to_fail
    if weak:
        message += "; the code may be ready for that"
    elif brought_by_others(subject):
        weak = True
        message += "; a distribution that this one requires may bring it"
    advice = (
        f"Bundle it with `wheelcheck repair --include {loaded.name} --add-path DIR "
        f"{subject.wheel.filename}`, where DIR holds it."
    )
    hint = origin_hint(loaded.name)
    return Hit(
        message=message,
        member=member,
        evidence={
            "library": (loaded.name,),
            "opened_at": tuple(f"{m}:{where.line}" for m, where in places),
        },
        help=advice if hint is None else f"{advice} {hint}",
        severity=Severity.NOTE if weak else Severity.WARNING,
    )


def _for_show(path: str) -> bool:
    """Tell whether a source is not what users of the package run."""
    return in_test_folder(path) or not _FOR_SHOW.isdisjoint(path.lower().split("/")[:-1])


RULE = Rule(
    code="WC705",
    name="runtime-library-missing",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="A source opens a DLL by ctypes or cffi that is neither in the wheel nor on Windows.",
    why=(
        "No import table names a DLL that code opens while it runs, so no repair tool sees it. "
        "The wheel works where the DLL is installed and fails elsewhere with `FileNotFoundError: "
        "Could not find module`. It is a note where the call stands in `try` or under a condition, "
        "and where another distribution may bring the DLL."
    ),
    example='pkg/__init__.py: ctypes.CDLL("foo.dll"), and no foo.dll is in the wheel.',
    fix="Bundle the DLL, and open it by its full path within the package.",
    since="0.1.0",
    check=_check,
    references=("Python documentation: ctypes, Loading shared libraries", "delvewheel issue 53"),
)
