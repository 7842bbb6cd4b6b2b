"""One wheel that is being repaired: what it is, what is planned, whether the result is good."""

import posixpath
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from wheelcheck.archive.reader import Archive, DefectKind
from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import ImportKind
from wheelcheck.errors import RepairError, UsageError
from wheelcheck.findings import Finding, Outcome, Report, Severity
from wheelcheck.inspection import findings_of, judge
from wheelcheck.installation import folder_of
from wheelcheck.platforms.platform_tags import System, read_platform_tag
from wheelcheck.reading.known_members import KnownMembers
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.records import replace
from wheelcheck.repair_options import RepairOptions
from wheelcheck.repairing.apply import SIGNATURES
from wheelcheck.repairing.macos.tags import promised_archs
from wheelcheck.repairing.members import MemberReader
from wheelcheck.repairing.plan import Plan
from wheelcheck.repairing.search import SearchPath
from wheelcheck.repairing.written import Written, WrittenArchive
from wheelcheck.resolving.closure import Closure, resolve
from wheelcheck.resolving.graph import Edge
from wheelcheck.wheel import Wheel

__all__ = ["Job", "Platform", "platform_of"]

_MOST_PROBLEMS = 5
_CONTRADICTIONS = ("WC401", "WC402")
"""Rules by which a module cannot be loaded by any Python that the tag is for."""


_AMBIGUOUS = {
    DefectKind.HIDDEN_MEMBER,
    DefectKind.OVERLAP,
    DefectKind.LOCAL_HEADER_MISSING,
    DefectKind.LOCAL_NAME,
    DefectKind.LOCAL_SIZE,
    DefectKind.LOCAL_METHOD,
    DefectKind.LOCAL_CRC,
    DefectKind.DUPLICATE_NAME,
    DefectKind.ENCRYPTED,
    DefectKind.UNSUPPORTED_FLAGS,
    DefectKind.UNSUPPORTED_METHOD,
    DefectKind.FOLDER_WITH_DATA,
    DefectKind.EXTRA_UNICODE_PATH,
    DefectKind.MODE_SYMLINK,
    DefectKind.MODE_DEVICE,
    DefectKind.MODE_FOLDER,
    DefectKind.NAME_EMPTY,
    DefectKind.NAME_NOT_UTF8,
    DefectKind.NAME_CONTROL_CHARACTER,
    DefectKind.NAME_PARENT,
    DefectKind.NAME_ABSOLUTE,
    DefectKind.NAME_DRIVE,
    DefectKind.NAME_BACKSLASH,
}
"""Defects for which one reader sees another member, or another place for it, than the next."""


class Platform(StrEnum):
    """Whose loader a wheel is repaired for."""

    WINDOWS = "windows"
    LINUX = "linux"
    MACOS = "macos"


_PLATFORMS = {
    System.WINDOWS: Platform.WINDOWS,
    System.LINUX: Platform.LINUX,
    System.ANDROID: Platform.LINUX,
    System.MACOS: Platform.MACOS,
}


