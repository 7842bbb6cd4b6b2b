"""WC001 to WC003: the files of an installed distribution, held against its RECORD."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, Severity
from wheelcheck.reading.record_facts import member_path
from wheelcheck.rules.record.problems import content_evidence, of_kind
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["CHANGED", "LEFT_OVER", "MISSING"]

_REINSTALL = "Install it again: `python -m pip install --force-reinstall --no-deps {}`."


def _check_missing(subject: Subject) -> Iterator[Hit]:
    for problem in of_kind(subject, RecordFault.ROW_WITHOUT_MEMBER):
        if problem.path is not None:
            yield Hit(
                f"{problem.path} was installed, according to RECORD, but is not there",
                problem.path,
                help=_REINSTALL.format(_name(subject)),
            )


def _check_changed(subject: Subject) -> Iterator[Hit]:
    record = subject.wheel.record
    files = {file.member.name: file for file in subject.wheel.files}
    paths = dict.fromkeys(
        problem.path
        for problem in of_kind(subject, RecordFault.WRONG_HASH, RecordFault.WRONG_SIZE)
        if problem.path is not None
    )
    for path in paths:
        file = files.get(member_path(path))
        row = None if record is None else record.row(path)
        if file is not None:
            yield Hit(
                f"{path} was changed after it was installed",
                path,
                evidence=content_evidence(row, file),
                help=_REINSTALL.format(_name(subject)),
            )


def _check_left_over(subject: Subject) -> Iterator[Hit]:
    facts = subject.host
    for path in () if facts is None else facts.extra:
        yield Hit(f"{path} lies in its package, but no distribution has installed it", path)


def _name(subject: Subject) -> str:
    metadata = subject.metadata
    name = None if metadata is None else metadata.first("Name")
    return name or subject.title


MISSING = Rule(
    code="WC001",
    name="file-gone",
    family=Family.INSTALLED,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A file of an installed distribution is not there.",
    why=(
        "What needs it fails: an import, a command, a library that an extension loads. Virus "
        "scanners take DLLs away, a second distribution with the same files does when it is "
        "uninstalled, and so does an installation that was interrupted."
    ),
    example="RECORD lists pkg.libs/libgmp-1a2b.so.10, and the folder is empty.",
    fix="Install the distribution again; if the file vanishes again, look for what removes it.",
    since="0.1.0",
    check=_check_missing,
    references=("PyPA specifications: Recording installed projects",),
)

CHANGED = Rule(
    code="WC002",
    name="file-changed",
    family=Family.INSTALLED,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.USE,
    summary="A file of an installed distribution is not as it was installed.",
    why=(
        "It was edited, damaged, or overwritten by another distribution that has a file of the "
        "same name. What it does is then no longer what was tested."
    ),
    example="Two distributions bring utils/__init__.py; the second one overwrote the first's.",
    fix="Install the distribution again, and find out who else writes that file.",
    since="0.1.0",
    check=_check_changed,
    references=("PyPA specifications: Recording installed projects",),
)

LEFT_OVER = Rule(
    code="WC003",
    name="file-left-over",
    family=Family.INSTALLED,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="A file in the packages of a distribution that none has installed.",
    why=(
        "Python and the system's loader find it all the same: an extension module of an older "
        "version is imported instead of a source, an old DLL is loaded instead of the new one. "
        "Files that the package writes for itself are harmless."
    ),
    example="pkg/_core.cp311-win_amd64.pyd of the version before lies beside pkg/_core.py.",
    fix="Uninstall the distribution, remove what is left of its packages, and install it again.",
    since="0.1.0",
    check=_check_left_over,
)
