"""How the sources of one wheel make DLLs known, looked for when somebody asks.

Only wheels with code for Windows are asked, and what repairs left is found faster.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.patch.python_source import Patch
    from wheelcheck.sources.dlls import DllLoading
    from wheelcheck.sources.facts import SourceFacts

__all__ = ["MOST_OPENING", "DllLoadings"]

MOST_OPENING = 4 * 1024 * 1024
"""Bytes of sources that open DLLs in which the names of these are looked for."""


class DllLoadings(Mapping[str, "DllLoading"]):
    """The sources of a wheel that make DLLs known to the loader, by member."""

    def __init__(
        self,
        held: "Mapping[str, SourceFacts]",
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
        return self.naming | {name for name, facts in self.held.items() if facts.names_repairer}

    @cached_property
    def patches(self) -> "tuple[Patch, ...]":
        """What earlier repairs put into the sources."""
        held = (patch for facts in self.held.values() for patch in facts.patches)
        return (*held, *(patch for loading in self.found.values() for patch in loading.patches))

    @cached_property
    def _all(self) -> "dict[str, DllLoading]":
        all_found: dict[str, DllLoading] = {}
        opening = 0
        for member, facts in self.held.items():
            loading = facts.dll_loading(names=opening < MOST_OPENING)
            if loading is not None:
                opening += facts.size if loading.opens else 0
                all_found[member] = loading
        return all_found | dict(self.found)
