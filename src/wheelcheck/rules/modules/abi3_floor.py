"""WC646: PyO3's feature abi3 without the Python that it starts with."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.promises import Flavour, Implementation
from wheelcheck.rules.against_source import source_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    source = source_of(subject)
    place = None if source is None or source.crate is None else source.crate.bare_abi3
    promises = subject.promises
    if place is None or not promises:
        return
    # Free-threaded builds and other interpreters have wheels of their own.
    if all(
        python.implementation is Implementation.CPYTHON
        and python.flavour is Flavour.EXACT
        and not python.free_threaded
        for python in promises
    ):
        yield Hit(
            f"PyO3's feature abi3 ({place}) names no oldest Python, and the wheel is for one only",
            evidence={"feature": (place,), "tags": subject.wheel.tags},
        )


RULE = Rule(
    code="WC646",
    name="abi3-without-floor",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="PyO3's feature `abi3` has no floor such as `abi3-py39`, and the wheel no abi3 tag.",
    why=(
        "`abi3` alone takes the Python that happens to build for the oldest one: each machine then "
        "makes another wheel, and one that PyO3 does not know yet makes a wheel for itself. Meant "
        "is one wheel for all."
    ),
    example='`pyo3 = { version = "0.26", features = ["abi3"] }` gives cp314-cp314 only.',
    fix=(
        'Name the oldest Python that requires-python admits, e.g. `features = ["abi3-py39"]`; the '
        "wheel is then tagged cp39-abi3."
    ),
    since="0.1.0",
    check=_check,
    references=("PyO3: Building and distribution, py_limited_api/abi3",),
)
