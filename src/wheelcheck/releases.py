"""From reports to releases: the wheels of each project in one call, judged together.

Works from reports only, which may come from other processes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.audit import Audit, Release
from wheelcheck.configuring.settings import Config
from wheelcheck.distinfo.names import normal_name
from wheelcheck.findings import Finding, Outcome, Report
from wheelcheck.inspection import inspect_many
from wheelcheck.records import record, replace
from wheelcheck.release_set.grid import Candidate, make_grid
from wheelcheck.rules import RELEASE_RULES
from wheelcheck.rules.listed import run_rules
from wheelcheck.rules.registry import Profile, ReleaseSubject
from wheelcheck.wheel import parse_wheel_name

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from wheelcheck.archive.limits import Limits
    from wheelcheck.distinfo.versions import Version
    from wheelcheck.source_tree.facts import Source

__all__ = ["audit_wheels", "condensed", "judge_releases"]


@record
class _Member:
    """A wheel of a release."""

    project: str
    version: "Version"
    candidate: Candidate
    report: Report


def audit_wheels(
    paths: Iterable[str | Path],
    *,
    profile: Profile | str | None = None,
    limits: "Limits | None" = None,
    config: Config | None = None,
    source: "Source | str | Path | None" = None,
    executor: "Executor | None" = None,
) -> Audit:
    """Inspect wheels, and judge those of one project together.

    Arguments and errors are those of :func:`wheelcheck.inspect_many`.
    """
    reports = tuple(
        inspect_many(
            paths, profile=profile, limits=limits, config=config, source=source, executor=executor
        )
    )
    return Audit(reports, judge_releases(reports, config or Config()))


def condensed(report: Report) -> Report:
    """Return a report without its long lists; what is left is all that releases are judged by.

    Its findings stay, and what settings excluded, for a call has something to say of these.
    """
    excluded = tuple(d for d in report.dependencies if d.outcome is Outcome.EXCLUDED)
    return replace(report, binaries=(), dependencies=excluded, policies=(), not_checked=())


def judge_releases(reports: Iterable[Report], config: Config) -> tuple[Release, ...]:
    """Return the releases that these wheels make up, sorted by project.

    A wheel whose file name cannot be read belongs to none; one that cannot be
    read otherwise counts as a wheel for its tags. A release may be one wheel.
    """
    members = [member for report in reports if (member := _member(report)) is not None]
    by_project: dict[str, list[_Member]] = defaultdict(list)
    for member in members:
        by_project[member.project].append(member)
    return tuple(_release(by_project[project], config) for project in sorted(by_project))


def _member(report: Report) -> _Member | None:
    try:
        name = parse_wheel_name(report.wheel)
    except ValueError:
        return None
    candidate = Candidate(report.wheel, tuple(sorted(map(str, name.tags))), name.build)
    return _Member(normal_name(name.distribution), name.version, candidate, report)


def _release(members: Sequence[_Member], config: Config) -> Release:
    versions = sorted({member.version for member in members})
    newest = [member.candidate for member in members if member.version == versions[-1]]
    project = members[0].project
    wheels = tuple(member.report.wheel for member in members)
    reports = tuple(sorted((m.report for m in members), key=lambda r: (r.wheel, r.path)))
    texts = tuple(map(str, versions))
    grid = make_grid(newest, config.expected_grid or None)
    subject = ReleaseSubject(
        project, reports, texts, grid, bool(config.expected_grid), tuple(newest)
    )
    found = run_rules(RELEASE_RULES, subject)
    findings = tuple(finding for finding in found if isinstance(finding, Finding))
    return config.apply(Release(project, texts, wheels, grid, findings))
