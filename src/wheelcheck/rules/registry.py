"""What a rule is.

A rule holds all that is ever said about it, so that its page in the docs, the
SARIF output and ``wheelcheck rule CODE`` have one source. Its ``check`` reads
typed facts only: rules never open an archive or parse bytes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from wheelcheck.distinfo.names import normal_name
from wheelcheck.expectations import Expectations
from wheelcheck.expressions import expression
from wheelcheck.findings import Confidence, Evidence, NotChecked, Report, Severity
from wheelcheck.records import field, record

if TYPE_CHECKING:
    from wheelcheck.archive.record import RecordProblem
    from wheelcheck.audit import Grid
    from wheelcheck.distinfo.entry_points import EntryPoints
    from wheelcheck.distinfo.metadata import CoreMetadata
    from wheelcheck.distinfo.wheel_file import WheelFileText
    from wheelcheck.importing.followed import Followed, Follower
    from wheelcheck.importing.gaps import Gap
    from wheelcheck.importing.others import Foreign
    from wheelcheck.importing.reach import Reach
    from wheelcheck.importing.supply import Supply
    from wheelcheck.importing.tree import ModuleTree
    from wheelcheck.installed_facts import InstalledFacts
    from wheelcheck.platforms.linux.verdict import Verdict
    from wheelcheck.platforms.promises import Promise
    from wheelcheck.platforms.stable_abi import StableAbi
    from wheelcheck.release_set.grid import Candidate
    from wheelcheck.resolving.closure import Closure
    from wheelcheck.resolving.python_imports import PythonImports
    from wheelcheck.source_tree.facts import Source
    from wheelcheck.wheel import Wheel, WheelFile

__all__ = ["Effect", "Family", "Hit", "Profile", "ReleaseSubject", "Rule", "Subject"]

_NOT_PACKAGES = (".dist-info", ".data", ".egg-info")

S = TypeVar("S", bound="Subject | ReleaseSubject")

_EXTRA = expression(r"""\bextra\s*==\s*["']([^"']*)["']""")


class Family(StrEnum):
    """What a rule is about; the first digit of its code, 0 for the last."""

    ARCHIVE = "archive"
    RECORD = "record"
    METADATA = "metadata"
    TAGS = "tags"
    ABI = "abi"
    MODULES = "modules"
    DEPENDENCIES = "dependencies"
    CONTENTS = "contents"
    RELEASE = "release"
    INSTALLED = "installed"


class Effect(StrEnum):
    """What comes of a violation, for whom; where violations differ, what is true of all errors."""

    INSTALL = "install fails"
    """No installer takes the wheel, or none that it is meant for."""
    IMPORT = "import fails"
    """It is installed, and cannot be imported, in full or in part."""
    USE = "use fails"
    """It is imported, and a command, a file or a feature is not there or does not work."""
    OTHERS = "others suffer"
    """Programs and distributions of the same environment are disturbed."""
    INDEX = "refused by PyPI"
    """It cannot be published, and works where it is had otherwise."""
    TOOLS = "tools are misled"
    """Checkers, auditors and editors refuse the wheel or show what is not so."""
    EXPOSURE = "exposure"
    """It tells what it must not, or makes attacks easier."""
    UNTIDY = "untidy"
    """Larger, vaguer or less useful than it could be."""

    @property
    def met_by_users(self) -> bool:
        """Tell whether the wheel fails for those who want to use it."""
        return self in {Effect.INSTALL, Effect.IMPORT, Effect.USE}


class Profile(StrEnum):
    """Where the wheel will be published."""

    PYPI = "pypi"
    PRIVATE = "private"
    """An index of one's own: what only PyPI refuses weighs less."""


