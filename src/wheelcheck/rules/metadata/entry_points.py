"""WC324: an entry point of the wrong form."""

import re
from collections.abc import Iterator
from itertools import islice

from wheelcheck.distinfo.entry_points import EntryPoint, EntryPoints
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20
_SHOWN = 80
_SCRIPT_NAME = re.compile(r"[\w.-]+\Z", re.ASCII)
_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_REFERENCE = re.compile(
    rf"(?P<module>{_DOTTED})\s*(?::\s*(?P<attribute>{_DOTTED}))?\s*(?P<extras>\[[^\]]*\])?\s*\Z"
)
_LONGEST = 1024


def _check(subject: Subject) -> Iterator[Hit]:
    member = f"{subject.wheel.dist_info}/entry_points.txt"
    found = subject.entry_points
    if found is None:
        if subject.wheel.dist_info is not None and subject.has_member(member):
            yield Hit(f"{member} cannot be read or is far too large", member)
        return
    if found.problem is not None:
        yield Hit(f"{member} cannot be read: {found.problem}", member)
        return
    for message, severity in islice(_faults(found), _MOST_HITS):
        yield Hit(f"{member}, {message}", member, severity=severity)


def _faults(found: EntryPoints) -> Iterator[tuple[str, Severity]]:
    for number, line in found.stray:
        yield f"line {number} is no `name = value` of a group: {line!r}", Severity.ERROR
    for number, group in found.repeated_groups:
        yield f"line {number} opens [{group[:_SHOWN]}] again", Severity.ERROR
    for entry in found.duplicates:
        yield f"line {entry.line} gives {_named(entry)} again", Severity.ERROR
    for entry in found.entries:
        fault = _fault(entry)
        if fault is not None:
            yield f"line {entry.line}: {_named(entry)} {fault[0]}", fault[1]


def _named(entry: EntryPoint) -> str:
    return f"{entry.name[:_SHOWN]!r} of [{entry.group[:_SHOWN]}]"


def _fault(entry: EntryPoint) -> tuple[str, Severity] | None:
    value = entry.value
    match = _REFERENCE.match(value) if len(value) <= _LONGEST else None
    if not entry.is_script:
        # Frameworks give meanings of their own to what stands there.
        return None if match else (f"refers to no object: {value[:_SHOWN]!r}", Severity.NOTE)
    if not _SCRIPT_NAME.match(entry.name):
        return "is no name for a command: letters, digits, _, . and - are allowed", Severity.ERROR
    if match is None:
        return f"refers to no object: {value[:_SHOWN]!r}", Severity.ERROR
    if match["attribute"] is None:
        return f"names no function to call: {value[:_SHOWN]!r} has no colon", Severity.ERROR
    return None


RULE = Rule(
    code="WC324",
    name="entry-point-form",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="entry_points.txt breaks its format, or a command has no callable.",
    why=(
        "Installers make commands from this file. pip stops at a command without `:callable`, and "
        "PyPI refuses a file that is no INI and commands with other characters in their names. Of "
        "two entries with one name, one is lost."
    ),
    example="[console_scripts] with `tool = pkg.cli`, where `pkg.cli:main` is meant.",
    fix="Correct [project.scripts] or [project.entry-points] in pyproject.toml.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Entry points specification", "PyPI (warehouse): utils/wheel.py"),
)
