"""The options of ``inspect`` that decide which findings count, and what becomes of them."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wheelcheck.cli.settings import add_settings, read_settings

if TYPE_CHECKING:
    from wheelcheck.audit import Audit
    from wheelcheck.configuring.baseline import Baseline
    from wheelcheck.configuring.settings import Config

__all__ = [
    "accept",
    "add_choices",
    "chosen_config",
    "open_baseline",
    "remarks",
    "save_baseline",
    "show_choices",
]

# As ``Profile`` and ``Severity`` have them, which are not worth importing for --help.
_PROFILES = ("pypi", "private")
_SEVERITIES = ("error", "warning", "note")
_MOST_GONE = 20


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Add the options; what is absent stays None, so that the settings file speaks."""
    parser.add_argument(
        "--profile",
        choices=_PROFILES,
        help="where the wheels will be published (default: pypi)",
    )
    parser.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        help="the least severity that makes the exit status 1 (default: error)",
    )
    parser.add_argument(
        "--select",
        action="append",
        metavar="RULES",
        help=(
            "hear these rules only: codes, starts of codes or names, joined by commas; "
            "instead of the selection in the settings"
        ),
    )
    parser.add_argument(
        "--ignore",
        action="append",
        metavar="RULES",
        help="do not hear these rules; besides those in the settings",
    )
    add_settings(parser)
    baseline = parser.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline", metavar="FILE", help="leave out the findings that this file accepts"
    )
    baseline.add_argument(
        "--write-baseline", metavar="FILE", help="accept all findings of this call in this file"
    )


def chosen_config(arguments: argparse.Namespace) -> "Config":
    """Return the settings of the call: from a file, then what the options say.

    Raises:
        ConfigError: the file or an option names something that does not exist.
    """
    from wheelcheck.findings import Severity
    from wheelcheck.records import replace
    from wheelcheck.rules.registry import Profile

    config = read_settings(arguments)
    if arguments.select:
        config = replace(config, select=_split(arguments.select))
    if arguments.ignore:
        config = replace(config, ignore=(*config.ignore, *_split(arguments.ignore)))
    if arguments.profile is not None:
        config = replace(config, profile=Profile(arguments.profile))
    if arguments.fail_on is not None:
        config = replace(config, fail_on=Severity(arguments.fail_on))
    return config


def show_choices(arguments: argparse.Namespace) -> None:
    """Print the settings of the call.

    Raises:
        ConfigError: as :func:`chosen_config` does.
    """
    from wheelcheck.configuring.shown_config import show_inspection

    said = {
        "select": arguments.select,
        "ignore": arguments.ignore,
        "profile": arguments.profile,
        "fail-on": arguments.fail_on,
    }
    sys.stdout.write(show_inspection(chosen_config(arguments), [k for k, v in said.items() if v]))


def accept(audit: "Audit", arguments: argparse.Namespace, baseline: "Baseline | None") -> "Audit":
    """Take the findings out of an audit that the old or the new baseline accepts."""
    from wheelcheck.records import replace

    if arguments.write_baseline is not None:
        from wheelcheck.configuring.baseline import make_baseline

        baseline = make_baseline(audit.judged)
    if baseline is None:
        return audit
    return replace(
        audit,
        reports=tuple(map(baseline.apply, audit.reports)),
        releases=tuple(map(baseline.apply, audit.releases)),
    )


def remarks(
    audit: "Audit",
    accepted: "Audit",
    arguments: argparse.Namespace,
    config: "Config",
    baseline: "Baseline | None",
) -> Iterator[str]:
    """Say what settings and baseline left out, and which of their entries are of no use.

    ``audit`` is that before :func:`accept`, ``accepted`` what it returned.
    """
    from wheelcheck.quantities import plural

    if audit.unreadable < len(audit.reports):
        where = f"{config.source}: " if config.source else ""
        for label in config.unused_ignores(audit.judged):
            yield f"{where}{label} matches no finding"
        for pattern in config.unused_external_libraries(audit.reports):
            yield f"{where}external-libraries {pattern!r} fits no library that would be missing"
    if baseline is None:
        return
    gone = baseline.gone(audit.judged)
    for mark in gone[:_MOST_GONE]:
        about = f" on {mark.member!r}" if mark.member else ""
        yield f"{arguments.baseline}: {mark.code} of {mark.distribution}{about} no longer occurs"
    if len(gone) > _MOST_GONE:
        yield f"{arguments.baseline}: {len(gone) - _MOST_GONE} more no longer occur"
    number = _size(audit) - _size(accepted)
    yield f"{plural(number, 'finding')} left out by {arguments.baseline}"


def save_baseline(audit: "Audit", arguments: argparse.Namespace) -> Iterator[str]:
    """Write the new baseline, if one is asked for, and say so.

    Raises:
        ConfigError: it cannot be written.
    """
    if arguments.write_baseline is None:
        return
    from wheelcheck.configuring.baseline import make_baseline, write_baseline
    from wheelcheck.quantities import plural

    write_baseline(make_baseline(audit.judged), arguments.write_baseline)
    yield f"{plural(_size(audit), 'finding')} accepted in {arguments.write_baseline}"


def open_baseline(arguments: argparse.Namespace) -> "Baseline | None":
    """Return the baseline of the call, read before any wheel is.

    Raises:
        ConfigError: it cannot be read.
    """
    if arguments.baseline is None:
        return None
    from wheelcheck.configuring.baseline import read_baseline

    return read_baseline(arguments.baseline)


def _split(values: Sequence[str]) -> tuple[str, ...]:
    texts = (text.strip() for value in values for text in value.split(","))
    return tuple(text for text in texts if text)


def _size(audit: "Audit") -> int:
    return sum(1 for _ in audit.findings)
