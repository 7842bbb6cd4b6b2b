"""The answer of a loader: where a library ends, and why."""

from dataclasses import dataclass

from wheelcheck.findings import Outcome

__all__ = ["Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a loader ends with one library."""

    outcome: Outcome
    install: str | None
    """The install path, when it ends in the wheel."""
    reason: str
    searched: tuple[str, ...] = ()
    """The places looked in, in the loader's order, in words."""
    elsewhere: tuple[str, ...] = ()
    """Install paths that bear the name but lie where this loader does not look."""
