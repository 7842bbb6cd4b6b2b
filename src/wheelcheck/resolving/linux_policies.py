"""The policies of Linux and Android held against the closure of a wheel."""

from collections import defaultdict

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Libc
from wheelcheck.findings import Outcome, PolicyObstacle, PolicyVerdict
from wheelcheck.platforms.linux.verdict import Demand, Verdict, judge_policies
from wheelcheck.resolving.closure import Closure

__all__ = ["policy_reports", "verdicts_of"]

_MOST_MEMBERS = 20
"""Members named for each policy in a report."""


def verdicts_of(closure: Closure) -> tuple[Verdict, ...]:
    """Return a verdict for each C library and machine that the tags are for."""
    if closure.linux is None:
        return ()
    ends: dict[str, dict[Outcome, set[str]]] = defaultdict(lambda: defaultdict(set))
    for edge in closure.edges:
        ends[edge.importer.member][edge.outcome].add(edge.wanted.library)
    # Android's Python always is a library; elsewhere a rule of its own tells of libpython.
    android = closure.linux.target.libc is Libc.BIONIC
    met = (Outcome.WHEEL, Outcome.EXCLUDED, Outcome.DRIVER, *((Outcome.PYTHON,) if android else ()))
    unmet = (Outcome.MISSING, *(() if android else (Outcome.PYTHON,)))
    demands = [
        Demand(
            node.member,
            node.slice,
            bundled=frozenset().union(*(ends[node.member][outcome] for outcome in met)),
            missing=frozenset().union(*(ends[node.member][outcome] for outcome in unmet)),
        )
        for node in closure.nodes
        if isinstance(node.slice, ElfObject)
    ]
    target = closure.linux.target
    return tuple(
        judge_policies(libc, machine, demands)
        for libc in target.libcs
        for machine in target.machines
    )


def policy_reports(verdicts: tuple[Verdict, ...]) -> tuple[PolicyVerdict, ...]:
    """Return the verdicts in the form of a report."""
    return tuple(map(_report, verdicts))


def _report(verdict: Verdict) -> PolicyVerdict:
    best = verdict.best
    obstacles: list[PolicyObstacle] = []
    for policy in verdict.policies:
        if policy is best:
            break
        found = verdict.against(policy)
        obstacles += [PolicyObstacle(o.policy, o.member, o.reason) for o in found[:_MOST_MEMBERS]]
    return PolicyVerdict(
        libc=str(verdict.libc),
        machine=str(verdict.machine),
        best=None if best is None else best.tag,
        aliases=() if best is None else best.aliases,
        obstacles=tuple(obstacles),
    )
