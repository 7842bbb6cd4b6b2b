"""WC322: Requires-Python contradicts the tags."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.python_versions import admits, tag_versions, too_many
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    wanted = None if metadata is None else metadata.requires_python
    tags = subject.wheel.tag_set
    if wanted is None or too_many(wanted) or not tags:
        return
    ranges = [found for tag in sorted(tags, key=str) if (found := tag_versions(tag)) is not None]
    if len(ranges) < len(tags):
        return  # a tag that nothing is known of may promise what is asked for
    promised = {version for versions in ranges for version in versions}
    if not any(admits(wanted, version) for version in promised):
        yield Hit(
            f"Requires-Python {wanted} excludes every Python that the tags promise",
            f"{subject.wheel.dist_info}/METADATA",
            evidence={"requires_python": (str(wanted),), "tags": subject.wheel.tags[:10]},
        )


RULE = Rule(
    code="WC322",
    name="requires-python",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="Requires-Python excludes every Python that the tags promise.",
    why="Installers ask for both. If they exclude each other, nobody can install the wheel.",
    example="pkg-1.0-cp39-cp39-linux_x86_64.whl with `Requires-Python: >=3.10`.",
    fix="Let requires-python in pyproject.toml and the Python that is built for agree.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Core metadata specifications, Requires-Python", "PEP 425: Python Tag"),
)
