"""WC322: Requires-Python contradicts the tags."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.promises import Flavour, promise
from wheelcheck.rules.python_versions import admits, tag_versions, too_many
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    wanted = None if metadata is None else metadata.requires_python
    tags = subject.wheel.tag_set
    if wanted is None or too_many(wanted) or not tags:
        return
    member = f"{subject.wheel.dist_info}/METADATA"
    ranges = [found for tag in sorted(tags, key=str) if (found := tag_versions(tag)) is not None]
    if len(ranges) < len(tags):
        return  # a tag that nothing is known of may promise what is asked for
    evidence = {"requires_python": (str(wanted),), "tags": subject.wheel.tags[:10]}
    promised = {version for versions in ranges for version in versions}
    if not any(admits(wanted, version) for version in promised):
        yield Hit(
            f"Requires-Python {wanted} excludes every Python that the tags promise",
            member,
            evidence=evidence,
        )
        return
    floors = [
        python.version
        for python in map(promise, tags)
        if python.flavour in {Flavour.ABI3, Flavour.ABI3T} and python.version is not None
    ]
    if len(floors) < len(tags):
        return
    floor = min(floors)
    below = [(3, minor) for minor in range(2, floor[1]) if admits(wanted, (3, minor))]
    if below and floor[0] == 3:  # noqa: PLR2004 - the major version of Python
        oldest = ".".join(map(str, below[0]))
        yield Hit(
            f"Requires-Python {wanted} admits Python {oldest}, but the tags begin at "
            f"{floor[0]}.{floor[1]}",
            member,
            evidence=evidence,
            help=(
                "Raise requires-python, or build for the oldest Python that it admits (an own "
                "wheel for the older ones will do, too)."
            ),
            # Another wheel of the release may serve them.
            severity=Severity.NOTE,
            confidence=Confidence.LOW,
        )


RULE = Rule(
    code="WC322",
    name="requires-python",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="Requires-Python excludes the Pythons of the tags, or admits older ones.",
    why=(
        "Installers ask for both. If they exclude each other, nobody can install the wheel. If "
        "Requires-Python reaches below the floor of an abi3 wheel, older Pythons choose this "
        "release, find no wheel that fits, and try to build from source."
    ),
    example="pkg-1.0-cp39-cp39-linux_x86_64.whl with `Requires-Python: >=3.10`.",
    fix="Let requires-python in pyproject.toml and the Python that is built for agree.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Core metadata specifications, Requires-Python", "PEP 425: Python Tag"),
)
