"""A repair from end to end: read, plan, apply, prove, deliver."""

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.writer import source_date_epoch
from wheelcheck.closure import Closure, resolve
from wheelcheck.errors import RepairError, UsageError
from wheelcheck.findings import Outcome, Report, Severity
from wheelcheck.inspection import judge
from wheelcheck.repairing.apply import SIGNATURES, apply_plan, read_member
from wheelcheck.repairing.delivery import Delivery
from wheelcheck.repairing.plan import Plan
from wheelcheck.repairing.search import SearchPath, split_paths
from wheelcheck.repairing.windows import plan_windows
from wheelcheck.wheel import Wheel, read_wheel

__all__ = ["Action", "Platform", "Repair", "plan_repair", "repair"]


_MOST_PROBLEMS = 5


class Platform(StrEnum):
    """Whose loader a wheel is repaired for."""

    WINDOWS = "windows"
    LINUX = "linux"
    MACOS = "macos"


class Action(StrEnum):
    """What became of a wheel in a repair."""

    REPAIRED = "repaired"
    UNCHANGED = "unchanged"
    """Nothing was to do; the same bytes were delivered."""
    PLANNED = "planned"
    """A dry run: nothing was written."""
    SKIPPED = "skipped"
    """It is for another platform than the one asked for; nothing was written."""


@dataclass(frozen=True, slots=True)
class Repair:
    """The outcome of :func:`repair`."""

    plan: Plan
    action: Action
    output: Path | None
    """The delivered wheel, if one was."""
    report: Report | None
    """The inspection of the delivered wheel, if one was."""
    notes: tuple[str, ...] = ()


