"""What users say of their wheels beforehand: how large they may be, what others bring.

Plain data, checked when it is made. How it is written is said in docs/configuration.md.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from wheelcheck.expressions import expression
from wheelcheck.records import field, record

__all__ = ["Expectations", "ExternalLibrary", "Sizes", "external_libraries", "import_names"]

_DISTRIBUTION = expression(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSIONED = expression(r"(?P<plain>.+\.so)\.[0-9][0-9.]*")
_MIB = 1024 * 1024


@record
class Sizes:
    """How large a wheel may be before a finding says so; bytes unless they count something."""

    file: int = 100 * _MIB
    """The wheel file: what PyPI takes unless it has raised the limit for the project."""
    installed: int = 250 * _MIB
    """All members, inflated: the limit of AWS Lambda, the tightest of well-known ones."""
    members: int = 10_000


@record
class ExternalLibrary:
    """A library that need not be in the wheel."""

    pattern: str
    """Of the file name, in lower case."""
    provider: str | None = None
    """The distribution that brings it; None if users have it by other means."""
    source: str = "the settings"
    """Who says so."""

    def fits(self, library: str) -> bool:
        """Tell whether an import of this name is meant, with or without a soname's version."""
        name = library.replace("\\", "/").rpartition("/")[2].lower()
        versioned = _VERSIONED.fullmatch(name)
        names = (name,) if versioned is None else (name, versioned["plain"])
        return any(fnmatchcase(text, self.pattern) for text in names)


@record
class Expectations:
    """All of it."""

    sizes: Sizes = field(default_factory=Sizes)
    external: tuple[ExternalLibrary, ...] = ()
    import_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The modules at the top of distributions, by their normalised names."""

    def external_for(self, library: str) -> ExternalLibrary | None:
        """Return the first entry that fits a library."""
        return next((entry for entry in self.external if entry.fits(library)), None)


def import_names(table: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return the modules of distributions, these by their normalised names.

    Raises:
        ValueError: there is no such name of a distribution, or of a module.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, modules in table.items():
        if not _DISTRIBUTION.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a distribution")
        for module in modules:
            if not all(part.isidentifier() for part in module.split(".")):
                raise ValueError(f"{module!r} is no name of a module")
        tops = tuple(module.partition(".")[0] for module in modules)
        found[re.sub(r"[-_.]+", "-", name).lower()] = tops
    return found


def external_libraries(
    table: Mapping[str, str | None] | Iterable[tuple[str, str | None]], source: str
) -> tuple[ExternalLibrary, ...]:
    """Return the entries for patterns and the distributions that bring them.

    Raises:
        ValueError: a pattern is none for a file name, or a provider no name of
            a distribution.
    """
    pairs = table.items() if isinstance(table, Mapping) else table
    found = []
    for pattern, provider in pairs:
        if not pattern or "/" in pattern or "\\" in pattern:
            raise ValueError(f"{pattern!r} is no pattern for the file name of a library")
        if provider and not _DISTRIBUTION.fullmatch(provider):
            raise ValueError(f"{provider!r} is no name of a distribution")
        found.append(ExternalLibrary(pattern.lower(), provider or None, source))
    return tuple(found)
