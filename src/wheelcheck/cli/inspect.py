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
from wheelcheck.cli.output import add_output, deliver
from wheelcheck.cli.settings import add_show_config
from wheelcheck.cli.terminal import add_looks, look_of
from wheelcheck.cli.words import EXIT_STATUS, say
from wheelcheck.report.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wheelcheck.baseline import Baseline
    from wheelcheck.cli.commands import Commands
    from wheelcheck.cli.progress import Progress
    from wheelcheck.findings import Report

__all__ = ["add_inspect"]


def add_inspect(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "inspect",
        help="say what will break, why, and what to do",
        description="Say of each wheel what will break when it is installed, why, and what to do.",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    wheels = add_wheels(parser)
    parser.add_argument(
        "--format", choices=tuple(FORMATS), default="text", help="(default: %(default)s)"
    )
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
    add_looks(parser)
    add_choices(parser)
    add_show_config(parser, wheels)
    parser.set_defaults(run=_inspect)


def _inspect(arguments: argparse.Namespace) -> int:
    from wheelcheck.audit import Audit
    from wheelcheck.cli.progress import Progress
    from wheelcheck.inspection import inspect_many
    from wheelcheck.releases import judge_releases
    from wheelcheck.source_tree.facts import load_source

    if arguments.show_config:
        show_choices(arguments)
        return 0
    config = chosen_config(arguments)
    baseline = open_baseline(arguments)
    wheels, skipped = find_wheels(arguments.wheels)
    # Read first: without it there is nothing to inspect for.
    source = None if arguments.src is None else load_source(arguments.src)
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
