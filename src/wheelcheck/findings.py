"""What an inspection says: plain, frozen, JSON-able data.

The meaning of each severity is part of the contract:

``error``
    Install, import or load fails for someone whom the wheel's tags promise
    that it works, or PyPI refuses the file.
``warning``
    It works here but breaks in a foreseeable case.
``note``
    Incomplete, or a matter of taste.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from wheelcheck.records import field, fields, record

__all__ = [
    "SCHEMA_VERSION",
    "BinaryInfo",
    "Confidence",
    "Dependency",
    "Evidence",
    "Finding",
    "Ignored",
    "NotChecked",
    "Outcome",
    "PolicyObstacle",
    "PolicyVerdict",
    "Report",
    "Role",
    "Severity",
    "Status",
    "plain",
]

SCHEMA_VERSION = 1
"""Version of the JSON form; raised when a key changes its meaning or goes away."""

Evidence = Mapping[str, tuple[str, ...]]
"""What a finding rests on: a label in snake_case, and one or more values."""


class Severity(StrEnum):
    """How bad it is."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Order by weight: 0 is a note, 2 an error."""
        return _SEVERITY_RANK[self]


_SEVERITY_RANK = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Confidence(StrEnum):
    """How sure it is, whatever its severity."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Status(StrEnum):
    """What became of one wheel."""

    CLEAN = "clean"
    FINDINGS = "findings"
    UNREADABLE = "unreadable"


class Outcome(StrEnum):
    """Where an edge of the dependency graph ends."""

    WHEEL = "wheel"
    SYSTEM = "system"
    PYTHON = "python"
    DRIVER = "driver"
    EXCLUDED = "excluded"
    MISSING = "missing"


class Role(StrEnum):
    """What a native object in a wheel is for."""

    MODULE = "module"
    """An extension module that ``import`` can load."""
    LIBRARY = "library"
    PROGRAM = "program"


@record
class Finding:
    """One thing that a rule found in one wheel."""

    code: str
    """``WC`` and digits; stable, never reused."""
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    wheel: str
    """File name of the wheel."""
    member: str | None
    """The member it is about, if it is about one."""
    evidence: Evidence = field(default_factory=dict)
    help: str = ""
    """What to do."""

    @property
    def sort_key(self) -> tuple[int, str, str, str]:
        """Worst first, then by code, member and message."""
        return (-self.severity.rank, self.code, self.member or "", self.message)


@record
class Ignored:
    """A finding that the settings or a baseline leave out."""

    code: str
    name: str
    member: str | None
    by: tuple[str, ...]
    """What it fell under, e.g. ``ignore WC802`` or ``baseline``."""


@record
class NotChecked:
    """Something wheelcheck could not judge, and why. Never a finding."""

    subject: str
    """A member, or the name of a check."""
    reason: str


@record
class BinaryInfo:
    """A native object of the wheel, in short."""

    member: str
    format: str
    arch: tuple[str, ...]
    role: Role
    module: str | None
    """The dotted name it is imported by, for a module."""


@record
class Dependency:
    """An edge of the dependency graph, with where it ends and why."""

    importer: str
    """The member that imports."""
    library: str
    """The name as the importer spells it."""
    kind: str
    outcome: Outcome
    target: str | None
    """The member it ends in, when the outcome is ``wheel``."""
    reason: str
    searched: tuple[str, ...] = ()
    """The places looked in, in the loader's order, as installed."""
    arch: str | None = None
    """The slice, for files that hold several."""


@record
class PolicyObstacle:
    """What keeps a wheel from satisfying a policy of Linux or Android."""

    policy: str
    """The platform tag that stands for it."""
    member: str
    reason: str


@record
class PolicyVerdict:
    """The policy for the oldest systems that a wheel satisfies, and why it is no better."""

    libc: str
    machine: str
    best: str | None
    """Its platform tag; None if the wheel satisfies none."""
    aliases: tuple[str, ...]
    """Older platform tags that mean the same."""
    obstacles: tuple[PolicyObstacle, ...]
    """For the policies of older systems, at most a few members each."""


@record
class Report:
    """All that was found out about one wheel."""

    wheel: str
    """File name."""
    path: str
    """The path as it was given."""
    distribution: str | None = None
    version: str | None = None
    tags: tuple[str, ...] = ()
    build: str = ""
    """The build tag of the file name; empty if it has none."""
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The fields of METADATA that all wheels of a release should share: the values of those
    that resolvers go by, sorted, and a digest of each other one."""
    size: int | None = None
    """Bytes of the file."""
    inflated_size: int | None = None
    """Bytes of all members together."""
    members: int | None = None
    """How many there are; folders do not count."""
    content: str | None = None
    """Digest of all that is installed apart from dist-info: equal for equal content."""
    repaired_by: tuple[str, ...] = ()
    """The tools that bundled libraries into it before, with their versions where known."""
    binaries: tuple[BinaryInfo, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    policies: tuple[PolicyVerdict, ...] = ()
    """For Linux and Android: one for each C library and machine that the tags are for."""
    findings: tuple[Finding, ...] = ()
    """Worst first."""
    not_checked: tuple[NotChecked, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    error: str | None = None
    """Why the file could not be read at all; the other fields are then empty."""

    @property
    def status(self) -> Status:
        """Unreadable, with findings, or clean."""
        if self.error is not None:
            return Status.UNREADABLE
        return Status.FINDINGS if self.findings else Status.CLEAN

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of this severity or worse."""
        return tuple(f for f in self.findings if f.severity.rank >= severity.rank)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form of this report (one entry of ``wheels``)."""
        return {
            "wheel": self.wheel,
            "path": self.path,
            "status": str(self.status),
            "error": self.error,
            "distribution": self.distribution,
            "version": self.version,
            "tags": list(self.tags),
            "build": self.build,
            "metadata": plain(self.metadata),
            "size": self.size,
            "inflated_size": self.inflated_size,
            "members": self.members,
            "content": self.content,
            "repaired_by": list(self.repaired_by),
            "binaries": [plain(b) for b in self.binaries],
            "dependencies": [plain(d) for d in self.dependencies],
            "policies": [plain(p) for p in self.policies],
            "findings": [plain(f) for f in self.findings],
            "not_checked": [plain(n) for n in self.not_checked],
            "ignored": [plain(i) for i in self.ignored],
        }


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain(value: object) -> object:
    """Turn records of strings, tuples and mappings into JSON values."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if known := fields(value):
        return {name: plain(getattr(value, name)) for name in known}
    return value
