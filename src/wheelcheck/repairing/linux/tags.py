"""The platform tags that a Linux wheel gets once its content is known."""

import re
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Libc
from wheelcheck.errors import RepairError, UsageError
from wheelcheck.platforms.linux.policies import policies_for, policy_of_tag
from wheelcheck.platforms.linux.target import Claim, LinuxTarget
from wheelcheck.platforms.linux.verdict import judge_policies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wheelcheck.platforms.linux.policies import Policy
    from wheelcheck.platforms.linux.verdict import Demand, Verdict

__all__ = ["chosen_tags", "requested_policy", "verdicts_of"]

_MOST_REASONS = 5
_LONGEST = 200
"""Characters of a mistake that is worth comparing."""


def requested_policy(plat: str | None, target: LinuxTarget) -> "Policy | None":
    """Return the policy that the user names, with or without the machine.

    Raises:
        UsageError: no policy for this wheel has that name.
    """
    if plat is None or plat == "auto":
        return None
    known: dict[str, Policy] = {}
    for libc in target.libcs:
        for machine in target.machines:
            for policy in policies_for(libc, machine):
                for tag in policy.tags:
                    known[tag] = policy
                    known.setdefault(_base(tag), policy)
    if plat not in known:
        from difflib import get_close_matches

        near = get_close_matches(plat[:_LONGEST], known, n=1)
        hint = f"; did you mean {near[0]}? There" if near else "; there"
        names = ", ".join(dict.fromkeys(map(_base, known)))
        raise UsageError(f"there is no policy {plat!r} for this wheel{hint} are: {names}")
    return known[plat]


def verdicts_of(target: LinuxTarget, demands: "Iterable[Demand]") -> "tuple[Verdict, ...]":
    """Hold the policies against what objects ask of the systems that a wheel is for."""
    demands = list(demands)
    return tuple(
        judge_policies(libc, machine, demands)
        for libc in target.libcs
        for machine in target.machines
    )


def chosen_tags(
    target: LinuxTarget,
    verdicts: "Sequence[Verdict]",
    requested: "Policy | None",
    *,
    only: bool,
) -> tuple[str, ...]:
    """Return the platform tags, sorted: what is met, and of what was claimed what holds.

    Raises:
        RepairError: the content does not satisfy the policy that the user names.
    """
    by_system = {(v.libc, v.machine): v for v in verdicts}
    tags: set[str] = set()
    if requested is not None:
        _refuse_unmet(requested, verdicts)
        if only:
            return (requested.tag,)
        tags.update(requested.tags)
    for claim in target.claims:
        libc = claim.libc or target.libc
        verdict = by_system[libc, claim.machine]
        kept = _holds(claim, libc, verdict)
        if kept:
            tags.add(claim.tag)
        best = verdict.best
        if best is None:
            if not kept and requested is None:
                tags.add(f"linux_{_machine(claim.tag)}")
        elif not kept or (claim.libc is not None and not _fixed(verdict)):
            tags.update(best.tags)
    return tuple(sorted(tags))


def _holds(claim: Claim, libc: "Libc", verdict: "Verdict") -> bool:
    """Tell whether a tag may be kept: a policy that is met, or one that is not known."""
    if claim.libc is None:
        return verdict.best is None
    policy = policy_of_tag(claim.tag, libc, claim.machine)
    if policy is not None:
        return not verdict.refuting(policy, claim.tag)
    # Of a policy that is not known: it is met if a better one is.
    return verdict.best is not None


def _fixed(verdict: "Verdict") -> bool:
    """Tell whether a tag that holds stays alone, since objects do not tell enough of others.

    They seldom state their Android API level, and never their version of musl.
    """
    return verdict.libc is not Libc.GLIBC or verdict.best is verdict.policies[-1]


def _refuse_unmet(requested: "Policy", verdicts: "Sequence[Verdict]") -> None:
    obstacles = [o for v in verdicts for o in v.against(requested)]
    if obstacles:
        reasons = [f"{o.member} {o.reason}" for o in obstacles[:_MOST_REASONS]]
        raise RepairError(
            f"the wheel does not satisfy {requested.tag}: {'; '.join(reasons)}"
            + ("; and more" if len(obstacles) > _MOST_REASONS else "")
        )


def _base(tag: str) -> str:
    match = re.match(r"(?:many|musl)linux_\d+_\d+|manylinux\d+|android_\d+", tag)
    return tag if match is None else match[0]


def _machine(tag: str) -> str:
    return re.sub(r"\A(?:(?:many|musl)linux_\d+_\d+|manylinux\d+|android_\d+|linux)_", "", tag)
