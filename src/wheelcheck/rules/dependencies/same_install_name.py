"""WC723: two different libraries of a wheel go by one install name."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.rules.apple import images
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 20


def _check(subject: Subject) -> Iterator[Hit]:
    digests = {file.member.name: file.digests.get("sha256") for file in subject.wheel.files}
    bearers: dict[str, dict[str, None]] = defaultdict(dict)
    for node, piece in images(subject):
        # Modules are opened by their path, whatever name they give themselves.
        if piece.install_name is not None and node.role is not Role.MODULE:
            bearers[piece.install_name][node.member] = None
    for name, found in sorted(bearers.items()):
        members = tuple(found)
        if len({digests[member] for member in members}) < 2:  # noqa: PLR2004 (two differ)
            continue
        yield Hit(
            message=(
                f"{' and '.join(members[:2])}{' and others' if len(members) > 2 else ''} "  # noqa: PLR2004
                f"are different, but both have the install name {name}"
            ),
            member=members[1],
            evidence={"install_name": (name,), "members": members[:_MOST_NAMED]},
        )


RULE = Rule(
    code="WC723",
    name="same-install-name",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="Two different libraries have the same install name.",
    why=(
        "dyld takes a library for one that it has loaded already when the install name is the "
        "same. Which of the two everybody gets then depends on the order of imports."
    ),
    example="pkg/a/libz.dylib and pkg/b/libz.dylib differ, and both are @rpath/libz.dylib.",
    fix=(
        "Keep one of them, or give each a name of its own (`wheelcheck repair` does so with what "
        "it bundles)."
    ),
    since="0.1.0",
    check=_check,
    references=("Apple: dyld(1)",),
)