@record(caches=True)
class Subject:
    """What rules look at: one wheel, its dependencies resolved, its dist-info files read."""

    wheel: "Wheel"
    closure: "Closure"
    profile: Profile = Profile.PYPI
    expectations: Expectations = field(default_factory=Expectations)
    source: "Source | None" = None
    """What the wheel is held against, if anything."""
    host: "InstalledFacts | None" = None
    """What is known besides of a distribution that is installed on this host, and no wheel."""
    follower: "Follower | None" = None
    """Of a call on several wheels."""

    @property
    def title(self) -> str:
        """The file name of the wheel."""
        return self.wheel.filename

    @property
    def pypi_refuses(self) -> Severity:
        """The severity of what only PyPI refuses."""
        return Severity.ERROR if self.profile is Profile.PYPI else Severity.WARNING

    def has_member(self, name: str) -> bool:
        """Tell whether the archive holds this file."""
        return name in self._members

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(file.member.name for file in self.wheel.files)

    @cached_property
    def installed(self) -> "tuple[WheelFile, ...]":
        """The files that go into site-packages, without those of dist-info folders."""
        found = []
        for file in self.wheel.files:
            top, slash, _ = file.install.partition("/")
            if not top.startswith("{") and not (slash and top.endswith(_NOT_PACKAGES)):
                found.append(file)
        return tuple(found)

    @cached_property
    def top_level(self) -> "Mapping[str, Sequence[WheelFile]]":
        """The names at the top of site-packages; a file is the only one under its name."""
        found: dict[str, list[WheelFile]] = {}
        for file in self.installed:
            found.setdefault(file.install.partition("/")[0], []).append(file)
        return found

    @cached_property
    def leaves(self) -> "tuple[tuple[str, WheelFile], ...]":
        """The files, each with the last part of its name in lower case."""
        return tuple((f.member.name.rpartition("/")[2].lower(), f) for f in self.wheel.files)

    @cached_property
    def folder_names(self) -> frozenset[str]:
        """The names of all folders in the archive, each part by itself, in lower case."""
        folders = {file.member.name.rpartition("/")[0] for file in self.wheel.files}
        return frozenset(part for folder in folders for part in folder.lower().split("/"))

    @cached_property
    def metadata(self) -> "CoreMetadata | None":
        """The METADATA file; None if the wheel has none that was kept."""
        from wheelcheck.distinfo.metadata import read_metadata

        data = self.wheel.metadata.get("METADATA")
        return None if data is None else read_metadata(data)

    @cached_property
    def wheel_file(self) -> "WheelFileText | None":
        """The WHEEL file; None if the wheel has none that was kept."""
        from wheelcheck.distinfo.wheel_file import read_wheel_file

        data = self.wheel.metadata.get("WHEEL")
        return None if data is None else read_wheel_file(data)

    @cached_property
    def entry_points(self) -> "EntryPoints | None":
        """The entry_points.txt file; None if the wheel has none that was kept."""
        from wheelcheck.distinfo.entry_points import read_entry_points

        data = self.wheel.metadata.get("entry_points.txt")
        return None if data is None else read_entry_points(data)

    @cached_property
    def verdicts(self) -> "tuple[Verdict, ...]":
        """The policies of Linux and Android, held against the wheel; empty for other systems."""
        if self.closure.linux is None:
            return ()
        from wheelcheck.resolving.linux_policies import verdicts_of

        return verdicts_of(self.closure)

    @cached_property
    def modules(self) -> "ModuleTree":
        """The modules that ``import`` would find in the wheel."""
        from wheelcheck.importing.tree import module_tree

        return module_tree(self.wheel)

    @property
    def reach(self) -> "Reach":
        """Which of them run when the wheel is imported, or one of its commands is called."""
        return self._followed.reach

    @property
    def gaps(self) -> "tuple[Gap, ...]":
        """The imports of its own modules that fail wherever they run."""
        return self._followed.gaps

    @property
    def foreign_imports(self) -> "tuple[Foreign, ...]":
        """Imports of what others must supply, where they run without a condition.

        Some are of modules that nobody uses, see
        :func:`wheelcheck.importing.others.foreign_imports`.
        """
        return self._followed.foreign_imports

    @cached_property
    def _followed(self) -> "Followed":
        from wheelcheck.importing.followed import Follower

        entries = () if self.entry_points is None else self.entry_points.entries
        values = tuple(e.value.partition(":")[0].strip() for e in entries if e.is_script)
        return (self.follower or Follower()).follow(self.modules, values)

    @cached_property
    def supply(self) -> "Supply":
        """What the requirements supply."""
        from wheelcheck.importing.supply import Supply

        required: set[str] = set()
        extras: dict[str, str] = {}
        for requirement in () if self.metadata is None else self.metadata.requires_dist.valid:
            name = normal_name(requirement.name)
            marker = "" if requirement.marker is None else str(requirement.marker)
            waits = _EXTRA.search(marker)
            if waits is None:
                required.add(name)
            else:
                extras.setdefault(name, waits[1])
        own = "" if self.wheel.name is None else normal_name(self.wheel.name.distribution)
        return Supply(frozenset(required), extras, own, self.expectations.import_names)

    @cached_property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags, each once, sorted."""
        return tuple(sorted({tag.platform for tag in self.wheel.tag_set}))

    @cached_property
    def promises(self) -> "tuple[Promise, ...]":
        """The Pythons that the tags promise, each once, in a fixed order."""
        from wheelcheck.platforms.promises import promise

        return tuple(sorted({promise(tag) for tag in self.wheel.tag_set}, key=str))

    @cached_property
    def python_imports(self) -> "tuple[PythonImports, ...]":
        """What each slice takes from CPython."""
        from wheelcheck.resolving.python_imports import python_imports

        return python_imports(self.closure)

    @cached_property
    def stable_abi(self) -> "StableAbi":
        """CPython's stable ABI."""
        from wheelcheck.platforms.stable_abi import load_stable_abi

        return load_stable_abi()

    @cached_property
    def record_problems(self) -> "tuple[RecordProblem, ...]":
        """All that is wrong with RECORD, by itself and against the members."""
        from wheelcheck.reading.record_facts import compare

        return compare(self.wheel)


