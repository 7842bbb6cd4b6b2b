"""WC502: an abi3 wheel uses parts of the stable ABI that its oldest Python lacks."""

from collections.abc import Iterator

from wheelcheck.binary.model import Format
from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.promises import Version
from wheelcheck.resolving.python_imports import PythonImports
from wheelcheck.rules.abi.claims import Claim, claims, evidence_of, where
from wheelcheck.rules.natives import is_test_data
from wheelcheck.rules.python_versions import admits, too_many
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_TOLD = 3


def _check(subject: Subject) -> Iterator[Hit]:
    admitted: frozenset[Version] | None = None
    for used, claim in claims(subject):
        if claim.floor is None:
            continue
        newer = _newer(subject, used, claim.floor)
        if newer:
            admitted = _admitted(subject) if admitted is None else admitted
            yield _hit(subject, used, claim, newer, admitted)


def _newer(subject: Subject, used: PythonImports, floor: Version) -> dict[str, Version]:
    """Return the names that came later, the newest first."""
    known, format_ = subject.stable_abi, used.node.native.format
    added = ((name, known.since(name, format_)) for name in used.symbols)
    newer = {name: since for name, since in added if since is not None and since > floor}
    return dict(sorted(newer.items(), key=lambda item: (-item[1][0], -item[1][1], item[0])))


def _admitted(subject: Subject) -> frozenset[Version]:
    """Return the Pythons that lack a part of the stable ABI and that Requires-Python admits."""
    known = subject.stable_abi
    versions = {*known.functions.values(), *known.data.values()}
    wanted = None if subject.metadata is None else subject.metadata.requires_python
    if wanted is None or too_many(wanted):
        return frozenset(versions)
    return frozenset(version for version in versions if admits(wanted, version))


def _hit(
    subject: Subject,
    used: PythonImports,
    claim: Claim,
    newer: dict[str, Version],
    admitted: frozenset[Version],
) -> Hit:
    floor = claim.floor
    assert floor is not None
    known, windows = subject.stable_abi, used.node.native.format is Format.PE
    absent = [name for name in newer if windows or not known.offered_by(name, floor)]
    told = [f"{name} ({_dotted(newer[name])})" for name in absent or newer]
    named = ", ".join(told[:_MOST_TOLD])
    named += f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    message = f"{where(used.node)} uses {named}, but the wheel is for CPython {_dotted(floor)}"
    message += " and later" if claim.promised else ""
    severity = None
    if not absent:
        message += ", which has it outside the stable ABI"
        severity = Severity.WARNING
    elif not any(floor <= v < newer[absent[0]] for v in admitted):
        message += "; only Requires-Python keeps the older ones away"
        severity = Severity.WARNING
    elif is_test_data(used.node.native):
        severity = Severity.WARNING
    last = max(newer.values())
    dated = [f"{name} {_dotted(since)}" for name, since in newer.items()]
    return Hit(
        message,
        used.node.member,
        evidence={
            **evidence_of(used, claim, dated, subject.wheel.tags),
            "needed": (_dotted(last),),
        },
        help=_help(last) if claim.promised else None,
        severity=severity,
    )


def _help(last: Version) -> str:
    major, minor = last
    return (
        f"Tag the wheel cp{major}{minor}-abi3 and define "
        f"Py_LIMITED_API=0x{major:02x}{minor:02x}0000 (PyO3: abi3-py{major}{minor}), or avoid "
        "what is newer than the tag."
    )


def _dotted(version: Version) -> str:
    return "{}.{}".format(*version)


RULE = Rule(
    code="WC502",
    name="newer-than-abi3-floor",
    family=Family.ABI,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object of an abi3 wheel uses functions that are newer than the tag's Python.",
    why=(
        "cp39-abi3 promises CPython 3.9 and later. What joined the stable ABI in 3.10 is not in "
        "the python3.dll of 3.9, and mostly not in its other builds: the import fails, or on "
        "Linux and macOS the first call ends the process. A warning where that Python has the "
        "function all the same (the buffer protocol had been there long before 3.11), and where "
        "Requires-Python keeps the older ones away."
    ),
    example="pkg-1.0-cp39-abi3-win_amd64.whl: pkg/_pkg.pyd imports PyType_GetModule (3.10).",
    fix=(
        "Define Py_LIMITED_API as the oldest version that the tag promises, so that the compiler "
        "refuses newer functions; or raise the tag, and requires-python with it."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "PEP 384",
        "PEP 652",
        "Python documentation: C API Stability, Py_LIMITED_API",
        "CPython: Misc/stable_abi.toml",
    ),
)
