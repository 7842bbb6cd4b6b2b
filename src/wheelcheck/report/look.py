"""What the place can show to which a report goes, and how much of it is wanted."""

from enum import IntEnum

from wheelcheck.findings import Severity
from wheelcheck.records import record

__all__ = ["Level", "Look"]


class Level(IntEnum):
    """How much a person wants to read."""

    SILENT = -2
    """Nothing: the exit status tells."""
    QUIET = -1
    """Only what decides the exit status."""
    NORMAL = 0
    VERBOSE = 1
    """All there is."""


@record
class Look:
    """How text for a person is shown. Formats for machines do not heed it."""

    unicode: bool = True
    """Whether there are box characters."""
    color: bool = False
    width: int | None = None
    """Columns of the terminal; None where lines are not wrapped."""
    level: Level = Level.NORMAL
    least: Severity = Severity.NOTE
    """The least severity that ``Level.QUIET`` shows."""
