"""A repair from end to end: read, plan, apply, prove, deliver."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Unpack

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.writer import source_date_epoch
from wheelcheck.configuring.settings import Config
from wheelcheck.errors import RepairError, UsageError
from wheelcheck.findings import Report
from wheelcheck.quantities import plural
from wheelcheck.records import record, replace
from wheelcheck.repair_options import RepairOptions, parse_options
from wheelcheck.repair_settings import Engine, RepairKeywords
from wheelcheck.repairing.apply import Applied, apply_plan
from wheelcheck.repairing.delivery import Delivery, refuse_other_content
from wheelcheck.repairing.job import Job, Platform
from wheelcheck.repairing.not_heeded import not_heeded
from wheelcheck.repairing.plan import Plan
from wheelcheck.repairing.search import PATH

if TYPE_CHECKING:
    from wheelcheck.repairing.engines import EngineResult

__all__ = ["Action", "Platform", "Repair", "plan_repair", "repair"]


_MOST_NAMED = 5
_PIECE = 1024 * 1024


class Action(StrEnum):
    """What became of a wheel in a repair."""

    REPAIRED = "repaired"
    UNCHANGED = "unchanged"
    """Nothing was to do; the same bytes were delivered."""
    PLANNED = "planned"
    """A dry run: nothing was written."""
    SKIPPED = "skipped"
    """It is for another platform than the one asked for; nothing was written."""


@record
class Repair:
    """The outcome of :func:`repair`."""

    plan: Plan
    action: Action
    output: Path | None
    """The delivered wheel, if one was."""
    report: Report | None
    """The inspection of the delivered wheel, if one was; what Python sources import has no part
    in it."""
    notes: tuple[str, ...] = ()


def plan_repair(
    path: str | Path,
    *,
    platform: Platform | None = None,
    environ: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    config: Config | None = None,
    **options: Unpack[RepairKeywords],
) -> Plan:
    """Plan a repair without writing anything.

    Args:
        path: The wheel.
        platform: Plan for this platform only; by default the wheel's own tag decides.
        environ: Where PATH and the variables of MSYS2, conda and vcpkg are
            read; by default the process's environment.
        limits: How large an archive may be; come before those of ``config``.
        config: Settings, of which those of repairs count; see
            :meth:`wheelcheck.RepairSettings.keywords`. No file is read unless
            it is given; see :func:`wheelcheck.load_config`.
        options: How to repair; see :class:`RepairKeywords` for all of them,
            such as ``add_paths``, ``exclude`` and ``layout``.

    Returns:
        The plan. Its ``missing`` names what was not found; such a plan cannot
        be applied.

    Raises:
        UnreadableError: the file cannot be read as an archive.
        RepairError: the wheel, or a library for it, is not fit for a repair.
        UsageError: the file is no wheel by its name, or an option is wrong.
    """
    config = config or Config()
    with _opened(Path(path), limits, config) as archive:
        job = Job(Path(path), archive, platform)
        chosen = _options(config, job, options)
        if chosen.engine is not Engine.WHEELCHECK:
            raise UsageError(f"{chosen.engine} makes no plan")
        plan = job.plan(chosen, os.environ if environ is None else environ)
        return _with_remarks(plan, job, options)


def repair(
    path: str | Path,
    output_dir: str | Path | None = None,
    *,
    platform: Platform | None = None,
    environ: Mapping[str, str] | None = None,
    in_place: bool = False,
    force: bool = False,
    dry_run: bool = False,
    limits: Limits | None = None,
    config: Config | None = None,
    **options: Unpack[RepairKeywords],
) -> Repair:
    """Bundle what a wheel lacks, prove the result and put it into ``output_dir``.

    The output appears whole, under its final name, after it has been inspected
    again: every import ends somewhere, and it has no error that the input did
    not have. Otherwise the folder is as before. The input is never changed
    unless ``in_place`` asks for it, and then replaced as a whole.

    Args:
        path: The wheel.
        output_dir: Where the result goes; made if it does not exist. By
            default ``wheelhouse``.
        platform: Leave wheels for other platforms alone.
        environ: See :func:`plan_repair`; SOURCE_DATE_EPOCH is read there, too.
        in_place: Put the result in the place of the input; one that gets other
            tags also gets another name.
        force: Replace an existing file of that name with other content.
        dry_run: Make the plan only. An output that would be refused because its
            name is taken is refused here, too.
        limits: How large an archive may be; come before those of ``config``.
        config: Settings; see :func:`plan_repair`.
        options: How to repair; see :class:`RepairKeywords`.

    Raises:
        UnreadableError: the file cannot be read as an archive.
        RepairError: a library was not found, a file cannot be rewritten, the
            result did not prove good, or the output exists.
        UsageError: the file is no wheel by its name, or an option is wrong.
    """
    if in_place and output_dir is not None:
        raise UsageError("a repair in place has no output folder")
    config = config or Config()
    path = Path(path)
    environ = os.environ if environ is None else environ
    with contextlib.ExitStack() as stack:
        archive = stack.enter_context(_opened(path, limits, config))
        job = Job(path, archive, platform)
        chosen = _options(config, job, options)
        made = stack.enter_context(_made(job, chosen, environ, limits or config.limits))
        plan = made.plan
        if chosen.engine is Engine.WHEELCHECK:
            plan = _with_remarks(plan, job, options)
        if job.foreign:
            return Repair(plan, Action.SKIPPED, None, None, plan.notes)
        if plan.missing:
            raise RepairError(
                _missing_message(plan),
                missing=tuple(missing.library for missing in plan.missing),
                notes=plan.notes,
            )
        folder = path.resolve().parent if in_place else Path(output_dir or "wheelhouse")
        target = folder / plan.output
        own = target.exists() and target.samefile(path)
        if own and made.changes and not in_place:
            raise RepairError(
                f"{target} is the input, which is never changed; choose another -w, or --in-place"
            )
        renamed = in_place and plan.output != plan.wheel
        force = force or (own and not renamed)
        if dry_run:
            if target.exists() and not force:
                _rehearse(made, target)
            return Repair(plan, Action.PLANNED, None, None, plan.notes)
        if own and not made.changes:
            return Repair(plan, Action.UNCHANGED, target, job.report, plan.notes)
        with Delivery.into(target.parent, target.name) as delivery:
            applied = made.write(delivery.file)
            report = (
                job.prove(plan, delivery.file, target, applied.written)
                if made.changes
                else job.report
            )
            archive.close()  # Windows replaces no file that is open.
            delivery.commit(force=force)
            if renamed:
                path.resolve().unlink()
    action = Action.REPAIRED if made.changes else Action.UNCHANGED
    return Repair(plan, action, target, report, (*plan.notes, *applied.notes))


@record
class _Own:
    """What wheelcheck itself makes of a wheel."""

    job: Job
    plan: Plan
    environ: Mapping[str, str]

    @property
    def changes(self) -> bool:
        """Whether the result differs from the input."""
        return self.plan.changes

    def write(self, file: BinaryIO) -> Applied:
        """Write it, and return what is known of it."""
        archive = self.job.archive
        if not self.changes:
            file.writelines(archive.whole())
            return Applied()
        date_time = source_date_epoch(self.environ)
        return apply_plan(archive, self.job.wheel, self.plan, file, date_time=date_time)


def _made(
    job: Job, options: RepairOptions, environ: Mapping[str, str], limits: Limits
) -> "contextlib.AbstractContextManager[_Own | EngineResult]":
    if options.engine is Engine.WHEELCHECK or job.platform is None or job.foreign:
        return contextlib.nullcontext(_Own(job, job.plan(options, environ), environ))
    from wheelcheck.repairing.engines import run_engine

    return run_engine(job, options, environ, limits)


def _rehearse(made: "_Own | EngineResult", target: Path) -> None:
    """Hold what a repair would write against the file that has its name."""
    with tempfile.TemporaryFile() as file:
        made.write(file)
        file.seek(0)
        refuse_other_content(target, iter(lambda: file.read(_PIECE), b""))


def _opened(path: Path, limits: Limits | None, config: Config) -> Archive:
    return Archive.open(path, limits=limits or config.limits)


def _with_remarks(plan: Plan, job: Job, asked: RepairKeywords) -> Plan:
    """Add what the call asked for in vain; engines refuse what they do not know."""
    if job.platform is None or job.foreign or not asked:
        return plan
    return replace(plan, notes=(*not_heeded(asked, job.platform), *plan.notes))


def _options(config: Config, job: Job, chosen: RepairKeywords) -> RepairOptions:
    return parse_options(config.repair.keywords(job.platform, chosen))


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown


def _places(searched: Iterable[str]) -> Iterator[str]:
    """Yield the places as a person asks for them: what PATH names is known, and long."""
    of_path = f" ({PATH})"
    number = 0
    for place in searched:
        if place.endswith(of_path):
            number += 1
        else:
            yield place
    if number:
        yield f"PATH ({plural(number, 'folder')})"


def _missing_message(plan: Plan) -> str:
    lines = [f"{len(plan.missing)} libraries were not found; nothing was written."]
    if len(plan.missing) == 1:
        lines = ["A library was not found; nothing was written."]
    for missing in plan.missing:
        lines.append(f"  {missing.library}, needed by {_some(missing.importers)}")
        lines.extend(f"    not taken: {reason}" for reason in missing.rejected)
        if missing.hint is not None:
            lines.append(f"    {missing.hint}")
    # The same places for all of them; PATH often has one twice.
    searched = dict.fromkeys(place for missing in plan.missing for place in missing.searched)
    lines.append(f"Searched: {', '.join(_places(searched)) or 'no folder at all'}.")
    lines.append("Name the folders that hold them with --add-path.")
    return "\n".join(lines)
