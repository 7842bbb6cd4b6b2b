"""Libraries that are not bundled, because the user said where they come from."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from wheelcheck.distinfo.metadata import read_metadata
from wheelcheck.errors import RepairError
from wheelcheck.repairing.options import Provider

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["LeftOut"]


class LeftOut:
    """What ``--exclude`` and ``--provided-by`` name, and which of it was met."""

    def __init__(
        self, wheel: "Wheel", exclude: tuple[str, ...], providers: tuple[Provider, ...]
    ) -> None:
        """Take the options.

        Raises:
            RepairError: the wheel does not require a distribution that is to provide for it.
        """
        self._patterns = exclude
        self._providers = providers
        self._met: set[str | Provider] = set()
        self.names: dict[str, None] = {}
        """The names of libraries that were left out, as importers spell them."""
        self.notes: dict[str, None] = {}
        if providers:
            _require(wheel, providers)

    def covers(self, library: str) -> bool:
        """Tell whether a library is not to be bundled, and remember that."""
        name = library.rpartition("/")[2].lower()
        found = [pattern for pattern in self._patterns if fnmatchcase(name, pattern)]
        self._met.update(found)
        provider = self.provider(library)
        if provider is not None:
            self._met.add(provider)
            self.notes[f"{library} is left to {provider.distribution}"] = None
        if found or provider is not None:
            self.names[library] = None
        return bool(found) or provider is not None

    def provider(self, library: str) -> Provider | None:
        """Return who provides a library, if the user named someone."""
        name = library.rpartition("/")[2].lower()
        return next((p for p in self._providers if fnmatchcase(name, p.pattern)), None)

    def unmet(self) -> Iterator[str]:
        """Yield a sentence for each pattern that fitted nothing."""
        for pattern in self._patterns:
            if pattern not in self._met:
                yield f"--exclude {pattern} fits no library that would be bundled"
        for provider in self._providers:
            if provider not in self._met:
                yield f"--provided-by {provider} fits no library that would be bundled"


def _require(wheel: "Wheel", providers: tuple[Provider, ...]) -> None:
    from packaging.utils import canonicalize_name

    metadata = wheel.metadata.get("METADATA")
    required = set()
    if metadata is not None:
        valid = read_metadata(metadata).requires_dist.valid
        required = {canonicalize_name(r.name) for r in valid}
    for provider in providers:
        if canonicalize_name(provider.distribution) not in required:
            raise RepairError(
                f"{wheel.filename} does not require {provider.distribution}, which is to provide "
                f"{provider.pattern}; add it to the project's dependencies"
            )
