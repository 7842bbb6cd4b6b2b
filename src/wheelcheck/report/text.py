"""Reports as text for a person."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from wheelcheck.audit import Audit
from wheelcheck.findings import Dependency, Finding, Outcome, PolicyVerdict, Report, Role, Severity
from wheelcheck.report.escapes import safe
from wheelcheck.report.summary import plural, summary_line, verdict

__all__ = ["render_text"]

_SUPPLIED = (Outcome.SYSTEM, Outcome.PYTHON, Outcome.DRIVER, Outcome.EXCLUDED)
_MOST_LINES = 60
_MOST_NAMES = 6
_MOST_VALUES = 8
_MOST_FINDINGS = 20
_MOST_POLICIES = 3
# The two ends of a chain, which has them, too.
_ENDS = ("importer", "library")
_API_SETS = ("api-ms-", "ext-ms-")


@dataclass(frozen=True, slots=True)
class _Strokes:
    branch: str
    last: str
    down: str
    gap: str = "   "


_UNICODE = _Strokes("├─ ", "└─ ", "│  ")
_ASCII = _Strokes("|- ", "`- ", "|  ")


def render_text(audit: Audit, *, unicode: bool = True) -> str:
    """Return the reports, one after another, and a summary line.

    ``unicode`` draws the dependency tree with box characters. Control
    characters in names from the wheel are shown as escapes.
    """
    strokes = _UNICODE if unicode else _ASCII
    blocks = ["\n".join(_wheel(report, strokes)) for report in audit.reports]
    return "\n\n".join([*blocks, summary_line(audit)]) + "\n"


def _wheel(report: Report, strokes: _Strokes) -> Iterator[str]:
    yield f"{safe(report.wheel)}: {verdict(report)}"
    if report.error is not None:
        yield f"  {safe(report.error)}"
        return
    if report.tags:
        yield f"  tags      {', '.join(report.tags)}"
    if report.repaired_by:
        yield f"  repaired  by {', '.join(map(safe, report.repaired_by))}"
    modules = [b for b in report.binaries if b.role is Role.MODULE]
    others = len(report.binaries) - len(modules)
    if report.binaries:
        names = ", ".join(safe(b.module or b.member) for b in modules[:_MOST_NAMES])
        more = _more(len(modules) - _MOST_NAMES)
        yield f"  modules   {names or 'none'}{more}" + (
            f"; {plural(others, 'other native object')}" if others else ""
        )
    else:
        yield f"  modules   {'none that could be read' if report.not_checked else 'no native code'}"
    for held in report.policies:
        yield from _policy(held)
    tree = _tree(report, strokes)
    shown = list(islice(tree, _MOST_LINES))
    if shown:
        yield ""
        yield from shown
        rest = sum(1 for _ in tree)
        if rest:
            yield f"  ... {rest} more lines (--format json has all of them)"
    for _, group in groupby(report.findings, key=lambda f: (f.severity, f.code, f.help)):
        yield ""
        yield from _group(list(group))
    if report.not_checked:
        yield ""
        yield "  not checked:"
        yield from (f"    {safe(n.subject)}: {safe(n.reason)}" for n in report.not_checked)


def _policy(held: PolicyVerdict) -> Iterator[str]:
    """Name the best policy, and what stands in the way of the next better ones."""
    best = " ".join((held.best, *held.aliases)) if held.best else "none"
    yield f"  policy    {best} ({held.libc}, {held.machine})"
    blocked: dict[str, list[str]] = {}
    for policy, group in groupby(held.obstacles, key=lambda obstacle: obstacle.policy):
        obstacles = [f"{safe(o.member)} {safe(o.reason)}" for o in group]
        text = obstacles[0] + (f"; {len(obstacles) - 1} more" if len(obstacles) > 1 else "")
        blocked.setdefault(text, []).append(policy)
    for text, policies in list(blocked.items())[-_MOST_POLICIES:]:
        span = policies[0] if len(policies) == 1 else f"{policies[0]} to {policies[-1]}"
        yield f"            not {safe(span)}: {text}"


def _more(number: int) -> str:
    return f" and {number} more" if number > 0 else ""


def _group(findings: list[Finding]) -> Iterator[str]:
    """Say what several findings have in common once."""
    first = findings[0]
    yield f"  {first.severity}  {first.code} {first.name}"
    for finding in findings[:_MOST_FINDINGS]:
        yield f"    {safe(finding.message)}"
        # What a note rests on is in its message; --format json has the rest.
        if finding.severity is not Severity.NOTE:
            yield from _evidence(finding)
    if len(findings) > _MOST_FINDINGS:
        yield f"    ... {len(findings) - _MOST_FINDINGS} more (--format json has all of them)"
    if first.help:
        yield f"    help: {safe(first.help)}"


def _evidence(finding: Finding) -> Iterator[str]:
    for label, values in finding.evidence.items():
        if label in _ENDS and "chain" in finding.evidence:
            continue
        arrow = " -> " if label == "chain" else ", "
        shown = arrow.join(map(safe, values[:_MOST_VALUES]))
        more = _more(len(values) - _MOST_VALUES)
        if shown:
            yield f"      {safe(label).replace('_', ' ')}: {shown}{more}"


def _tree(report: Report, strokes: _Strokes) -> Iterator[str]:
    """Draw each module or program with all it needs; a second visit is only named."""
    edges: dict[str, list[Dependency]] = defaultdict(list)
    for dependency in report.dependencies:
        edges[dependency.importer].append(dependency)
    targets = {d.target for d in report.dependencies}
    roots = [b.member for b in report.binaries if b.role is not Role.LIBRARY]
    roots += [
        b.member for b in report.binaries if b.role is Role.LIBRARY and b.member not in targets
    ]
    drawn: set[str] = set()
    for root in roots:
        if root in edges:
            yield f"  {safe(root)}"
            yield from _branches(root, edges, drawn, strokes)


def _branches(
    root: str, edges: dict[str, list[Dependency]], drawn: set[str], strokes: _Strokes
) -> Iterator[str]:
    drawn.add(root)
    # An explicit stack: the depth of the graph is the wheel's choice, not ours.
    stack = [("  ", iter(_lines(edges[root])))]
    while stack:
        prefix, lines = stack[-1]
        line = next(lines, None)
        if line is None:
            stack.pop()
            continue
        text, target, last = line
        again = target is not None and target in drawn and target in edges
        yield f"{prefix}{strokes.last if last else strokes.branch}{text}" + (
            " (shown above)" if again else ""
        )
        if target is not None and target in edges and not again:
            drawn.add(target)
            stack.append(
                (prefix + (strokes.gap if last else strokes.down), iter(_lines(edges[target])))
            )


def _lines(edges: list[Dependency]) -> list[tuple[str, str | None, bool]]:
    """Return text, target and whether it is the last, for the edges of one importer."""
    lines: list[tuple[str, str | None]] = []
    for edge in edges:
        kind = "" if edge.kind == "regular" else f" [{edge.kind}]"
        if edge.outcome is Outcome.MISSING:
            lines.append((f"{safe(edge.library)}{kind}: MISSING", None))
        elif edge.outcome is Outcome.WHEEL:
            lines.append((f"{safe(edge.library)}{kind}: {safe(edge.target or '')}", edge.target))
    for outcome in _SUPPLIED:
        names = [safe(e.library) for e in edges if e.outcome is outcome]
        if names:
            # API sets are many and tell a person nothing.
            plain = [n for n in names if not n.lower().startswith(_API_SETS)]
            parts = plain[:_MOST_NAMES]
            if len(plain) > _MOST_NAMES:
                parts.append(f"{len(plain) - _MOST_NAMES} more")
            if len(plain) < len(names):
                parts.append(plural(len(names) - len(plain), "API set"))
            shown = ", ".join(parts)
            lines.append((f"{outcome}: {shown}", None))
    return [(text, target, i == len(lines) - 1) for i, (text, target) in enumerate(lines)]