def plan_repair(
    path: str | Path,
    *,
    platform: Platform | None = None,
    add_paths: Iterable[str | Path] = (),
    exclude: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Plan:
    """Plan a repair without writing anything.

    Args:
        path: The wheel.
        platform: Plan for this platform only; by default the wheel's own tag decides.
        add_paths: Folders to search before all others on this machine. A
            string may hold several, joined by the host's path separator.
        exclude: Patterns of libraries that the user's machine has by other means.
        environ: Where PATH and the variables of MSYS2, conda and vcpkg are
            read; by default the process's environment.
        limits: How large an archive may be.

    Returns:
        The plan. Its ``missing`` names what was not found; such a plan cannot
        be applied.

    Raises:
        UnreadableError: the file cannot be read as an archive.
        RepairError: the wheel, or a library for it, is not fit for a repair.
        UsageError: the file is no wheel by its name.
    """
    with _opened(Path(path), limits) as archive:
        job = _Job(Path(path), archive, platform)
        return job.plan(_folders(add_paths), exclude, os.environ if environ is None else environ)


def repair(
    path: str | Path,
    output_dir: str | Path = "wheelhouse",
    *,
    platform: Platform | None = None,
    add_paths: Iterable[str | Path] = (),
    exclude: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    force: bool = False,
    dry_run: bool = False,
    limits: Limits | None = None,
) -> Repair:
    """Bundle what a wheel lacks, prove the result and put it into ``output_dir``.

    The input is never changed. The output appears whole, under its final name,
    after it has been inspected again: every import ends somewhere, and it has
    no error that the input did not have. Otherwise the folder is as before.

    Args:
        path: The wheel.
        output_dir: Where the result goes; made if it does not exist.
        platform: Leave wheels for other platforms alone.
        add_paths: See :func:`plan_repair`.
        exclude: See :func:`plan_repair`.
        environ: See :func:`plan_repair`; SOURCE_DATE_EPOCH is read there, too.
        force: Replace an existing file of that name with other content.
        dry_run: Make the plan only.
        limits: How large an archive may be.

    Raises:
        UnreadableError: the file cannot be read as an archive.
        RepairError: a library was not found, a file cannot be rewritten, the
            result did not prove good, or the output exists.
        UsageError: the file is no wheel by its name.
    """
    path, output_dir = Path(path), Path(output_dir)
    environ = os.environ if environ is None else environ
    with _opened(path, limits) as archive:
        job = _Job(path, archive, platform)
        plan = job.plan(_folders(add_paths), exclude, environ)
        if job.foreign:
            return Repair(plan, Action.SKIPPED, None, None, plan.notes)
        if plan.missing:
            raise RepairError(_missing_message(plan))
        if dry_run:
            return Repair(plan, Action.PLANNED, None, None, plan.notes)
        target = output_dir / plan.output
        if target.exists() and target.samefile(path):
            if not plan.changes:
                return Repair(plan, Action.UNCHANGED, target, job.report, plan.notes)
            raise RepairError(f"{target} is the input, which is never changed; choose another -w")
        with Delivery.into(output_dir, plan.output) as delivery:
            if plan.changes:
                date_time = source_date_epoch(environ)
                notes = apply_plan(archive, job.wheel, plan, delivery.file, date_time=date_time)
                report = job.prove(plan, delivery.file, target)
            else:
                notes, report = (), job.report
                _copy(path, delivery.file)
            delivery.commit(force=force)
    action = Action.REPAIRED if plan.changes else Action.UNCHANGED
    return Repair(plan, action, target, report, (*plan.notes, *notes))


class _Job:
    """One wheel that is being repaired."""

    def __init__(self, path: Path, archive: Archive, platform: Platform | None) -> None:
        self.archive = archive
        self.wheel: Wheel = read_wheel(archive, path.name)
        if self.wheel.name is None:
            raise UsageError(f"{path.name} is no wheel file name: {self.wheel.name_problem}")
        self.closure: Closure = resolve(self.wheel)
        self.report = judge(self.wheel, self.closure, str(path))
        self.platform = platform_of(self.wheel)
        self.foreign = platform is not None and self.platform is not platform

    def plan(
        self, add_paths: tuple[Path, ...], exclude: Iterable[str], environ: Mapping[str, str]
    ) -> Plan:
        """Plan the repair by the rules of the wheel's own platform."""
        name = self.wheel.filename
        if self.foreign or self.platform is None:
            return Plan(name, name, str(self.platform or "any"))
        if self.closure.windows is None:
            raise RepairError(f"{name}: wheels for {self.platform} cannot be repaired yet")
        self._refuse_unsafe()
        search = SearchPath.for_windows(add_paths, environ, self.closure.windows.target.machine)
        notes = tuple(f"{place.folder} ({place.why}) is no folder" for place in search.absent())
        plan = plan_windows(
            self.wheel,
            self.closure,
            search,
            read_member=lambda member: read_member(self.archive, self.wheel, member),
            exclude=exclude,
        )
        dropped: list[str] = []
        if plan.changes:
            members = {file.member.name for file in self.wheel.files}
            dropped = [
                member
                for member in (f"{self.wheel.dist_info}/{name}" for name in SIGNATURES)
                if member in members
            ]
            notes += tuple(f"{member} is dropped: it signs the old content" for member in dropped)
        return replace(plan, dropped=tuple(dropped), notes=(*notes, *plan.notes))

    def prove(self, plan: Plan, file: BinaryIO, target: Path) -> Report:
        """Inspect the result; it must be complete and have no new error."""
        file.flush()
        with Archive.open(file, name=str(target)) as archive:
            wheel = read_wheel(archive, plan.output)
            closure = resolve(wheel)
            report = judge(wheel, closure, str(target))
        open_edges = [
            e
            for e in closure.distinct
            if e.outcome is Outcome.MISSING and e.wanted.library not in plan.excluded
        ]
        if open_edges:
            raise RepairError(
                "the result is not complete, so it was not delivered: "
                + "; ".join(f"{e.importer.member} needs {e.wanted.library}" for e in open_edges)
            )
        worse = _errors(report) - _errors(self.report)
        if worse:
            raise RepairError(
                "the result has errors that the input had not, so it was not delivered: "
                + "; ".join(
                    f.message
                    for f in report.at_least(Severity.ERROR)
                    if (f.code, f.member) in worse
                )
            )
        return report

    def _refuse_unsafe(self) -> None:
        """Refuse archives whose members cannot be copied as they are."""
        problems = [d.message for d in self.wheel.defects]
        problems += [f"{f.member.name}: {f.problem}" for f in self.wheel.files if f.problem]
        if problems:
            raise RepairError(
                f"{self.wheel.filename} is not repaired, because its archive is not sound: "
                + "; ".join(problems[:_MOST_PROBLEMS])
                + ("; and more" if len(problems) > _MOST_PROBLEMS else "")
            )


def platform_of(wheel: Wheel) -> Platform | None:
    """Return the platform that a wheel's tags are for; None for ``any``.

    Raises:
        RepairError: the tags are for several, or for one that wheelcheck does not know.
    """
    found: dict[Platform, None] = {}
    for tag in wheel.tag_set:
        if tag.platform == "any":
            continue
        for prefix, platform in _PREFIXES.items():
            if tag.platform.startswith(prefix):
                found[platform] = None
                break
        else:
            raise RepairError(f"{wheel.filename}: platform {tag.platform} is not known")
    if len(found) > 1:
        raise RepairError(f"{wheel.filename} is tagged for several systems at once")
    return next(iter(found), None)


_PREFIXES = {
    "win": Platform.WINDOWS,
    "linux": Platform.LINUX,
    "manylinux": Platform.LINUX,
    "musllinux": Platform.LINUX,
    "android": Platform.LINUX,
    "macosx": Platform.MACOS,
}


def _opened(path: Path, limits: Limits | None) -> Archive:
    return Archive.open(path, limits=limits or Limits())


def _folders(add_paths: Iterable[str | Path]) -> tuple[Path, ...]:
    return split_paths(str(p) for p in add_paths)


def _copy(path: Path, file: BinaryIO) -> None:
    with path.open("rb") as source:
        shutil.copyfileobj(source, file, 1024 * 1024)


def _errors(report: Report) -> Counter[tuple[str, str | None]]:
    return Counter((f.code, f.member) for f in report.at_least(Severity.ERROR))


def _missing_message(plan: Plan) -> str:
    lines = [f"{len(plan.missing)} libraries were not found; nothing was written."]
    if len(plan.missing) == 1:
        lines = ["A library was not found; nothing was written."]
    for missing in plan.missing:
        lines.append(f"  {missing.library}, needed by {', '.join(missing.importers)}")
        lines.append(f"    searched: {', '.join(missing.searched) or 'no folder at all'}")
        lines.extend(f"    not taken: {reason}" for reason in missing.rejected)
        if missing.hint is not None:
            lines.append(f"    {missing.hint}")
    lines.append("Name the folders that hold them with --add-path.")
    return "\n".join(lines)
