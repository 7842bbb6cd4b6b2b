"""WC503: an abi3t module is defined in a way that free-threaded builds cannot read."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.resolving.roles import init_functions
from wheelcheck.rules.abi.claims import claims, evidence_of, where
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for used, claim in claims(subject):
        node = used.node
        if node.role is not Role.MODULE or node.extension is None or not claim.free_threaded:
            continue
        own = init_functions(node.slice, node.extension)
        if not own or any(name.startswith("PyModExport") for name in own):
            continue
        needless = [n for n in used.symbols if n in subject.stable_abi.unusable_in_abi3t]
        if needless:
            yield Hit(
                f"{where(node)} exports {own[0]} only, and makes its module with "
                f"{', '.join(needless)}, which abi3t cannot use",
                node.member,
                evidence={**evidence_of(used, claim, needless, subject.wheel.tags), "exports": own},
            )


RULE = Rule(
    code="WC503",
    name="abi3t-module-definition",
    family=Family.ABI,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="A module for abi3t is defined by PyModuleDef instead of PyModExport_.",
    why=(
        "PyModuleDef begins with a PyObject, whose layout differs in free-threaded builds; in "
        "abi3t both are opaque, so no extension can hold a valid one. CPython's free-threaded "
        "builds refuse such a module with an ImportError. It is an abi3 module under the tag or "
        "the suffix of abi3t."
    ),
    example="pkg-1.0-cp315-abi3.abi3t-win_amd64.whl: pkg/_pkg.pyd exports PyInit__pkg only.",
    fix=(
        "Define Py_TARGET_ABI3T beside Py_LIMITED_API and export PyModExport_<name> with slots "
        "(newer binding generators do so); or leave abi3t out of the tag."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "PEP 803",
        "PEP 793",
        "Python documentation: Migrating to Stable ABI for free threading",
    ),
)