@record(caches=True)
class ReleaseSubject:
    """What rules on releases look at: all that was found out about each wheel of a project.

    There may be one wheel only.
    """

    project: str
    """Normalised name."""
    reports: tuple[Report, ...]
    """Of all wheels of the call that belong to it, in any version, unreadable ones included."""
    versions: tuple[str, ...]
    """Older first."""
    grid: "Grid"
    """Of the wheels of the newest version."""
    grid_is_configured: bool
    """What the grid expects was said by a person."""
    candidates: "tuple[Candidate, ...]"
    """The wheels of the newest version as installers choose among them, unreadable ones
    included."""

    @property
    def title(self) -> str:
        """The project."""
        return self.project

    @cached_property
    def newest(self) -> tuple[Report, ...]:
        """The readable reports of the newest version."""
        last = self.versions[-1]
        return tuple(r for r in self.reports if r.error is None and r.version == last)


@record
class Hit:
    """One violation, before the rule's own words are added to it."""

    message: str
    member: str | None = None
    evidence: Evidence = field(default_factory=dict)
    help: str | None = None
    """What to do here, where it can be said closer than the rule's ``fix``."""
    severity: Severity | None = None
    """Set where one violation weighs less than the rule's others."""
    confidence: Confidence | None = None
    wheel: str | None = None
    """File name of the one wheel it is about, for a rule on releases."""


@record
class Rule(Generic[S]):
    """A rule, its documentation and its check, which looks at a wheel or at a release."""

    code: str
    """``WC`` and three digits; stable, never reused."""
    name: str
    """What is wrong, in a few words joined by ``-``."""
    family: Family
    severity: Severity
    """The severity of its gravest violation."""
    confidence: Confidence
    effect: Effect
    summary: str
    """One line: what the rule looks for."""
    why: str
    """What breaks, for whom."""
    example: str
    """A wheel that violates it, in words or in a listing."""
    fix: str
    """What to do about it."""
    since: str
    """The first version that has the rule."""
    check: Callable[[S], Iterable[Hit | NotChecked]]
    references: tuple[str, ...] = ()
    """Where the rule comes from: PEPs, specifications, vendors' documentation."""
