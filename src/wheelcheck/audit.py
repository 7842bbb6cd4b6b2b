"""What one call found: the wheels' reports, the releases they make up, and what was no wheel.

Plain frozen data, as in :mod:`wheelcheck.findings`; renderers need nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from wheelcheck.findings import Finding, Report, Severity

__all__ = ["Audit", "Grid", "Release", "Served", "Skipped"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path of the call that is no wheel."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Served:
    """A place in the grid that a wheel of the release can be installed in."""

    wheel: str
    """File name of the wheel that an installer would choose."""
    by: str
    """The tag by which it serves there, e.g. ``cp39-abi3-win_amd64``."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Which wheel serves which Python on which platform."""

    pythons: tuple[str, ...]
    """The columns, e.g. ``cp313`` or ``cp314t``, older first."""
    platforms: tuple[str, ...]
    """The rows, e.g. ``Windows x86_64``."""
    cells: tuple[tuple[Served | None, ...], ...]
    """A row for each platform; None where no wheel serves."""
    expected: tuple[tuple[bool, ...], ...]
    """Of the same shape: whether a wheel was expected to serve."""


@dataclass(frozen=True, slots=True)
class Release:
    """The wheels of one project in one call."""

    project: str
    """Normalised name."""
    versions: tuple[str, ...]
    wheels: tuple[str, ...]
    """File names, in the order of the call."""
    grid: Grid
    findings: tuple[Finding, ...] = ()
    """On the set, worst first; ``Finding.wheel`` is a file name, or the project's."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome of one call."""

    reports: tuple[Report, ...]
    """One for each wheel, in the order of the call."""
    releases: tuple[Release, ...] = ()
    """One for each project, by name."""
    skipped: tuple[Skipped, ...] = ()

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings: those on wheels, wheel by wheel, then those on releases."""
        return chain.from_iterable(
            [*(r.findings for r in self.reports), *(r.findings for r in self.releases)]
        )

    @property
    def unreadable(self) -> int:
        """How many of the wheels could not be read."""
        return sum(report.error is not None for report in self.reports)

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def at_least(self, severity: Severity) -> bool:
        """Tell whether there is a finding of this severity or worse."""
        return any(finding.severity.rank >= severity.rank for finding in self.findings)
