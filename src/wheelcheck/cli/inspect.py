"""``wheelcheck inspect``."""

import argparse
from typing import TYPE_CHECKING

from wheelcheck.cli.choices import (
    accept,
    add_choices,
    chosen_config,
    open_baseline,
    remarks,
    save_baseline,
    show_choices,
)
from wheelcheck.cli.inputs import add_wheels, find_wheels
from wheelcheck.cli.jobs import add_jobs, workers
from wheelcheck.cli.output import add_format, add_output, deliver
from wheelcheck.cli.settings import add_show_config
from wheelcheck.cli.terminal import add_looks, look_of
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.errors import UsageError
from wheelcheck.report.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wheelcheck.audit import Audit
    from wheelcheck.cli.commands import Commands
    from wheelcheck.cli.progress import Progress
    from wheelcheck.configuring.baseline import Baseline
    from wheelcheck.configuring.settings import Config
    from wheelcheck.findings import Report
    from wheelcheck.source_tree.facts import Source

__all__ = ["add_inspect"]


def add_inspect(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "inspect",
        help="say what will break, why, and what to do",
        description="Say of each wheel what will break when it is installed, why, and what to do.",
        epilog=EXIT_STATUS,
    )
    wheels = add_wheels(parser)
    add_format(parser, FORMATS)
    add_output(parser)
    parser.add_argument(
        "--src",
        metavar="PATH",
        help=(
            "hold the wheels against their source too: the project's folder, or its source "
            "distribution (.tar.gz or .zip), which is neither unpacked nor run"
        ),
    )
    add_jobs(parser)
    _add_installed(parser)
    add_looks(parser)
    add_choices(parser)
    add_show_config(parser, wheels)
    parser.set_defaults(run=_inspect)


def _add_installed(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is installed on this host, instead of wheels")
    group.add_argument(
        "--installed",
        action="store_true",
        help="WHEEL is the name of an installed distribution, editable or not: hold its files "
        "against RECORD, and look for its libraries where this host's loader does (runs nothing "
        "of it)",
    )
    place = group.add_mutually_exclusive_group()
    place.add_argument(
        "--python",
        metavar="PYTHON",
        help="where it is installed: an interpreter or an environment (default: the Python that "
        "runs wheelcheck)",
    )
    place.add_argument(
        "--path",
        action="append",
        metavar="DIR",
        help="where it is installed: a site-packages folder; may be repeated",
    )


def _inspect(arguments: argparse.Namespace) -> int:
    from wheelcheck.audit import Audit
    from wheelcheck.cli.progress import Progress
    from wheelcheck.inspection import inspect_many
    from wheelcheck.releases import judge_releases

    if arguments.show_config:
        show_choices(arguments)
        return 0
    config = chosen_config(arguments)
    baseline = open_baseline(arguments)
    if arguments.installed:
        return _finish(arguments, config, baseline, _installed(arguments, config))
    if arguments.python is not None or arguments.path is not None:
        raise UsageError("--python and --path go with --installed")
    wheels, skipped = find_wheels(arguments.wheels)
    # Read first: without it there is nothing to inspect for.
    source = None if arguments.src is None else _source(arguments.src)
    streams = arguments.format == "jsonl" and arguments.output is None
    with (
        workers(arguments.jobs, wheels) as executor,
        Progress(wheels, wanted=not arguments.quiet) as progress,
    ):
        # Workers are handed wheels long before they come to them.
        paths = wheels if executor else progress.over(wheels)
        coming = inspect_many(paths, config=config, source=source, executor=executor)
        if executor:
            coming = progress.behind(coming)
        if streams:
            coming = _streamed(coming, progress, arguments, baseline)
        reports = tuple(coming)
    found = Audit(reports, judge_releases(reports, config), tuple(skipped))
    return _finish(arguments, config, baseline, found, streams=streams)


def _source(path: str) -> "Source":
    from wheelcheck.source_tree.facts import load_source

    return load_source(path)


def _installed(arguments: argparse.Namespace, config: "Config") -> "Audit":
    from wheelcheck.audit import Audit
    from wheelcheck.installed.run import inspect_installed

    if arguments.src is not None:
        raise UsageError("--src goes with wheels, not with --installed")
    python, paths = arguments.python, arguments.path or ()
    return Audit(
        tuple(
            inspect_installed(name, python=python, paths=paths, config=config)
            for name in dict.fromkeys(arguments.wheels)
        )
    )


def _finish(
    arguments: argparse.Namespace,
    config: "Config",
    baseline: "Baseline | None",
    found: "Audit",
    *,
    streams: bool = False,
) -> int:
    """Say what was found, and return the exit status; a stream has said it of each wheel."""
    audit = accept(found, arguments, baseline)
    for remark in remarks(found, audit, arguments, config, baseline):
        say(remark)
    if streams:
        from wheelcheck.report.jsonl import last_line

        deliver(arguments, last_line(audit))
    else:
        look = look_of(arguments, least=config.fail_on)
        deliver(arguments, FORMATS[arguments.format](audit, look))
    for remark in save_baseline(found, arguments):
        say(remark)
    if audit.unreadable:
        return 2
    return 1 if audit.at_least(config.fail_on) else 0


def _streamed(
    reports: "Iterable[Report]",
    progress: "Progress",
    arguments: argparse.Namespace,
    baseline: "Baseline | None",
) -> "Iterator[Report]":
    """Write the line of each wheel at once, and yield what the call still needs of it."""
    import sys

    from wheelcheck.audit import Audit
    from wheelcheck.releases import condensed
    from wheelcheck.report.jsonl import wheel_line

    for report in reports:
        [accepted] = accept(Audit((report,)), arguments, baseline).reports
        progress.clear()
        sys.stdout.write(wheel_line(accepted))
        sys.stdout.flush()
        yield condensed(report)
