"""Which policies the objects of a wheel satisfy, and what stands in the way of the others.

Source: PEP 600 and 656; the policies of auditwheel, see
:mod:`wheelcheck.platforms.linux.policies`.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Libc
from wheelcheck.platforms.linux.policies import Policy, android_level, is_loader, policies_for
from wheelcheck.records import record

__all__ = ["BASELINE_ISA", "Demand", "Obstacle", "ObstacleKind", "Verdict", "judge_policies"]

BASELINE_ISA = 1
"""The x86-64 level that every tag promises no more than."""
_X86 = frozenset({Arch.X86, Arch.X86_64})
_MOST_NAMED = 4


class ObstacleKind(StrEnum):
    """Why an object does not satisfy a policy."""

    SYMBOL_VERSION = "symbol version"
    LIBRARY = "library"
    """A system library that not all these systems have."""
    MISSING = "missing library"
    """A library that neither the wheel nor any system has."""
    SYMBOL = "symbol"
    INSTRUCTIONS = "instruction set"
    FLOATS = "float ABI"
    API_LEVEL = "API level"


@record
class Demand:
    """An object, and how what it needs is met."""

    member: str
    elf: ElfObject
    bundled: frozenset[str]
    """The needed names that end in the wheel."""
    missing: frozenset[str]
    """The needed names that end nowhere."""


@record
class Obstacle:
    """Something that keeps the wheel from satisfying a policy."""

    policy: str
    """Its tag."""
    member: str
    kind: ObstacleKind
    names: tuple[str, ...]
    """Symbol versions, libraries or symbols; what a text has no room for included."""

    @property
    def reason(self) -> str:
        """The reason for a person, e.g. ``needs GLIBC_2.28``."""
        named = ", ".join(self.names[:_MOST_NAMED])
        more = len(self.names) - _MOST_NAMED
        words = {
            ObstacleKind.MISSING: "lacks",
            ObstacleKind.SYMBOL: "uses",
            ObstacleKind.INSTRUCTIONS: "is built for",
            ObstacleKind.FLOATS: "passes floats as",
        }.get(self.kind, "needs")
        return f"{words} {named}{f' and {more} more' if more > 0 else ''}"


@record
class Verdict:
    """The policies of one C library and machine, held against a wheel."""

    libc: Libc
    machine: Arch
    policies: tuple[Policy, ...]
    """All of them, the oldest systems' first."""
    obstacles: tuple[Obstacle, ...]
    """For all policies, in their order, then by member."""

    @property
    def best(self) -> Policy | None:
        """The policy for the oldest systems that the wheel satisfies; None for plain linux.

        Nothing in an object tells one musllinux from another, so without an
        obstacle the newest is taken, which promises least.
        """
        blocked = {obstacle.policy for obstacle in self.obstacles}
        fitting = [policy for policy in self.policies if policy.tag not in blocked]
        if not fitting:
            return None
        return fitting[-1] if self.libc is Libc.MUSL else fitting[0]

    def against(self, policy: Policy) -> tuple[Obstacle, ...]:
        """Return what stands in the way of one policy."""
        return tuple(o for o in self.obstacles if o.policy == policy.tag)

    def refuting(self, policy: Policy, tag: str) -> tuple[Obstacle, ...]:
        """Return what refutes a tag that stands for a policy.

        Android's tags name more API levels than there are policies.
        """
        level = android_level(tag)
        return tuple(
            obstacle
            for obstacle in self.against(policy)
            if obstacle.kind is not ObstacleKind.API_LEVEL
            or level is None
            or int(obstacle.names[0].rpartition(" ")[2]) > level
        )


def judge_policies(libc: Libc, machine: Arch, demands: Sequence[Demand]) -> Verdict:
    """Hold all objects for this machine against each policy of the C library."""
    policies = policies_for(libc, machine)
    wants = [_Wants(demand) for demand in demands if demand.elf.arch is machine]
    obstacles: list[Obstacle] = []
    for policy in policies:
        level = policy.android_api
        obstacles += [
            Obstacle(policy.tag, want.member, kind, names)
            for want in wants
            for kind, names in _obstacles(policy, level, want)
            if names
        ]
    return Verdict(libc, machine, policies, tuple(obstacles))


class _Wants:
    """What an object asks of any system, looked up once for all policies."""

    def __init__(self, demand: Demand) -> None:
        self.member = demand.member
        self.elf = demand.elf
        needed = demand.elf.needed
        self.missing = tuple(n for n in needed if n in demand.missing)
        self.system = [n for n in needed if n not in demand.bundled and n not in demand.missing]
        self.versions = dict.fromkeys(
            version
            for library, asked in demand.elf.version_needs.items()
            if library not in demand.bundled and not is_loader(library)
            for version in asked
        )
        self.symbols = _strong(demand.elf)


def _obstacles(
    policy: Policy, level: int | None, wants: _Wants
) -> Iterator[tuple[ObstacleKind, tuple[str, ...]]]:
    if lacking := policy.lacks_versions(wants.versions):
        yield ObstacleKind.SYMBOL_VERSION, _newest_first(lacking)
    yield ObstacleKind.LIBRARY, tuple(n for n in wants.system if not policy.has(n))
    yield ObstacleKind.MISSING, wants.missing
    banned = [policy.blacklist[n] & wants.symbols for n in wants.system if n in policy.blacklist]
    if banned:
        yield ObstacleKind.SYMBOL, tuple(sorted(frozenset().union(*banned)))
    elf = wants.elf
    if elf.arch in _X86 and elf.isa > BASELINE_ISA:
        yield ObstacleKind.INSTRUCTIONS, (f"x86-64-v{elf.isa}",)
    if elf.arch is Arch.ARM and elf.hard_float is False:
        yield ObstacleKind.FLOATS, ("integers (soft float)",)
    if level is not None and (elf.android_api or 0) > level:
        yield ObstacleKind.API_LEVEL, (f"Android API level {elf.android_api}",)


def _strong(elf: ElfObject) -> frozenset[str]:
    return frozenset(ref.name for ref in elf.references if not ref.weak)


def _newest_first(versions: tuple[str, ...]) -> tuple[str, ...]:
    def key(version: str) -> tuple[bool, list[int], str]:
        family, _, number = version.partition("_")
        parts = number.split(".")
        digits = [int(part) if part.isascii() and part.isdigit() else 0 for part in parts]
        return family == "GLIBC", digits, version

    return tuple(sorted(versions, key=key, reverse=True))
