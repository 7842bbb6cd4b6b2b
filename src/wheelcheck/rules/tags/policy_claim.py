"""WC414: a manylinux, musllinux or Android tag claims more than the content keeps."""

from collections.abc import Iterable, Iterator

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.platforms.linux.policies import policy_of_tag
from wheelcheck.platforms.linux.target import Claim
from wheelcheck.platforms.linux.verdict import Obstacle, ObstacleKind, Verdict
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_EVIDENCE = 20
# Those are found by rules of their own, whatever the tag.
_OTHER_RULES = {ObstacleKind.MISSING, ObstacleKind.INSTRUCTIONS}


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    if subject.closure.linux is None:
        return
    verdicts = {(v.libc, v.machine): v for v in subject.verdicts}
    judged: set[str] = set()
    for claim in subject.closure.linux.target.claims:
        if claim.libc is None:
            continue
        policy = policy_of_tag(claim.tag, claim.libc, claim.machine)
        if policy is None:
            yield NotChecked(
                claim.tag,
                "the installed auditwheel knows no policy of this name, so what the tag "
                "promises was not held against the content",
            )
        elif policy.tag not in judged:
            judged.add(policy.tag)
            verdict = verdicts[claim.libc, claim.machine]
            obstacles = [
                o for o in verdict.refuting(policy, claim.tag) if o.kind not in _OTHER_RULES
            ]
            if obstacles:
                yield _hit(claim, verdict, obstacles)


def _hit(claim: Claim, verdict: Verdict, obstacles: list[Obstacle]) -> Hit:
    first = obstacles[0]
    more = len({o.member for o in obstacles}) - 1
    kept = _kept(verdict)
    return Hit(
        f"the tag {claim.tag} claims more than the content keeps: {first.member} {first.reason}"
        f"{f', and {more} more objects do not fit either' if more else ''}; "
        + (f"the wheel keeps {kept}" if kept else "the wheel keeps no policy"),
        first.member,
        evidence={
            "tag": (claim.tag,),
            "obstacles": tuple(_lines(obstacles))[:_MOST_EVIDENCE],
            "kept": (kept,) if kept else (),
        },
    )


def _kept(verdict: Verdict) -> str | None:
    """Return the best policy, libraries that are missing left aside."""
    blocked = {o.policy for o in verdict.obstacles if o.kind not in _OTHER_RULES}
    return next((p.tag for p in verdict.policies if p.tag not in blocked), None)


def _lines(obstacles: Iterable[Obstacle]) -> Iterator[str]:
    return (f"{obstacle.member} {obstacle.reason}" for obstacle in obstacles)


RULE = Rule(
    code="WC414",
    name="policy-claim",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A manylinux, musllinux or Android tag promises systems on which the wheel fails.",
    why=(
        "Installers take the wheel on every system that the tag names, and on the older ones the "
        "import fails: `version 'GLIBC_2.34' not found`, `undefined symbol`, `cannot open shared "
        "object file`. The usual cause is a wheel that was renamed, or built outside the container "
        "that belongs to its tag. What the tag promises is the policy of that name in the "
        "installed auditwheel; a policy that it does not know is said to be unknown."
    ),
    example=(
        "pkg-1.0-cp312-cp312-manylinux_2_17_x86_64.whl, in which pkg/_pkg.so needs GLIBC_2.34."
    ),
    fix=(
        "Tag the wheel as `wheelcheck repair` does by itself, or build it in the container of the "
        "policy (quay.io/pypa/manylinux2014_x86_64 and its kin)."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 600, PEP 656, PEP 738", "auditwheel: policy/*.json"),
)
