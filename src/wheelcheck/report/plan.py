"""What a repair did, or would do, as text."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wheelcheck.report.escapes import safe

if TYPE_CHECKING:
    from wheelcheck.patch.elf import ElfEdit
    from wheelcheck.repairing.plan import ImageEdit
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
        yield from _renames(bundle.renames)
        yield from _edits(bundle.edits)
        yield from _edit(bundle.edit)
    for rewrite in plan.rewrites:
        yield f"  rewrite  {rewrite.member}"
        yield from _renames(rewrite.renames)
        yield from _edits(rewrite.edits)
        yield from _edit(rewrite.edit)
    for patch in plan.patches:
        yield f"  patch    {patch.member}"
        yield f"           opens {patch.opened}"
        for name in patch.preload:
            yield f"           loads {name}"
    for content in plan.contents:
        yield f"  write    {content.member}"
    for member in plan.dropped:
        yield f"  drop     {member}"
    for library in plan.excluded:
        yield f"  exclude  {library}"


def _renames(renames: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line for each; one that keeps its name is only searched for differently."""
    return (f"           {old} -> {new}" for old, new in renames if old != new)


def _edit(edit: "ElfEdit | None") -> Iterator[str]:
    """Yield what else changes in an ELF object."""
    if edit is None:
        return
    for library in sorted(edit.remove_needed):
        yield f"           {library} is no longer needed"
    if edit.rpath is not None:
        yield f"           search path: {edit.rpath or 'none'}"


def _edits(edits: "Iterable[ImageEdit]") -> Iterator[str]:
    """Yield a line for each identity and rpath of the build machine that goes."""
    lines: dict[str, None] = {}
    for edit in edits:
        if edit.install_name is not None:
            lines[f"           is called {edit.install_name}"] = None
        for rpath in edit.dropped_rpaths:
            lines[f"           without rpath {rpath}"] = None
    yield from lines
