"""What became of wheels that were installed and imported, as text and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from wheelcheck._version import __version__
from wheelcheck.findings import Finding, Severity
from wheelcheck.quantities import plural
from wheelcheck.report.look import Level, Look
from wheelcheck.report.styled import BLANK, Line, Style, line, lines_text, strong
from wheelcheck.report.text_findings import STYLES

if TYPE_CHECKING:
    from wheelcheck.trying.model import ModuleTrial, PythonTrial, WheelTrial

__all__ = ["TRIAL_SCHEMA_VERSION", "render_trials", "render_trials_json"]

TRIAL_SCHEMA_VERSION = 1
"""Version of the JSON form; raised when a key changes its meaning or goes away."""

_PLAIN = Look()
_MOST_LINES = 12
_GOOD = "ok"
_BROKEN = "BROKEN"
_PARTLY = "not tried everywhere"
_UNFIT = "not tried, it is for no Python of this host"
_UNREADABLE = "unreadable"
_STYLES = {_GOOD: Style.GOOD, _BROKEN: Style.ERROR, _PARTLY: Style.WARNING, _UNFIT: Style.WARNING}
_COUNTED = {
    _GOOD: _GOOD,
    _BROKEN: _BROKEN,
    _PARTLY: _PARTLY,
    _UNFIT: "for no Python of this host",
    _UNREADABLE: _UNREADABLE,
}
"""The words of the sum, in its order."""


def render_trials(trials: "Sequence[WheelTrial]", unreadable: int = 0, look: Look = _PLAIN) -> str:
    """Return the lines for each wheel, and of several wheels the sum.

    ``Level.QUIET`` leaves out the wheels that are good. ``unreadable`` is how many wheels there
    were besides that could not be read.
    """
    if look.level is Level.SILENT:
        return ""
    return lines_text(_all_lines(trials, unreadable, look), look)


def render_trials_json(
    trials: "Sequence[WheelTrial]", unreadable: Sequence[tuple[str, str]]
) -> str:
    """Return one document for a call; ``unreadable`` holds paths, and why they are none."""
    document = {
        "schema_version": TRIAL_SCHEMA_VERSION,
        "wheelcheck": __version__,
        "wheels": [trial.to_dict() for trial in trials],
        "unreadable": [{"path": path, "reason": reason} for path, reason in unreadable],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _all_lines(trials: "Sequence[WheelTrial]", unreadable: int, look: Look) -> Iterator[Line]:
    shown = [t for t in trials if look.level is not Level.QUIET or not t.good]
    for number, trial in enumerate(shown):
        if number:
            yield BLANK
        yield from _lines(trial, everything=look.level is Level.VERBOSE)
    counts = Counter([*map(_verdict, trials), *[_UNREADABLE] * unreadable])
    if counts.total() > 1:
        if shown:
            yield BLANK
        parts = ", ".join(f"{counts[v]} {word}" for v, word in _COUNTED.items() if counts[v])
        style = Style.GOOD if set(counts) == {_GOOD} else Style.ERROR
        yield line(0, (f"{plural(counts.total(), 'wheel')}: {parts}", style))


def _lines(trial: "WheelTrial", *, everything: bool) -> Iterator[Line]:
    verdict = _verdict(trial)
    yield line(0, strong(trial.wheel), ": ", (verdict, _STYLES[verdict]))
    tried = [each for each in trial.pythons if each.status != "unfit"]
    for python in tried:
        yield from _python(python, everything=everything)
    unfit = [each for each in trial.pythons if each.status == "unfit"]
    if not tried or everything:
        for reason, group in groupby(unfit, key=lambda each: each.reason):
            yield line(2, f"not for {', '.join(each.python for each in group)}")
            yield line(4, reason)
        if not trial.pythons:
            yield line(2, "no Python was found")
    elif unfit:
        yield line(2, f"not for {', '.join(each.python for each in unfit)}")
    errors = dict.fromkeys(f.code for f in trial.report.at_least(Severity.ERROR))
    if trial.good and errors:
        codes = (", ".join(errors), Style.ERROR)
        yield line(2, "but `wheelcheck inspect` finds errors that other hosts show: ", codes)


def _verdict(trial: "WheelTrial") -> str:
    if trial.good:
        return _GOOD
    if all(each.status == "unfit" for each in trial.pythons):
        return _UNFIT
    broken = any(each.status in {"bad", "refused"} for each in trial.pythons)
    return _BROKEN if broken else _PARTLY


def _python(python: "PythonTrial", *, everything: bool) -> Iterator[Line]:
    bad = [module for module in python.modules if not module.status.good]
    skipped = [module for module in python.modules if module.status == "skipped"]
    if python.status == "refused":
        outcome = ("cannot be installed", Style.ERROR)
    elif python.status == "unprepared":
        outcome = ("not tried, the environment could not be made", Style.WARNING)
    elif bad:
        outcome = (f"{len(bad)} of {plural(len(python.modules), 'import')} failed", Style.ERROR)
    else:
        good = plural(len(python.modules) - len(skipped), "import")
        outcome = (f"{good} good", Style.GOOD)
    yield line(2, f"{python.python} ({python.path}): ", outcome)
    for module in skipped:
        yield line(4, f"{module.module}: left out, {module.message}")
    yield from _output(python.reason, 4, everything=everything)
    # The modules of one package mostly fail for one reason.
    for _, group in groupby(bad, key=lambda m: (m.status, m.message, m.where, m.findings)):
        yield from _module(list(group), everything=everything)


def _module(modules: "list[ModuleTrial]", *, everything: bool) -> Iterator[Line]:
    first = modules[0]
    for module in modules:
        yield line(4, strong(module.module))
    yield line(6, first.message)
    if first.where:
        yield line(6, f"at {first.where}")
    yield from _output(first.output, 6, everything=everything)
    for finding in first.findings:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[Line]:
    code = (finding.code, STYLES[finding.severity])
    yield line(6, code, f" {finding.name}: {finding.message}")
    searched = finding.evidence.get("searched")
    if searched:
        yield line(8, ("searched:", Style.FAINT), f" {', '.join(searched)}")
    if finding.help:
        yield line(8, ("help:", Style.LABEL), f" {finding.help}")


def _output(text: str, indent: int, *, everything: bool) -> Iterator[Line]:
    """Yield the last lines of what a program wrote."""
    lines = text.splitlines()
    more = 0 if everything else len(lines) - _MOST_LINES
    margin = f"{' ' * indent}| "
    if more > 0:
        yield Line(((f"... {more} more lines (-v shows all)", Style.FAINT),), margin, margin)
    for each in lines[max(more, 0) :]:
        yield Line(((each, Style.PLAIN),), margin, margin)
