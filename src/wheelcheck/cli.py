"""The command line: arguments to library to renderer to exit status."""

import argparse
import contextlib
import glob
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck import __version__
from wheelcheck.choices import (
    accept,
    add_choices,
    chosen_config,
    open_baseline,
    remarks,
    save_baseline,
)
from wheelcheck.errors import RepairError, WheelcheckError
from wheelcheck.repair_choices import add_repair_choices, repair_keywords

if TYPE_CHECKING:
    from wheelcheck.repairing.run import Repair
    from wheelcheck.report.summary import Skipped

__all__ = ["main"]

_EXIT = """exit status:
  0  nothing at or above --fail-on; every repair was done
  1  findings, or a repair that was refused
  2  a file cannot be read, or the call is wrong (wins over 1)"""

# What lies beside wheels in dist/ and is no mistake to name.
_BESIDE_WHEELS = {
    ".tar.gz": "a source distribution",
    ".zip": "a source distribution",
    ".asc": "a signature",
    ".sig": "a signature",
    ".sigstore": "a signature",
    ".sigstore.json": "a signature",
    ".attestation": "an attestation",
    ".provenance": "an attestation",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _tolerate_encodings()
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except WheelcheckError as error:
        _say(f"error: {error}")
        return 2
    except OSError as error:
        # Files of the call raise errors of ours, so this is the output.
        _forget_output()
        if not isinstance(error, BrokenPipeError):  # the reader went away (`| head`): no news
            _say(f"error: cannot write the output: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wheelcheck",
        description="Audit built wheels and repair them.",
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"wheelcheck {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    inspect = commands.add_parser(
        "inspect",
        help="say what will break, why, and what to do",
        description="Say of each wheel what will break when it is installed, why, and what to do.",
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    inspect.add_argument(
        "wheels", nargs="+", metavar="WHEEL", help="a wheel, or a pattern such as dist/*.whl"
    )
    inspect.add_argument(
        "--format", choices=("text", "json"), default="text", help="(default: %(default)s)"
    )
    add_choices(inspect)
    inspect.set_defaults(run=_inspect)

    repair = commands.add_parser(
        "repair",
        help="bundle missing libraries, rewrite, prove, deliver",
        description=(
            "Bundle the libraries that each wheel lacks, bind its binaries to them, inspect the "
            "result and only then put it into the output folder. The input is not changed, unless "
            "--in-place asks for it."
        ),
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    repair.add_argument(
        "wheels", nargs="+", metavar="WHEEL", help="a wheel, or a pattern such as dist/*.whl"
    )
    add_repair_choices(repair)
    repair.set_defaults(run=_repair)

    fuse = commands.add_parser(
        "fuse",
        help="join a wheel for x86_64 and one for arm64 into universal2",
        description=(
            "Join two wheels for macOS into one that serves both machines, on any host. Whatever "
            "is not native code must be the same in both. The inputs are not changed."
        ),
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fuse.add_argument("first", metavar="A", help="a wheel for one machine")
    fuse.add_argument("second", metavar="B", help="the same wheel for the other machine")
    fuse.add_argument(
        "-w",
        "--wheel-dir",
        default="wheelhouse",
        metavar="DIR",
        help="where the result goes (default: %(default)s)",
    )
    fuse.add_argument(
        "--force", action="store_true", help="replace an existing output with other content"
    )
    fuse.set_defaults(run=_fuse)

    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(run=_rules)
    rule = commands.add_parser("rule", help="explain one rule")
    rule.add_argument("code", metavar="CODE", help="a code such as WC701, or a rule's name")
    rule.set_defaults(run=_rule)
    return parser


def _inspect(arguments: argparse.Namespace) -> int:
    from wheelcheck.inspection import inspect_many
    from wheelcheck.report.json import render_json
    from wheelcheck.report.text import render_text

    config = chosen_config(arguments)
    baseline = open_baseline(arguments)
    wheels, skipped = _wheels(arguments.wheels)
    for item in skipped:
        _say(f"{item.path} skipped: {item.reason}")
    found = list(inspect_many(wheels, config=config))
    reports = accept(found, arguments, baseline)
    for remark in remarks(found, reports, arguments, config, baseline):
        _say(remark)
    if arguments.format == "json":
        sys.stdout.write(render_json(reports, skipped))
    elif reports:
        sys.stdout.write(render_text(reports, unicode=_speaks_unicode()))
    for remark in save_baseline(found, arguments):
        _say(remark)
    if any(report.error is not None for report in reports):
        return 2
    return 1 if any(report.at_least(config.fail_on) for report in reports) else 0


def _repair(arguments: argparse.Namespace) -> int:
    from wheelcheck.repairing.run import Platform, repair
    from wheelcheck.report.plan import render_repair

    flags = {
        Platform.WINDOWS: arguments.windows,
        Platform.LINUX: arguments.linux,
        Platform.MACOS: arguments.macos,
    }
    wanted = [each for each, flag in flags.items() if flag]
    platform = wanted[0] if len(wanted) == 1 else None
    wheels, skipped = _wheels(arguments.wheels)
    for item in skipped:
        _say(f"{item.path} skipped: {item.reason}")
    status = 0
    for wheel in wheels:
        try:
            done: Repair = repair(
                wheel,
                arguments.wheel_dir,
                platform=platform,
                in_place=arguments.in_place,
                force=arguments.force,
                dry_run=arguments.dry_run,
                **repair_keywords(arguments),
            )
        except WheelcheckError as error:
            refused = isinstance(error, RepairError)
            for note in error.notes if isinstance(error, RepairError) else ():
                _say(f"{wheel.name}: {note}")
            _say(f"{wheel.name}: not repaired: {error}" if refused else f"error: {error}")
            status = max(status, 1 if refused else 2)
            continue
        for note in done.notes:
            _say(f"{wheel.name}: {note}")
        sys.stdout.write(render_repair(done))
        # In a pipe, what is said of the next wheel on stderr must not come first.
        sys.stdout.flush()
    return status


def _fuse(arguments: argparse.Namespace) -> int:
    from wheelcheck.repairing.fuse import fuse_wheels

    try:
        done = fuse_wheels(
            arguments.first, arguments.second, arguments.wheel_dir, force=arguments.force
        )
    except RepairError as error:
        _say(f"not fused: {error}")
        return 1
    for member in done.fused:
        sys.stdout.write(f"  join     {member}\n")
    sys.stdout.write(f"fused -> {done.output}\n")
    return 0


def _rules(_arguments: argparse.Namespace) -> int:
    from wheelcheck.rules import RULES

    for rule in RULES:
        sys.stdout.write(f"{rule.code}  {rule.severity:<7}  {rule.name:<28}  {rule.summary}\n")
    return 0


def _rule(arguments: argparse.Namespace) -> int:
    from wheelcheck.report.rule import render_rule
    from wheelcheck.rules import find_rule

    sys.stdout.write(render_rule(find_rule(arguments.code)))
    return 0


def _wheels(arguments: Sequence[str]) -> "tuple[list[Path], list[Skipped]]":
    """Return the wheels among the arguments, each once, and what is no wheel.

    A pattern that the shell did not expand is expanded here.
    """
    from wheelcheck.report.summary import Skipped

    paths: dict[Path, None] = {}
    skipped: list[Skipped] = []
    for argument in arguments:
        names = [argument]
        if not os.path.lexists(argument) and glob.has_magic(argument):
            names = sorted(glob.glob(argument)) or names  # noqa: PTH207 (a pattern, not a folder)
        for name in names:
            kind = next((k for s, k in _BESIDE_WHEELS.items() if name.endswith(s)), None)
            if kind is not None:
                skipped.append(Skipped(name, f"{kind}, not a wheel"))
            else:
                paths[Path(name)] = None
    return list(paths), skipped


def _say(text: str) -> None:
    """Say something that is not the result; names in it are a stranger's."""
    from wheelcheck.report.text import safe

    lines = "\n".join(safe(line) for line in text.split("\n"))
    sys.stderr.write(f"wheelcheck: {lines}\n")


def _forget_output() -> None:
    """Point stdout elsewhere, so that the interpreter's own flush at exit stays quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf8sig")


def _tolerate_encodings() -> None:
    """Let names that the terminal cannot show come out as escapes, not as an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
