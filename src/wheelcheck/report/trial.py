"""What became of wheels that were installed and imported, as text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from wheelcheck import __version__
from wheelcheck.findings import Severity
from wheelcheck.quantities import plural
from wheelcheck.report.escapes import safe

if TYPE_CHECKING:
    from wheelcheck.trying.model import ModuleTrial, PythonTrial, WheelTrial

__all__ = ["TRIAL_SCHEMA_VERSION", "render_trial", "render_trials_json"]

TRIAL_SCHEMA_VERSION = 1
"""Version of the JSON form; raised when a key changes its meaning or goes away."""

_MOST_LINES = 12


def render_trial(trial: "WheelTrial") -> str:
    """Return the lines for one wheel."""
    return "\n".join(map(safe, _lines(trial))) + "\n"


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


def _lines(trial: "WheelTrial") -> Iterator[str]:
    yield f"{trial.wheel}: {_verdict(trial)}"
    tried = [each for each in trial.pythons if each.status != "unfit"]
    for python in tried:
        yield from _python(python)
    unfit = [each for each in trial.pythons if each.status == "unfit"]
    if not tried:
        for reason, group in groupby(unfit, key=lambda each: each.reason):
            yield f"  not for {', '.join(each.python for each in group)}"
            yield f"    {reason}"
        if not unfit:
            yield "  no Python was found"
    elif unfit:
        yield f"  not for {', '.join(each.python for each in unfit)}"
    errors = dict.fromkeys(f.code for f in trial.report.at_least(Severity.ERROR))
    if trial.good and errors:
        yield f"  but `wheelcheck inspect` finds errors that other hosts show: {', '.join(errors)}"


def _verdict(trial: "WheelTrial") -> str:
    if trial.good:
        return "ok"
    if all(each.status == "unfit" for each in trial.pythons):
        return "not tried, it is for no Python of this host"
    broken = any(each.status in {"bad", "refused"} for each in trial.pythons)
    return "BROKEN" if broken else "not tried everywhere"


def _python(python: "PythonTrial") -> Iterator[str]:
    head = f"  {python.python} ({python.path}): "
    bad = [module for module in python.modules if not module.status.good]
    skipped = [module for module in python.modules if module.status == "skipped"]
    if python.status == "refused":
        yield f"{head}cannot be installed"
    elif python.status == "unprepared":
        yield f"{head}not tried, the environment could not be made"
    elif bad:
        yield f"{head}{len(bad)} of {plural(len(python.modules), 'import')} failed"
    else:
        yield f"{head}{plural(len(python.modules) - len(skipped), 'import')} good"
    for module in skipped:
        yield f"    {module.module}: left out, {module.message}"
    yield from _output(python.reason)
    # The modules of one package mostly fail for one reason.
    for _, group in groupby(bad, key=lambda m: (m.status, m.message, m.where, m.findings)):
        yield from _module(list(group))


def _module(modules: "list[ModuleTrial]") -> Iterator[str]:
    first = modules[0]
    for module in modules:
        yield f"    {module.module}"
    yield f"      {first.message}"
    if first.where:
        yield f"      at {first.where}"
    yield from _output(first.output, "      ")
    for finding in first.findings:
        yield f"      {finding.code} {finding.name}: {finding.message}"
        searched = finding.evidence.get("searched")
        if searched:
            yield f"        searched: {', '.join(searched)}"
        if finding.help:
            yield f"        help: {finding.help}"


def _output(text: str, indent: str = "    ") -> Iterator[str]:
    """Yield the last lines of what a program wrote."""
    lines = text.splitlines()
    if len(lines) > _MOST_LINES:
        yield f"{indent}| ... {len(lines) - _MOST_LINES} more lines"
    yield from (f"{indent}| {line}" for line in lines[-_MOST_LINES:])
