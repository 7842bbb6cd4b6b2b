"""A dependency graph drawn as trees, one below each root."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence

from wheelcheck.findings import BinaryInfo, Outcome
from wheelcheck.quantities import plural
from wheelcheck.records import record
from wheelcheck.report.edges import Graph, Need
from wheelcheck.report.styled import Line, Span, Style, strong

__all__ = ["Drawing", "draw"]

_SUPPLIED = (Outcome.SYSTEM, Outcome.PYTHON, Outcome.DRIVER, Outcome.EXCLUDED)
_MOST_NAMES = 6
_DEEPEST = 24
"""Levels below a root; what is deeper is drawn as a root of its own."""


@record
class Drawing:
    """What of the graph is shown, and how."""

    unicode: bool = True
    reasons: bool = False
    """Say of each edge why it ends where it does."""
    everything: bool = False
    """Name each library, and the places that were searched."""
    indent: int = 0


@record
class _Strokes:
    branch: str
    last: str
    down: str
    gap: str = "   "


_UNICODE = _Strokes("├─ ", "└─ ", "│  ")
_ASCII = _Strokes("|- ", "`- ", "|  ")


@record
class _Branch:
    """One line below a member."""

    spans: tuple[Span, ...]
    target: str | None = None
    searched: tuple[str, ...] = ()


def draw(
    graph: Graph,
    binaries: Collection[BinaryInfo],
    drawing: Drawing,
    *,
    only: Collection[str] | None = None,
) -> Iterator[Line]:
    """Draw each root with all it needs; a second visit is only named.

    ``only`` leaves out all other roots. Without reasons, roots that need nothing are left out.
    """
    strokes = _UNICODE if drawing.unicode else _ASCII
    about = {binary.member: binary for binary in binaries}
    margin = " " * drawing.indent
    drawn: set[str] = set()
    roots = deque(root for root in graph.roots if only is None or root in only)
    while roots:
        root = roots.popleft()
        if root in drawn or not (drawing.reasons or root in graph.needs):
            continue
        spans = [strong(root), *(_about(about.get(root)) if drawing.reasons else ())]
        if root not in graph.needs:
            spans.append(": needs no library")
        yield _line(margin, margin + "  ", spans)
        drawn.add(root)
        # An explicit stack: the depth of the graph is the wheel's choice, not ours.
        stack = [(margin, _branches(graph.needs.get(root, ()), drawing))]
        while stack:
            prefix, branches = stack[-1]
            if not branches:
                stack.pop()
                continue
            branch = branches.popleft()
            below = prefix + (strokes.down if branches else strokes.gap)
            lead = prefix + (strokes.branch if branches else strokes.last)
            spans = list(branch.spans)
            inner = branch.target is not None and branch.target in graph.needs
            descend = inner and branch.target not in drawn
            if inner and not descend:
                spans.append((" (shown above)", Style.FAINT))
            elif inner and len(stack) > _DEEPEST and branch.target is not None:
                spans.append((" (shown below)", Style.FAINT))
                roots.append(branch.target)
                descend = False
            yield _line(lead, below + "  ", spans)
            if branch.searched and (descend or not inner):
                bar = strokes.down if descend else strokes.gap
                text = f"searched: {', '.join(branch.searched)}"
                yield _line(below + bar, below + bar + "  ", [(text, Style.FAINT)])
            if descend and branch.target is not None:
                drawn.add(branch.target)
                stack.append((below, _branches(graph.needs[branch.target], drawing)))


def _line(lead: str, hang: str, spans: list[Span]) -> Line:
    return Line(tuple((s, Style.PLAIN) if isinstance(s, str) else s for s in spans), lead, hang)


def _about(binary: BinaryInfo | None) -> Iterator[Span]:
    if binary is not None:
        name = f" {binary.module}" if binary.module else ""
        yield f" ({binary.role}{name}, {binary.format}, {' and '.join(binary.arch)})"


def _branches(needs: Sequence[Need], drawing: Drawing) -> deque[_Branch]:
    """Return a line for each import that is missing or in the wheel, and one for each supplier."""
    found: deque[_Branch] = deque()
    for need in needs:
        if need.outcome in _SUPPLIED:
            continue
        missing = need.outcome is Outcome.MISSING
        end: Span = ("MISSING", Style.ERROR) if missing else (need.target or "in the wheel")
        spans: tuple[Span, ...] = (f"{need.label}: ", end, *_reason(need.reason, drawing))
        found.append(_Branch(spans, need.target, need.searched if drawing.everything else ()))
    supplied: dict[tuple[Outcome, str], list[Need]] = {}
    for outcome in _SUPPLIED:
        for need in needs:
            if need.outcome is outcome:
                reason = need.reason if drawing.reasons else ""
                supplied.setdefault((outcome, reason), []).append(need)
    for (outcome, reason), group in supplied.items():
        spans = ((f"{outcome}:", Style.FAINT), f" {_names(group, drawing)}")
        found.append(_Branch((*spans, *_reason(reason, drawing))))
    return found


def _reason(reason: str, drawing: Drawing) -> Iterator[Span]:
    if drawing.reasons and reason:
        yield f"; {reason}", Style.FAINT


def _names(needs: Sequence[Need], drawing: Drawing) -> str:
    """Name them; API sets are many and tell a person nothing."""
    if drawing.everything:
        return ", ".join(need.label for need in needs)
    plain = [need.label for need in needs if not need.is_api_set]
    most = len(plain) if drawing.reasons else _MOST_NAMES
    parts = plain[:most]
    if len(plain) > most:
        parts.append(f"{len(plain) - most} more")
    if len(plain) < len(needs):
        parts.append(plural(len(needs) - len(plain), "API set"))
    return ", ".join(parts)
