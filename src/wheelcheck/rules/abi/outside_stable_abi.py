"""WC501: what claims the stable ABI uses names outside it."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.resolving.python_imports import PythonImports
from wheelcheck.rules.abi.claims import Claim, claims, evidence_of, where
from wheelcheck.rules.natives import brought_by_others, is_test_data
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_TOLD = 3


def _check(subject: Subject) -> Iterator[Hit]:
    for used, claim in claims(subject):
        outside = _outside(subject, used, used.symbols)
        optional = _outside(subject, used, used.optional)
        if outside and not used.others:
            yield _hit(subject, used, claim, outside)
        elif outside and not brought_by_others(subject, used.node, used.others):
            others = ", ".join(used.others[:_MOST_TOLD])
            yield _note(subject, used, claim, outside, f"{others} may have instead")
        if optional:
            yield _note(subject, used, claim, optional, "may be missing when it is loaded")


def _outside(subject: Subject, used: PythonImports, names: tuple[str, ...]) -> list[str]:
    known, format_ = subject.stable_abi, used.node.native.format
    return [name for name in names if known.since(name, format_) is None]


def _hit(subject: Subject, used: PythonImports, claim: Claim, outside: list[str]) -> Hit:
    elsewhere = all(subject.stable_abi.since(name) is not None for name in outside)
    fails = used.stable_library or (claim.promised and not is_test_data(used.node.native))
    return Hit(
        f"{where(used.node)} uses {_list(outside)}, which {claim.source} "
        f"{'rule' if claim.promised else 'rules'} out: not in CPython's stable ABI"
        f"{' on this system' if elsewhere else ''}",
        used.node.member,
        evidence=evidence_of(used, claim, outside, subject.wheel.tags),
        # A suffix alone promises nothing to the users of the one Python in the tags.
        severity=None if fails else Severity.WARNING,
    )


def _note(subject: Subject, used: PythonImports, claim: Claim, names: list[str], why: str) -> Hit:
    return Hit(
        f"{where(used.node)} uses {_list(names)}, not in CPython's stable ABI, which {why}",
        used.node.member,
        evidence={
            **evidence_of(used, claim, names, subject.wheel.tags),
            **({"others": used.others[:20]} if used.others else {}),
        },
        severity=Severity.NOTE,
        confidence=Confidence.LOW,
    )


def _list(names: list[str]) -> str:
    more = len(names) - _MOST_TOLD
    return ", ".join(names[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


RULE = Rule(
    code="WC501",
    name="outside-stable-abi",
    family=Family.ABI,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object of an abi3 wheel uses names of CPython that are not in the stable ABI.",
    why=(
        "An abi3 wheel is installed by every later CPython, and only the stable ABI is kept from "
        "version to version. Other names may be missing (`undefined symbol`, `Symbol not found`, "
        "`The specified procedure could not be found`: python3.dll never had them), or mean "
        "another layout. Only names that CPython itself has to supply are counted: on Windows "
        "what is imported from python3.dll, elsewhere undefined names that no library in the "
        "wheel defines. Weak references, and names that a library outside the wheel may supply, "
        "are a note."
    ),
    example="pkg-1.0-cp39-abi3-manylinux_2_28_x86_64.whl: pkg/_pkg.abi3.so uses _PyLong_AsInt.",
    fix=(
        "Build all of it for the limited API: define Py_LIMITED_API (setuptools: "
        "`py_limited_api=True` in Extension and in bdist_wheel; PyO3: the feature abi3-py39; "
        "Cython 3.1: also CYTHON_LIMITED_API); or give the wheel the tag of one Python."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "PEP 384",
        "PEP 652",
        "Python documentation: C API Stability, Contents of Limited API",
        "CPython: Misc/stable_abi.toml",
    ),
)
