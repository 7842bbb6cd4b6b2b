"""Which slices claim the stable ABI, and from which Python on."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Arch
from wheelcheck.installation import extension_name
from wheelcheck.platforms.promises import Flavour, Implementation, Promise, Version
from wheelcheck.records import record
from wheelcheck.resolving.graph import Node
from wheelcheck.resolving.python_imports import PythonImports
from wheelcheck.rules.registry import Subject

__all__ = ["Claim", "claims", "evidence_of", "where"]

_STABLE_SUFFIX = re.compile(r"(?P<abi>abi3t?)(?:-|\Z)")
_FIRST = {Flavour.ABI3: (3, 2), Flavour.ABI3T: (3, 15)}

# There is no older CPython for Apple's own machines ("What's New In Python 3.9", 3.8.10).
_FIRST_ON_APPLE_SILICON = (3, 8)
_MOST_NAMED = 20


@record
class Claim:
    """That a slice works with every CPython from one version on."""

    floor: Version | None
    """None where no version is named."""
    source: str
    """What says so, e.g. ``the tags``."""
    promised: bool
    """Whether the tags promise later Pythons too, so that these must find every symbol."""
    free_threaded: bool
    """Whether builds without the GIL are among them (abi3t)."""


def claims(subject: Subject) -> Iterator[tuple[PythonImports, Claim]]:
    """Yield the imports from CPython for which the stable ABI is claimed, in their order.

    Tags say it for the whole wheel, a suffix such as ``.abi3.so`` for a file, an
    import from python3.dll for itself. A suffix for one version contradicts all
    that. DLLs of one version in an abi3 wheel are WC402's to judge.
    """
    promised = _Promised(subject.promises)
    for used in subject.python_imports:
        claim = _claim(promised, used)
        if claim is not None:
            yield used, claim


def _claim(promised: "_Promised", used: PythonImports) -> Claim | None:
    if _is_dll(used) and not used.stable_library:
        return None
    suffix = _suffix(used.node)
    stable = None if suffix is None else _STABLE_SUFFIX.match(suffix)
    if suffix is not None and stable is None:
        return None
    only = None if stable is None else Flavour(stable["abi"])
    flavours = [f for f in promised.stable if only in {None, f}]
    if flavours:
        floors = [promised.stable[f] for f in flavours]
        named = [floor for floor in floors if floor is not None]
        return Claim(
            floor=_on_machine(min(named), used.node) if len(named) == len(floors) else None,
            source="the tags",
            promised=True,
            free_threaded=Flavour.ABI3T in flavours,
        )
    if only is None and not used.stable_library:
        return None
    return Claim(
        floor=promised.oldest,
        source=f"the suffix .{suffix}" if only is not None else f"the import of {used.library}",
        promised=False,
        free_threaded=only is Flavour.ABI3T,
    )


class _Promised:
    """The floors that the tags name, gathered once for all slices."""

    def __init__(self, promises: Iterable[Promise]) -> None:
        self.stable: dict[Flavour, Version | None] = {}
        """The oldest Python of each stable ABI that is promised; None if it is not named."""
        versions: list[Version | None] = []
        floors: dict[Flavour, list[Version | None]] = defaultdict(list)
        for python in promises:
            known = python.implementation is Implementation.CPYTHON
            versions.append(python.version if known else None)
            if python.flavour in _FIRST:
                floors[python.flavour].append(python.version)
        for flavour, found in floors.items():
            oldest = _oldest(found)
            self.stable[flavour] = None if oldest is None else max(oldest, _FIRST[flavour])
        self.oldest = _oldest(versions)
        """Of all that is promised; None if any is no CPython, or not named."""


def _oldest(versions: list[Version | None]) -> Version | None:
    named = [version for version in versions if version is not None]
    return min(named) if named and len(named) == len(versions) else None


def _is_dll(used: PythonImports) -> bool:
    return used.library is not None and used.library.lower().endswith(".dll")


def _suffix(node: Node) -> str | None:
    extension = extension_name(node.install)
    return None if extension is None or extension.tag is None else extension.tag.lower()


def _on_machine(floor: Version | None, node: Node) -> Version | None:
    apple = isinstance(node.slice, MachoSlice) and node.slice.arch is Arch.ARM64
    return max(floor, _FIRST_ON_APPLE_SILICON) if floor is not None and apple else floor


def where(node: Node) -> str:
    """Return the member, with the slice where the file holds several."""
    binary = node.native.binary
    many = binary is not None and len(binary.slices) > 1
    return f"{node.member} ({node.slice.arch})" if many else node.member


def evidence_of(
    used: PythonImports, claim: Claim, symbols: list[str], wheel_tags: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Return what findings on one slice rest on."""
    more = len(symbols) - _MOST_NAMED
    return {
        "binary": (used.node.member,),
        "arch": (str(used.node.slice.arch),),
        "symbols": (*symbols[:_MOST_NAMED], *((f"... and {more} more",) if more > 0 else ())),
        "imported_from": (used.library or "the running interpreter",),
        **({} if claim.floor is None else {"floor": ("{}.{}".format(*claim.floor),)}),
        "claimed_by": (claim.source,),
        "tags": wheel_tags[:10],
    }
