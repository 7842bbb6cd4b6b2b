"""WC714: DLLs of other projects that nothing in the wheel loads."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Outcome, Role, Severity
from wheelcheck.platforms.origins import origin
from wheelcheck.platforms.windows.runtimes import is_msvc_runtime, unmangled
from wheelcheck.resolving.graph import Node
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 3
_MOST_LISTED = 20


def _check(subject: Subject) -> Iterator[Hit]:
    # What sources open themselves is not known well enough to say that they leave one out.
    if subject.closure.windows is None or any(
        loading.opens for loading in subject.wheel.dll_loading.values()
    ):
        return
    if not subject.closure.modules:
        return  # it brings libraries for others
    used = {
        edge.target.member
        for edge in subject.closure.distinct
        if edge.outcome is Outcome.WHEEL and edge.target is not None
    }
    unused = {
        node.member: str(origin(_plain(node)))
        for node in subject.closure.nodes
        if node.role is Role.LIBRARY
        and node.member not in used
        and origin(_plain(node)) is not None
        # The runtimes of Visual C++ are laid there for other distributions, too.
        and not is_msvc_runtime(_plain(node))
    }
    if not unused:
        return
    names = tuple(sorted(unused))
    more = len(names) - _MOST_NAMED
    told = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    one = len(names) == 1
    yield Hit(
        f"{told}: {'a DLL' if one else 'DLLs'} of {', '.join(sorted(set(unused.values()))[:3])} "
        f"that nothing in the wheel imports or opens",
        names[0],
        evidence={"files": names[:_MOST_LISTED]},
    )


def _plain(node: Node) -> str:
    return unmangled(node.install.rpartition("/")[2].lower())


RULE = Rule(
    code="WC714",
    name="unused-library",
    family=Family.DEPENDENCIES,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="The wheel holds well-known DLLs of others that nothing in it imports or opens.",
    why=(
        "They were copied along with a toolchain or a whole folder, as people do who look for the "
        "DLL that is missing. Each makes the download larger, has a licence of its own, and grows "
        "old unnoticed. Only DLLs that other projects are known for are looked at, in wheels for "
        "Windows that have extension modules and whose sources open no library themselves."
    ),
    example="pkg/libwinpthread-1.dll, which no .pyd and no DLL of the wheel imports.",
    fix=(
        "Copy no DLL by hand: `wheelcheck repair` bundles what is imported, and nothing else. "
        "`wheelcheck tree` shows what each binary needs."
    ),
    since="0.1.0",
    check=_check,
)
