"""The libraries that no place on this machine has."""

from collections.abc import Iterable, Iterator

from wheelcheck.binary.model import Arch
from wheelcheck.platforms.origins import origin_hint
from wheelcheck.records import field, record
from wheelcheck.repairing.plan import Missing

__all__ = ["Absences"]


@record(frozen=False, eq=False)
class _Absent:
    importers: dict[tuple[str, Arch | None], None] = field(default_factory=dict)
    searched: dict[str, None] = field(default_factory=dict)
    rejected: dict[str, None] = field(default_factory=dict)


class Absences:
    """Who lacks each, where it was looked for, and what was not taken."""

    def __init__(self) -> None:
        self._by_library: dict[str, _Absent] = {}

    def add(
        self,
        library: str,
        importer: str,
        searched: Iterable[str] = (),
        rejected: Iterable[str] = (),
        *,
        arch: Arch | None = None,
    ) -> None:
        """Remember that someone, or a slice of someone, lacks a library."""
        absent = self._by_library.setdefault(library, _Absent())
        absent.importers[importer, arch] = None
        absent.searched |= dict.fromkeys(searched)
        absent.rejected |= dict.fromkeys(rejected)

    def drop(self, library: str, importer: str, arch: Arch | None = None) -> None:
        """Take that back."""
        if library in self._by_library:
            self._by_library[library].importers.pop((importer, arch), None)

    def missing(self) -> Iterator[Missing]:
        """Yield what is still lacked, sorted by name."""
        for library, absent in sorted(self._by_library.items()):
            if absent.importers:
                yield Missing(
                    library=library,
                    importers=tuple(dict.fromkeys(importer for importer, _ in absent.importers)),
                    searched=tuple(absent.searched),
                    rejected=tuple(absent.rejected),
                    hint=origin_hint(library.rpartition("/")[2]),
                )
