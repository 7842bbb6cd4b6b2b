"""What there is to say of one wheel besides its findings, as text for a person."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from wheelcheck.findings import PolicyVerdict, Report, Role, Severity
from wheelcheck.quantities import plural
from wheelcheck.report.styled import Line, Span, Style, line, strong
from wheelcheck.report.verdict import verdict

__all__ = ["counts", "fact_lines", "headline", "list_lines"]

_MOST_NAMES = 6
_MOST_POLICIES = 3


def headline(report: Report) -> Line:
    """Return name and verdict."""
    return line(0, strong(report.wheel), ": ", (verdict(report), _style(report)))


def list_lines(reports: Sequence[Report]) -> Iterator[Line]:
    """Yield a line for each wheel, with how many findings there are."""
    words = [verdict(report) for report in reports]
    width = max(map(len, words), default=0)
    for report, word in zip(reports, words, strict=True):
        found = counts(report)
        yield line(
            0,
            (word, _style(report)),
            f"{'':{width - len(word) + 2}}{report.wheel}",
            (f" ({found})" if found else "", Style.FAINT),
            hang=width + 2,
        )


def _style(report: Report) -> Style:
    if report.error is not None or report.at_least(Severity.ERROR):
        return Style.ERROR
    return Style.WARNING if report.at_least(Severity.WARNING) else Style.GOOD


def counts(report: Report) -> str:
    """Return e.g. ``1 error, 2 notes``; empty where nothing was found."""
    numbers = [(s, sum(f.severity is s for f in report.findings)) for s in reversed(Severity)]
    return ", ".join(plural(number, str(s)) for s, number in numbers if number)


def fact_lines(report: Report, *, everything: bool = False) -> Iterator[Line]:
    """Yield what the wheel is for, what is in it and which policy it satisfies."""
    if report.tags:
        yield _fact("tags", ", ".join(report.tags))
    if report.repaired_by:
        yield _fact("repaired", f"by {', '.join(report.repaired_by)}")
    if report.binaries:
        modules = [b.module or b.member for b in report.binaries if b.role is Role.MODULE]
        others = len(report.binaries) - len(modules)
        most = len(modules) if everything else _MOST_NAMES
        names = ", ".join(modules[:most]) or "none"
        more = f" and {len(modules) - most} more" if len(modules) > most else ""
        rest = f"; {plural(others, 'other native object')}" if others else ""
        yield _fact("modules", names + more + rest)
    else:
        unread = "none that could be read" if report.not_checked else "no native code"
        yield _fact("modules", unread)
    for held in report.policies:
        yield from _policy(held, everything=everything)


def _policy(held: PolicyVerdict, *, everything: bool) -> Iterator[Line]:
    """Name the best policy, and what stands in the way of the next better ones."""
    best = " ".join((held.best, *held.aliases)) if held.best else "none"
    yield _fact("policy", f"{best} ({held.libc}, {held.machine})")
    blocked: dict[str, list[str]] = {}
    for policy, group in groupby(held.obstacles, key=lambda obstacle: obstacle.policy):
        obstacles = [f"{o.member} {o.reason}" for o in group]
        text = obstacles[0] + (f"; {len(obstacles) - 1} more" if len(obstacles) > 1 else "")
        if everything:
            text = "; ".join(obstacles)
        blocked.setdefault(text, []).append(policy)
    most = len(blocked) if everything else _MOST_POLICIES
    for text, policies in list(blocked.items())[-most:]:
        span = policies[0] if len(policies) == 1 else f"{policies[0]} to {policies[-1]}"
        yield line(12, f"not {span}: {text}")


def _fact(label: str, *spans: Span) -> Line:
    return line(2, (f"{label:<8}", Style.FAINT), "  ", *spans, hang=10)
