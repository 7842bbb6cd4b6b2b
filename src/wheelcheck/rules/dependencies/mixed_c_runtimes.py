"""WC704: two C runtimes in one closure."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.windows.runtimes import crt_family
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 3


def _check(subject: Subject) -> Iterator[Hit]:
    # A dict keeps the members in order, once each.
    families: dict[str, dict[str, None]] = defaultdict(dict)
    for edge in subject.closure.edges:
        family = crt_family(edge.wanted.library)
        if family is not None:
            families[family][edge.importer.member] = None
    if len(families) > 1:
        users = {family: tuple(members) for family, members in sorted(families.items())}
        parts = [f"{family} ({', '.join(m[:_MOST_NAMED])})" for family, m in users.items()]
        yield Hit(
            message=f"The wheel's native objects use {len(users)} C runtimes: {', '.join(parts)}",
            evidence=users,
        )


RULE = Rule(
    code="WC704",
    name="mixed-c-runtimes",
    family=Family.DEPENDENCIES,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="Native objects of one wheel use different C runtimes.",
    why=(
        "Memory, file handles, locales and errno of one C runtime mean nothing to another. It "
        "works as long as no library frees, closes or reads what another one made."
    ),
    example="pkg/_pkg.pyd uses the Universal CRT, pkg/libgmp-10.dll imports msvcrt.dll.",
    fix=(
        "Build all parts against one runtime, e.g. take the libraries from MSYS2's UCRT64 "
        "environment rather than from MINGW64; otherwise make sure that no object crosses."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "Microsoft Learn: Potential errors passing CRT objects across DLL boundaries",
        "MSYS2 documentation: Environments",
    ),
)
