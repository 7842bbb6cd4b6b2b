"""What a wheel must have for a rule to have anything to say of it.

A rule whose need is not met would find nothing: it is not even loaded, which halves the time
that a small wheel of Python sources takes.
"""

from wheelcheck.rules.registry import ReleaseSubject, Subject

__all__ = [
    "commands",
    "defects",
    "edges",
    "faulty_syntax",
    "holes",
    "linux",
    "macos",
    "natives",
    "one_platform",
    "record_problems",
    "several_wheels",
    "source",
    "stable_abi",
    "traces",
    "windows",
]


def defects(subject: Subject) -> bool:
    """Something is wrong with the archive."""
    return bool(subject.wheel.defects)


def record_problems(subject: Subject) -> bool:
    """Something is wrong with RECORD."""
    return bool(subject.record_problems)


def natives(subject: Subject) -> bool:
    """It holds native objects."""
    return bool(subject.wheel.natives)


def edges(subject: Subject) -> bool:
    """Native objects in it import others."""
    return bool(subject.closure.edges)


def windows(subject: Subject) -> bool:
    """It is for Windows."""
    return subject.closure.windows is not None


def linux(subject: Subject) -> bool:
    """It is for Linux or Android."""
    return subject.closure.linux is not None


def macos(subject: Subject) -> bool:
    """It is for macOS."""
    return subject.closure.macos is not None


def one_platform(subject: Subject) -> bool:
    """It is for some platforms only."""
    return any(tag.platform != "any" for tag in subject.wheel.tag_set)


def traces(subject: Subject) -> bool:
    """People or tools left traces in its files."""
    return bool(subject.wheel.traces)


def commands(subject: Subject) -> bool:
    """It has entry points."""
    return subject.entry_points is not None


def source(subject: Subject) -> bool:
    """It is held against the source of its project."""
    return subject.source is not None


def faulty_syntax(subject: Subject) -> bool:
    """A parser found fault with its sources."""
    return subject.wheel.syntax is not None and bool(subject.wheel.syntax.faults)


def several_wheels(subject: ReleaseSubject) -> bool:
    """The release has more than one wheel."""
    return len(subject.reports) > 1


def holes(subject: ReleaseSubject) -> bool:
    """There is a Python that nothing serves."""
    return any(True for _ in subject.grid.holes)


def stable_abi(subject: ReleaseSubject) -> bool:
    """A wheel of it is for the stable ABI."""
    return any("-abi3" in tag for report in subject.newest for tag in report.tags)
