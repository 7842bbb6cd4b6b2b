"""What is known of a distribution that is installed on this host: plain data for rules."""

from wheelcheck.findings import NotChecked
from wheelcheck.records import record

__all__ = ["InstalledFacts", "Stale"]


@record
class Stale:
    """An extension that was built before its source was changed."""

    member: str
    source: str
    """A file that is newer, relative to the project if it lies in it."""
    certain: bool
    """Whether the source has the extension's own name; else it is any of the project's."""


@record
class InstalledFacts:
    """An installation, seen from the Python that it is for."""

    python: str
    """The interpreter, or the folder, that was asked for."""
    suffixes: tuple[str, ...]
    """Ends of the file names of extension modules that it imports."""
    editable: bool
    extra: tuple[str, ...] = ()
    """Files in its packages that no distribution has a row for."""
    stale: tuple[Stale, ...] = ()
    unbuilt: tuple[str, ...] = ()
    """Sources of extensions that were not built."""
    not_checked: tuple[NotChecked, ...] = ()
