"""Libraries that are not bundled, because the user said where they come from."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from wheelcheck.distinfo.metadata import read_metadata
from wheelcheck.distinfo.names import normal_name
from wheelcheck.errors import RepairError
from wheelcheck.repair_options import Provider

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["LeftOut", "fits", "provider_folder"]


class LeftOut:
    """What ``--exclude`` and ``--provided-by`` name, and which of it was met."""

    def __init__(
        self, wheel: "Wheel", exclude: tuple[str, ...], provided_by: tuple[Provider, ...]
    ) -> None:
        """Take the options.

        Raises:
            RepairError: the wheel does not require a distribution that is to provide for it.
        """
        self._patterns = exclude
        self._providers = provided_by
        self._met: set[str | Provider] = set()
        self.names: dict[str, None] = {}
        """The names of libraries that were left out, as importers spell them."""
        self.provided: dict[str, str] = {}
        """The file names that another distribution brings, and which."""
        self.notes: dict[str, None] = {}
        if self._providers:
            _require(wheel, self._providers)

    def covers(self, library: str) -> bool:
        """Tell whether a library is not to be bundled, and remember that."""
        found = [pattern for pattern in self._patterns if fits(library, pattern)]
        self._met.update(found)
        provider = self.provider(library)
        if provider is not None:
            self._met.add(provider)
            self.provided[library.rpartition("/")[2]] = provider.distribution
            self.notes[f"{library} is left to {provider.distribution}"] = None
        if found or provider is not None:
            self.names[library] = None
        return bool(found) or provider is not None

    def provider(self, library: str) -> Provider | None:
        """Return who provides a library, if the user named someone."""
        return next((p for p in self._providers if fits(library, p.pattern)), None)

    def unmet(self) -> Iterator[str]:
        """Yield a sentence for each pattern that fitted nothing."""
        for pattern in self._patterns:
            if pattern not in self._met:
                yield f"--exclude {pattern} fits no library that would be bundled"
        for provider in self._providers:
            if provider not in self._met:
                yield f"--provided-by {provider} fits no library that would be bundled"


def provider_folder(provider: Provider, library: str) -> str:
    """Return the folder below site-packages that holds a library.

    Raises:
        RepairError: it is not named, and the distribution is not installed here.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    if provider.folder is not None:
        return provider.folder
    name = library.rpartition("/")[2]
    try:
        files = distribution(provider.distribution).files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == name:
            return file.parent.as_posix()
    raise RepairError(
        f"no installed {provider.distribution} holds {name}; install it here, or name the "
        f"folder: --provided-by {provider.distribution}=FOLDER/{provider.pattern}"
    )


def fits(library: str, pattern: str) -> bool:
    """Tell whether a file name fits, with or without the version in a soname."""
    name = library.rpartition("/")[2].lower()
    head, dot_so, _ = name.partition(".so.")
    return fnmatchcase(name, pattern) or bool(dot_so and fnmatchcase(f"{head}.so", pattern))


def _require(wheel: "Wheel", providers: tuple[Provider, ...]) -> None:
    metadata = read_metadata(wheel.metadata.get("METADATA", b""))
    required = {normal_name(r.name) for r in metadata.requires_dist.valid}
    for provider in providers:
        if normal_name(provider.distribution) not in required:
            raise RepairError(
                f"{wheel.filename} does not require {provider.distribution}, which is to provide "
                f"{provider.pattern}; add it to the project's dependencies"
            )