class Job:
    """A wheel read, resolved and judged."""

    def __init__(self, path: Path, archive: Archive, platform: Platform | None) -> None:
        """Read the wheel.

        Raises:
            UsageError: the file is no wheel by its name.
            RepairError: its tags are for several systems, or an unknown one.
        """
        self.archive = archive
        # What sources import is nothing that a repair could mend or break.
        self.wheel: Wheel = read_wheel(archive, path.name, sources=False)
        if self.wheel.name is None:
            raise UsageError(f"{path.name} is no wheel file name: {self.wheel.name_problem}")
        self.closure: Closure = resolve(self.wheel)
        self._path = str(path)
        self.platform = platform_of(self.wheel)
        self.foreign = platform is not None and self.platform is not platform

    @cached_property
    def report(self) -> Report:
        """The inspection of the wheel; most repairs need none before that of the result."""
        return judge(self.wheel, self.closure, self._path)

    def plan(self, options: RepairOptions, environ: Mapping[str, str]) -> Plan:
        """Plan the repair by the rules of the wheel's own platform.

        Raises:
            RepairError: the wheel, or a library for it, is not fit for a repair.
        """
        name = self.wheel.filename
        if self.foreign or self.platform is None:
            return Plan(name, name, str(self.platform or "any"))
        loaders = (self.closure.windows, self.closure.linux, self.closure.macos)
        if all(loader is None for loader in loaders):
            raise RepairError(f"{name}: wheels for {self.platform} cannot be repaired yet")
        self.refuse_unfit()
        plan = self._planned(options, environ)
        return self._without_signatures(replace(plan, level=options.level))

    def _planned(self, options: RepairOptions, environ: Mapping[str, str]) -> Plan:
        # Only the one that is needed is loaded: three cost as much as reading a small wheel.
        if self.closure.linux is not None:
            from wheelcheck.repairing.linux.planner import plan_linux

            return plan_linux(self.wheel, self.closure, environ, options)
        if self.closure.macos is not None:
            from wheelcheck.repairing.macos.planner import plan_macos

            return plan_macos(self.wheel, self.closure, options, environ)
        assert self.closure.windows is not None
        from wheelcheck.repairing.windows.planner import plan_windows

        search = SearchPath.for_windows(
            options.add_paths, options.prefixes, environ, self.closure.windows.target.machine
        )
        notes = search.absent()
        plan = plan_windows(
            self.wheel,
            self.closure,
            search,
            read_member=MemberReader(self.archive, self.wheel),
            options=options,
        )
        return replace(plan, notes=(*notes, *plan.notes))

    def _without_signatures(self, plan: Plan) -> Plan:
        """Drop signatures over RECORD, which any change makes wrong."""
        members = {file.member.name for file in self.wheel.files}
        names = (f"{self.wheel.dist_info}/{name}" for name in SIGNATURES)
        dropped = tuple(name for name in names if plan.changes and name in members)
        notes = tuple(f"{member} is dropped: it signs the old content" for member in dropped)
        return replace(plan, dropped=dropped, notes=(*plan.notes, *notes))

    def prove(
        self, plan: Plan, file: BinaryIO, target: Path, written: Mapping[str, Written]
    ) -> Report:
        """Inspect the result as it stands in the file; it must be complete and have no new error.

        What the input showed of members whose compressed bytes are the same is
        not found out again. All others are inflated and parsed. Those that were
        ``written`` must have the length and the CRC-32 of what was, whose SHA-256
        is known.

        Raises:
            RepairError: it is not, or the input changed meanwhile.
        """
        file.flush()
        with WrittenArchive.open(file, name=str(target)) as archive:
            archive.written = written
            known = KnownMembers(self.archive, self.wheel)
            wheel = read_wheel(archive, plan.output, sources=False, known=known)
            closure = resolve(wheel)
            report = judge(wheel, closure, str(target))
        if self.archive.changed:
            raise RepairError(f"{self.archive.name} changed while it was repaired; try again")
        excluded = {library.lower() for library in plan.excluded}
        open_edges = [
            e
            for e in closure.distinct
            if e.outcome is Outcome.MISSING and not _may_be_open(e, excluded, wheel)
        ]
        if open_edges:
            raise RepairError(
                "the result is not complete, so it was not delivered: "
                + "; ".join(f"{e.importer.member} needs {e.wanted.library}" for e in open_edges)
            )
        # A plain linux tag, which PyPI does not take, may be all that the content allows.
        honest = {"WC405"} if plan.platform == "linux" else set()
        errors = [f for f in _errors(report) if not _is_of(f, excluded) and f.code not in honest]
        # Without an error in the result it does not matter what the input had.
        before = Counter(map(_kind, _errors(self.report))) if errors else Counter()
        worse = Counter(map(_kind, errors)) - before
        if worse:
            raise RepairError(
                "the result has errors that the input had not, so it was not delivered: "
                + "; ".join(f.message for f in errors if _kind(f) in worse)
            )
        return report

    def refuse_unfit(self) -> None:
        """Refuse a wheel that no repair can make a good one of.

        Raises:
            RepairError: it is not sound, or contradicts its tag.
        """
        self._refuse_unsafe()
        self._refuse_contradictions()

    def _refuse_unsafe(self) -> None:
        """Refuse archives of which it is not sure what their members are.

        Other defects do not stop a repair: most of them are not in the result,
        since the archive is written anew; the rest are findings as before.
        """
        problems = [d.message for d in self.wheel.defects if d.kind in _AMBIGUOUS]
        problems += [f"{f.member.name}: {f.problem}" for f in self.wheel.files if f.problem]
        self._refuse("the archive is not sound", problems)

    def _refuse_contradictions(self) -> None:
        """Refuse what no bundled library can mend, and no other tag: there is none to choose."""
        found = findings_of(_CONTRADICTIONS, self.wheel, self.closure)
        self._refuse(
            "the binaries contradict the tag",
            [finding.message for finding in found if finding.severity is Severity.ERROR],
        )

    def _refuse(self, reason: str, problems: list[str]) -> None:
        if problems:
            raise RepairError(
                f"{reason}: "
                + "; ".join(problems[:_MOST_PROBLEMS])
                + ("; and more" if len(problems) > _MOST_PROBLEMS else "")
            )


def platform_of(wheel: Wheel) -> Platform | None:
    """Return the platform that a wheel's tags are for; None for ``any``.

    Raises:
        RepairError: the tags are for several, or for one that wheelcheck does not know.
    """
    found: set[Platform] = set()
    for text in sorted({tag.platform for tag in wheel.tag_set} - {"any"}):
        tag = read_platform_tag(text)
        platform = None if tag is None else _PLATFORMS.get(tag.system)
        if platform is None:
            raise RepairError(f"{wheel.filename}: platform {text} is not known")
        found.add(platform)
    if len(found) > 1:
        raise RepairError(f"{wheel.filename} is tagged for several systems at once")
    return next(iter(found), None)


def _may_be_open(edge: Edge, excluded: set[str], wheel: Wheel) -> bool:
    """Tell whether a result may lack what this edge asks for."""
    library = edge.wanted.library
    if library.lower() in excluded or edge.wanted.kind is ImportKind.WEAK:
        return True
    piece = edge.importer.slice
    if not isinstance(piece, MachoSlice):
        return False
    folder = folder_of(edge.importer.install)
    elsewhere = posixpath.normpath(f"{folder}/{library.removeprefix('@loader_path/')}")
    archs = promised_archs(tag.platform for tag in wheel.tag_set)
    return elsewhere.lower() in excluded or bool(archs and piece.arch not in archs)


def _errors(report: Report) -> tuple[Finding, ...]:
    return report.at_least(Severity.ERROR)


def _kind(finding: Finding) -> tuple[str, str | None]:
    return finding.code, finding.member


def _is_of(finding: Finding, excluded: set[str]) -> bool:
    """Tell whether a finding is about a library that the user leaves to other means."""
    return any(library.lower() in excluded for library in finding.evidence.get("library", ()))
