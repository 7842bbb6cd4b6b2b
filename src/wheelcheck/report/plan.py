"""What a repair did, or would do, as text."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from wheelcheck.quantities import plural
from wheelcheck.report.look import Level, Look
from wheelcheck.report.styled import Line, Style, line, lines_text, strong

if TYPE_CHECKING:
    from wheelcheck.patch.elf import ElfEdit
    from wheelcheck.repairing.fuse import Fusion
    from wheelcheck.repairing.plan import ImageEdit, Plan
    from wheelcheck.repairing.run import Repair

__all__ = ["REFUSED", "UNREADABLE", "outcome", "render_fused", "render_repair", "render_tally"]

_PLAIN = Look()
_MOST_OF_A_KIND = 20
_WORDS = {
    "repaired": "repaired",
    "planned": "would be repaired",
    "unchanged": "nothing to repair",
    "skipped": "left alone",
}
"""By the action."""
REFUSED = "not repaired"
UNREADABLE = "unreadable"


def render_repair(repair: "Repair", look: Look = _PLAIN) -> str:
    """Return the lines for one wheel; empty where it does not decide the exit status."""
    return "" if look.level < Level.NORMAL else lines_text(_lines(repair, look), look)


def outcome(repair: "Repair") -> str:
    """Return in two words what was done."""
    planned = repair.action == "planned" and not repair.plan.changes
    return _WORDS["unchanged" if planned else str(repair.action)]


def render_tally(outcomes: Iterable[str], look: Look = _PLAIN) -> str:
    """Return one line on a call of several wheels, which came out so; else nothing."""
    counted = Counter(outcomes)
    if counted.total() < 2 or look.level is Level.SILENT:  # noqa: PLR2004 (several)
        return ""
    words = (*_WORDS.values(), REFUSED, UNREADABLE)
    nothing = _WORDS["unchanged"]
    parts = [
        f"{counted[each]} {'with ' if each == nothing else ''}{each}"
        for each in words
        if counted[each]
    ]
    bad = counted[REFUSED] + counted[UNREADABLE]
    text = f"{plural(counted.total(), 'wheel')}: {', '.join(parts)}"
    return "\n" * (look.level >= Level.NORMAL) + lines_text(
        [line(0, (text, Style.ERROR if bad else Style.GOOD))], look
    )


def render_fused(done: "Fusion", look: Look = _PLAIN) -> str:
    """Return the lines for two wheels that are one now."""
    if look.level < Level.NORMAL:
        return ""
    joined = [_step("join", member) for member in done.fused]
    return lines_text([*joined, line(0, ("fused", Style.GOOD), f" -> {done.output}")], look)


def _lines(repair: "Repair", look: Look) -> Iterator[Line]:
    plan = repair.plan
    if repair.action == "skipped":
        yield line(0, strong(plan.wheel), f": left alone, it is for {plan.platform}")
        return
    target = plan.output if repair.output is None else str(repair.output)
    yield line(0, strong(plan.wheel), ": ", (outcome(repair), Style.GOOD), f" -> {target}")
    old, new = (name.removesuffix(".whl").split("-", 2) for name in (plan.wheel, plan.output))
    if old[-1] != new[-1]:
        yield _step("tags", f"{old[-1]} -> {new[-1]}")
    most = None if look.level is Level.VERBOSE else _MOST_OF_A_KIND
    for verb, steps in _steps(plan):
        yield from (each for step in islice(steps, most) for each in step)
        if most is not None and len(steps) > most:
            yield line(11, f"... {len(steps) - most} more to {verb} (-v shows all)")


def _steps(plan: "Plan") -> Iterator[tuple[str, list[list[Line]]]]:
    """Yield what is done, each kind with the lines of each member."""
    yield (
        "bundle",
        [
            [
                _step("bundle", bundle.member),
                _detail(f"from {bundle.source} ({bundle.source.place})"),
                *_renames(bundle.renames),
                *_edits(bundle.edits),
                *_edit(bundle.edit),
            ]
            for bundle in plan.bundles
        ],
    )
    yield (
        "rewrite",
        [
            [
                _step("rewrite", rewrite.member),
                *_renames(rewrite.renames),
                *_edits(rewrite.edits),
                *_edit(rewrite.edit),
            ]
            for rewrite in plan.rewrites
        ],
    )
    yield (
        "patch",
        [
            [
                _step("patch", patch.member),
                _detail(f"opens {patch.opened}"),
                *(_detail(f"loads {name}") for name in patch.preload),
            ]
            for patch in plan.patches
        ],
    )
    yield "write", [[_step("write", content.member)] for content in plan.contents]
    yield "drop", [[_step("drop", member)] for member in plan.dropped]
    yield "exclude", [[_step("exclude", library)] for library in plan.excluded]


def _step(verb: str, text: str) -> Line:
    return line(2, (f"{verb:<7}", Style.LABEL), f"  {text}", hang=11)


def _detail(text: str) -> Line:
    return line(11, text)


def _renames(renames: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """Yield a line for each; one that keeps its name is only searched for differently."""
    return (_detail(f"{old} -> {new}") for old, new in renames if old != new)


def _edit(edit: "ElfEdit | None") -> Iterator[Line]:
    """Yield what else changes in an ELF object."""
    if edit is None:
        return
    for library in sorted(edit.remove_needed):
        yield _detail(f"{library} is no longer needed")
    if edit.rpath is not None:
        yield _detail(f"search path: {edit.rpath or 'none'}")


def _edits(edits: "Iterable[ImageEdit]") -> Iterator[Line]:
    """Yield a line for each identity and rpath of the build machine that goes."""
    lines: dict[str, None] = {}
    for edit in edits:
        if edit.install_name is not None:
            lines[f"is called {edit.install_name}"] = None
        for rpath in edit.dropped_rpaths:
            lines[f"without rpath {rpath}"] = None
    return map(_detail, lines)
