"""What one call found: the wheels' reports, the releases they make up, and what was no wheel.

Plain frozen data, as in :mod:`wheelcheck.findings`; renderers need nothing else.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from wheelcheck.findings import Finding, Ignored, Report, Severity, plain
from wheelcheck.records import record

__all__ = ["Audit", "Grid", "Release", "Served", "Skipped"]


@record
class Skipped:
    """A path of the call that is no wheel."""

    path: str
    reason: str


@record
class Served:
    """A place in the grid that a wheel of the release can be installed in."""

    wheel: str
    """File name of the wheel that an installer would choose."""
    by: str
    """The tag by which it serves there, e.g. ``cp39-abi3-win_amd64``."""


@record
class Grid:
    """Which wheel serves which Python on which platform."""

    pythons: tuple[str, ...]
    """The columns, e.g. ``cp313`` or ``cp314t``, older first."""
    platforms: tuple[str, ...]
    """The rows, named after the tags: ``manylinux_x86_64``, ``win_amd64``, ``macosx_arm64``."""
    cells: tuple[tuple[Served | None, ...], ...]
    """A row for each platform; None where no wheel serves."""
    expected: tuple[tuple[bool, ...], ...]
    """Of the same shape: whether a wheel was expected to serve. Where one is and none does,
    there is a hole."""

    @property
    def holes(self) -> Iterator[tuple[str, str]]:
        """The places where a wheel is expected and none serves: platform and Python."""
        for platform, cells, expected in zip(
            self.platforms, self.cells, self.expected, strict=True
        ):
            for python, cell, wanted in zip(self.pythons, cells, expected, strict=True):
                if wanted and cell is None:
                    yield platform, python


@record
class Release:
    """The wheels of one project in one call."""

    project: str
    """Normalised name."""
    versions: tuple[str, ...]
    """Older first; more than one is a finding."""
    wheels: tuple[str, ...]
    """File names, in the order of the call."""
    grid: Grid
    """Of the wheels of the newest version."""
    findings: tuple[Finding, ...] = ()
    """On the set, worst first; ``Finding.wheel`` is a file name, or the project's."""
    ignored: tuple[Ignored, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form of this release (one entry of ``releases``)."""
        return {
            "project": self.project,
            "versions": list(self.versions),
            "wheels": list(self.wheels),
            "grid": plain(self.grid),
            "findings": [plain(f) for f in self.findings],
            "ignored": [plain(i) for i in self.ignored],
        }


@record
class Audit:
    """The outcome of one call."""

    reports: tuple[Report, ...]
    """One for each wheel, in the order of the call."""
    releases: tuple[Release, ...] = ()
    """One for each project, by name."""
    skipped: tuple[Skipped, ...] = ()

    @property
    def judged(self) -> tuple[Report | Release, ...]:
        """All that findings are about: the wheels, then the releases."""
        return (*self.reports, *self.releases)

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings: those on wheels, wheel by wheel, then those on releases."""
        return chain.from_iterable(judged.findings for judged in self.judged)

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
