"""What a repair did, or would do, as text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.report.text import safe

if TYPE_CHECKING:
    from wheelcheck.repairing.run import Repair

__all__ = ["render_repair"]


def render_repair(repair: "Repair") -> str:
    """Return the lines for one wheel."""
    return "\n".join(map(safe, _lines(repair))) + "\n"


def _lines(repair: "Repair") -> Iterator[str]:
    plan = repair.plan
    if repair.action == "skipped":
        yield f"{plan.wheel}: left alone, it is for {plan.platform}"
        return
    verb = {
        "repaired": f"repaired -> {repair.output}",
        "unchanged": f"nothing to repair -> {repair.output}",
        "planned": "would be repaired" if plan.changes else "nothing to repair",
    }[str(repair.action)]
    yield f"{plan.wheel}: {verb}"
    for bundle in plan.bundles:
        yield f"  bundle   {bundle.member}"
        yield f"           from {bundle.source} ({bundle.source.place})"
        for old, new in bundle.renames:
            yield f"           {old} -> {new}"
    for rewrite in plan.rewrites:
        yield f"  rewrite  {rewrite.member}"
        for old, new in rewrite.renames:
            yield f"           {old} -> {new}"
    for member in plan.dropped:
        yield f"  drop     {member}"
    for library in plan.excluded:
        yield f"  exclude  {library}"
