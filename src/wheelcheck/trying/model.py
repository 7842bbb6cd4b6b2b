"""What became of a wheel that was installed and imported: plain frozen data."""

from enum import StrEnum
from typing import Any

from wheelcheck.findings import Finding, Report, plain
from wheelcheck.records import record

__all__ = ["ModuleStatus", "ModuleTrial", "PythonStatus", "PythonTrial", "WheelTrial"]


class ModuleStatus(StrEnum):
    """What became of one import."""

    IMPORTED = "imported"
    RAISED = "raised"
    """The import ended with an exception."""
    CRASHED = "crashed"
    """The process ended before the import did, or at its own end."""
    STOPPED = "stopped"
    """The time was up."""
    SKIPPED = "skipped"
    """It is for a program that is not installed here: a plugin without its host."""

    @property
    def good(self) -> bool:
        """Whether nothing speaks against the wheel."""
        return self in {ModuleStatus.IMPORTED, ModuleStatus.SKIPPED}


@record
class ModuleTrial:
    """One module, imported in a process of its own."""

    module: str
    """Dotted name; with ``:attribute`` for a command's function."""
    status: ModuleStatus
    message: str = ""
    """The exception as the loader or the code put it, or how the process ended."""
    where: str = ""
    """File and line that raised it, relative to site-packages where it lies there."""
    output: str = ""
    """The last of what the process wrote, if it crashed or was stopped."""
    member: str | None = None
    """The extension that could not be loaded, if one could not."""
    findings: tuple[Finding, ...] = ()
    """What an inspection says of that extension and of what it needs."""


class PythonStatus(StrEnum):
    """What became of a wheel on one interpreter."""

    GOOD = "good"
    BAD = "bad"
    """A module cannot be imported, or the command failed."""
    REFUSED = "refused"
    """The installer does not take the wheel."""
    UNPREPARED = "unprepared"
    """No environment could be made for it, or what it requires is not to be had."""
    UNFIT = "unfit"
    """The wheel is not for this interpreter."""


@record
class PythonTrial:
    """One interpreter."""

    python: str
    """Such as ``CPython 3.13.0``."""
    path: str
    status: PythonStatus
    reason: str = ""
    """Why it is refused, unprepared or unfit; what the command said if it failed."""
    modules: tuple[ModuleTrial, ...] = ()


@record
class WheelTrial:
    """One wheel on all interpreters."""

    wheel: str
    path: str
    report: Report
    """What an inspection says, without running anything."""
    pythons: tuple[PythonTrial, ...]

    @property
    def tried(self) -> bool:
        """Whether it was imported, or refused, on every interpreter that it is for."""
        statuses = {each.status for each in self.pythons}
        return bool(statuses - {PythonStatus.UNFIT}) and PythonStatus.UNPREPARED not in statuses

    @property
    def good(self) -> bool:
        """Whether it was tried, and all was well."""
        bad = {PythonStatus.BAD, PythonStatus.REFUSED}
        return self.tried and not any(each.status in bad for each in self.pythons)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "wheel": self.wheel,
            "path": self.path,
            "tried": self.tried,
            "good": self.good,
            "pythons": [plain(each) for each in self.pythons],
        }
