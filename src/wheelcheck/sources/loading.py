"""Sources that are kept, to be asked when it matters what they say.

How they make DLLs known is only asked of wheels with code for Windows; what earlier
repairs put into them is found faster, and by itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from wheelcheck.sources.dlls import dll_loading, names_repairer, patches_in
from wheelcheck.sources.facts import SourceFacts

if TYPE_CHECKING:
    from wheelcheck.patch.python_source import Patch
    from wheelcheck.sources.dlls import DllLoading

__all__ = ["MOST_OPENING", "DllLoadings", "HeldSource"]

MOST_OPENING = 4 * 1024 * 1024
"""Bytes of sources that open DLLs in which the names of these are looked for."""


class HeldSource:
    """A source that is kept, to be asked when it matters."""

    def __init__(self, source: bytes, facts: SourceFacts | None = None) -> None:
        """Keep it; what it says of modules may be known from one with other line ends."""
        self.source = source
        self.facts = SourceFacts(source) if facts is None else facts
        """What it says of modules."""
        self._loading: dict[bool, DllLoading | None] = {}

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.source)

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.source) + self.facts.weight

    @cached_property
    def names_repairer(self) -> bool:
        """It names a tool that patches sources, as it must to hold or want a patch."""
        return names_repairer(self.source)

    @cached_property
    def patches(self) -> "tuple[Patch, ...]":
        """What earlier repairs put into it."""
        return patches_in(self.source) if self.names_repairer else ()

    def dll_loading(self, *, names: bool) -> "DllLoading | None":
        """Return how it makes DLLs known; see :func:`wheelcheck.sources.dlls.dll_loading`."""
        if names not in self._loading:
            self._loading[names] = dll_loading(self.source, names=names, patches=self.patches)
        return self._loading[names]


class DllLoadings(Mapping[str, "DllLoading"]):
    """The sources of a wheel that make DLLs known to the loader, by member."""

    def __init__(
        self,
        held: Mapping[str, HeldSource],
        found: "Mapping[str, DllLoading]",
        naming: Iterable[str],
    ) -> None:
        """Take sources that are still to be asked, and what others said when they were read.

        Args:
            held: Those to be asked, by member.
            found: How others make DLLs known, by member.
            naming: The members among the others that name a tool that patches sources.
        """
        self.held = held
        self.found = found
        self.naming = frozenset(naming)

    def __getitem__(self, member: str) -> "DllLoading":
        return self._all[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def naming_repairers(self) -> frozenset[str]:
        """The members that name a tool that patches sources, as they must to hold a patch."""
        return self.naming | {name for name, source in self.held.items() if source.names_repairer}

    @cached_property
    def patches(self) -> "tuple[Patch, ...]":
        """What earlier repairs put into the sources."""
        held = (patch for source in self.held.values() for patch in source.patches)
        return (*held, *(patch for loading in self.found.values() for patch in loading.patches))

    @cached_property
    def _all(self) -> "dict[str, DllLoading]":
        all_found: dict[str, DllLoading] = {}
        opening = 0
        for member, source in self.held.items():
            loading = source.dll_loading(names=opening < MOST_OPENING)
            if loading is not None:
                opening += source.size if loading.opens else 0
                all_found[member] = loading
        return all_found | dict(self.found)
