"""From wheels to reports."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Sized
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive
from wheelcheck.configuring.settings import Config
from wheelcheck.errors import UnreadableError, UsageError
from wheelcheck.expectations import Expectations
from wheelcheck.findings import (
    BinaryInfo,
    Dependency,
    Finding,
    NotChecked,
    PolicyVerdict,
    Report,
    Role,
)
from wheelcheck.importing.followed import Follower
from wheelcheck.parallel import in_order
from wheelcheck.reading.earlier_repairs import repaired_by
from wheelcheck.reading.memo import Memo
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.records import replace
from wheelcheck.release_set.facts import content_digest, shared_metadata
from wheelcheck.resolving.closure import Closure, resolve
from wheelcheck.rules import INSTALLED_RULES, WHEEL_RULES
from wheelcheck.rules.listed import run_rules
from wheelcheck.rules.registry import Profile, Subject
from wheelcheck.wheel import Wheel

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from wheelcheck.installed_facts import InstalledFacts
    from wheelcheck.resolving.graph import Node
    from wheelcheck.source_tree.facts import Source

__all__ = ["findings_of", "inspect", "inspect_many", "judge", "pieces_of_work", "resolve_many"]

_TOGETHER = 8
"""Wheels of one project in one piece of work: they share sources, and workers share the rest."""

_MOST_TEXT = 16 * 1024 * 1024
"""Characters in the edges of one report; an edge of a true wheel has some 200."""


def inspect(
    path: str | Path,
    *,
    profile: Profile | str | None = None,
    limits: Limits | None = None,
    config: Config | None = None,
    source: "Source | str | Path | None" = None,
) -> Report:
    """Inspect one wheel.

    Never raises for bad input: a file that cannot be read as an archive gives
    a report whose ``error`` says why. No settings are read from files unless
    they are given; see :func:`wheelcheck.load_config`.

    Args:
        path: The wheel.
        profile: Where the wheel will be published, ``pypi`` (the default) or
            ``private``; comes before that of ``config``.
        limits: How much the archive may ask for; come before those of ``config``.
        config: Which findings count, and how much.
        source: The project's folder or source distribution, to hold the wheel
            against; for several wheels, what :func:`wheelcheck.load_source` returned.

    Raises:
        UsageError: there is no such profile, or no such source.
        UnreadableError: the source cannot be read.
    """
    [report] = inspect_many((path,), profile=profile, limits=limits, config=config, source=source)
    return report


def inspect_many(
    paths: Iterable[str | Path],
    *,
    profile: Profile | str | None = None,
    limits: Limits | None = None,
    config: Config | None = None,
    source: "Source | str | Path | None" = None,
    executor: "Executor | None" = None,
) -> Iterator[Report]:
    """Inspect wheels, yielding a report for each, in order.

    What several of them hold is looked into once. With an executor of
    :mod:`concurrent.futures` (or one that is like it: only ``submit`` is asked
    of it, and all that is handed over can be pickled), a few wheels of one
    project are one piece of work. The reports are the same.

    Args:
        paths: The wheels; read from as far as work can be handed on.
        profile: As for :func:`inspect`, like the others.
        limits: How much each archive may ask for.
        config: Which findings count, and how much.
        source: What to hold the wheels against.
        executor: Where the work is done; it stays the caller's. Without it,
            here, one wheel after another.

    Raises:
        UsageError: there is no such profile, or no such source.
        UnreadableError: the source cannot be read.
    """
    config = config or Config()
    chosen = config.profile if profile is None else _profile(profile)
    config = replace(config, profile=chosen, limits=limits or config.limits)
    own = _loaded(source)
    if executor is not None:
        work = partial(_inspect_all, config=config, source=own)
        for reports in in_order(executor, work, pieces_of_work(map(Path, paths))):
            yield from reports
        return
    memo = Memo(several=not isinstance(paths, Sized) or len(paths) > 1)
    follower = Follower()
    for path in paths:
        yield _inspect(Path(path), config, own, memo, follower)


def resolve_many(paths: Iterable[str | Path], config: Config) -> Iterator[Report]:
    """Resolve wheels without judging them, yielding a report for each, in order.

    It tells of the native objects and of what they need, and has no findings; what Python
    sources import is not looked at.
    """
    memo = Memo()
    for path in map(Path, paths):
        try:
            with Archive.open(path, limits=config.limits) as archive:
                wheel = read_wheel(archive, path.name, sources=False, memo=memo)
            closure = resolve(wheel, config.expectations)
        except UnreadableError as error:
            yield Report(wheel=path.name, path=str(path), error=str(error))
        else:
            yield Report(
                wheel=path.name,
                path=str(path),
                binaries=tuple(_binary_infos(wheel, closure)),
                dependencies=closure.dependencies[: _told(closure.dependencies)],
                not_checked=(*_natives_not_read(wheel), *closure.not_checked),
            )


def _loaded(source: "Source | str | Path | None") -> "Source | None":
    if not isinstance(source, str | Path):
        return source
    from wheelcheck.source_tree.facts import load_source

    return load_source(source)


def pieces_of_work(paths: Iterable[Path]) -> Iterator[tuple[Path, ...]]:
    """Group wheels that follow each other and by their names have much in common."""
    for _, wheels in groupby(paths, key=lambda path: path.name.partition("-")[0].lower()):
        while piece := tuple(islice(wheels, _TOGETHER)):
            yield piece


def _inspect_all(paths: Iterable[Path], config: Config, source: "Source | None") -> list[Report]:
    memo, follower = Memo(), Follower()
    return [_inspect(path, config, source, memo, follower) for path in paths]


def _inspect(
    path: Path, config: Config, source: "Source | None", memo: Memo, follower: Follower
) -> Report:
    try:
        with Archive.open(path, limits=config.limits) as archive:
            wheel = read_wheel(archive, path.name, memo=memo)
        closure = resolve(wheel, config.expectations)
    except UnreadableError as error:
        return Report(wheel=path.name, path=str(path), error=str(error))
    report = judge(
        wheel,
        closure,
        str(path),
        profile=config.profile,
        expectations=config.expectations,
        source=source,
        follower=follower,
    )
    return config.apply(report)


def judge(
    wheel: Wheel,
    closure: Closure,
    path: str,
    *,
    profile: Profile = Profile.PYPI,
    expectations: Expectations | None = None,
    source: "Source | None" = None,
    host: "InstalledFacts | None" = None,
    follower: Follower | None = None,
) -> Report:
    """Run every rule over a wheel that has been read and resolved.

    With ``host`` it is a distribution on this host, and those rules are run that
    make sense for one. A call on several wheels has one ``follower`` for all.
    """
    expectations = expectations or Expectations()
    subject = Subject(wheel, closure, profile, expectations, source, host, follower)
    findings: list[Finding] = []
    not_checked = [*_not_read(wheel), *closure.not_checked]
    told = _told(closure.dependencies)
    if told < len(closure.dependencies):
        rest = f"{len(closure.dependencies) - told} more are judged, but not listed"
        not_checked.append(NotChecked("dependencies", rest))
    for found in run_rules(WHEEL_RULES if host is None else INSTALLED_RULES, subject):
        if isinstance(found, NotChecked):
            not_checked.append(found)
        else:
            findings.append(found)
    return Report(
        wheel=wheel.filename,
        path=path,
        distribution=None if wheel.name is None else wheel.name.distribution,
        version=None if wheel.name is None else str(wheel.name.version),
        build="" if wheel.name is None else wheel.name.build,
        tags=wheel.tags,
        metadata=shared_metadata(subject.metadata),
        size=wheel.size,
        inflated_size=sum(file.size for file in wheel.files),
        members=len(wheel.files),
        content=content_digest(wheel),
        repaired_by=repaired_by(wheel),
        binaries=tuple(_binary_infos(wheel, closure)),
        dependencies=closure.dependencies[:told],
        policies=_policies(subject),
        findings=tuple(sorted(findings, key=lambda f: f.sort_key)),
        not_checked=tuple(dict.fromkeys(not_checked)),
    )


def findings_of(codes: Sequence[str], wheel: Wheel, closure: Closure) -> tuple[Finding, ...]:
    """Run only these rules over a wheel; the findings are in the order of a report."""
    subject = Subject(wheel, closure, Profile.PYPI, Expectations())
    hits = run_rules((listed for listed in WHEEL_RULES if listed.code in codes), subject)
    found = (hit for hit in hits if isinstance(hit, Finding))
    return tuple(sorted(found, key=lambda finding: finding.sort_key))


def _policies(subject: Subject) -> tuple[PolicyVerdict, ...]:
    if not subject.verdicts:
        return ()
    from wheelcheck.resolving.linux_policies import policy_reports

    return policy_reports(subject.verdicts)


def _profile(text: str) -> Profile:
    try:
        return Profile(text)
    except ValueError:
        known = ", ".join(Profile)
        raise UsageError(f"there is no profile {text!r}; there are: {known}") from None


def _told(dependencies: Sequence[Dependency]) -> int:
    """Return how many of the edges can be listed without a report of hundreds of megabytes."""
    left = _MOST_TEXT
    for index, edge in enumerate(dependencies):
        left -= len(edge.importer) + len(edge.library) + len(edge.reason)
        left -= len(edge.target or "") + sum(map(len, edge.searched))
        if left < 0:
            return index
    return len(dependencies)


def _not_read(wheel: Wheel) -> Iterator[NotChecked]:
    """Say which native objects have no reader, and which sources were not read."""
    yield from _natives_not_read(wheel)
    if wheel.sources_unread:
        others = len(wheel.sources_unread) - 1
        more = f", nor of {others} others" if others else ""
        why = "too large, too many, or not asked, as in a repair, which changes none of them"
        reason = f"its imports were not looked at{more}: the sources are {why}"
        yield NotChecked(wheel.sources_unread[0], reason)
    syntax = wheel.syntax
    if syntax is not None and syntax.unchecked:
        others = len(syntax.unchecked) - 1
        more = f" (nor of {others} others)" if others else ""
        yield NotChecked(syntax.unchecked[0], f"its syntax was not checked{more}: {syntax.reason}")


def _natives_not_read(wheel: Wheel) -> Iterator[NotChecked]:
    texts = ((native.name, native.not_read) for native in wheel.natives)
    return (NotChecked(name, text) for name, text in texts if text is not None)


def _binary_infos(wheel: Wheel, closure: Closure) -> Iterator[BinaryInfo]:
    """Describe each native object that was read, in archive order."""
    nodes: dict[str, list[Node]] = defaultdict(list)
    for node in closure.nodes:
        nodes[node.member].append(node)
    for native in wheel.natives:
        slices = nodes.get(native.name)
        if not slices:
            continue
        first = slices[0]
        module = first.extension if first.role is Role.MODULE else None
        yield BinaryInfo(
            member=native.name,
            format=str(native.format),
            arch=tuple(str(node.slice.arch) for node in slices),
            role=first.role,
            module=None if module is None else module.module,
        )
