"""What became of wheels that were installed and imported, as text."""

import re
from dataclasses import replace

import pytest

from tests.report import audits
from wheelcheck.report.look import Level, Look
from wheelcheck.report.trial import render_trials
from wheelcheck.trying.model import (
    ModuleStatus,
    ModuleTrial,
    PythonStatus,
    PythonTrial,
    WheelTrial,
)

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")

GOOD = ModuleTrial("demo", ModuleStatus.IMPORTED)
CRASHED = ModuleTrial(
    "demo._demo",
    ModuleStatus.CRASHED,
    "the process was ended by SIGSEGV",
    output="\n".join(f"line {n} \x1b[2J" for n in range(20)),
    findings=(audits.finding(),),
)
HERE = PythonTrial("CPython 3.13.0", "/usr/bin/python3.13", PythonStatus.GOOD, modules=(GOOD,))
BAD = replace(HERE, status=PythonStatus.BAD, modules=(GOOD, CRASHED))
OLD = PythonTrial("CPython 3.8.1", "/old", PythonStatus.UNFIT, "ABI: none of its tags")
LATER = replace(HERE, status=PythonStatus.UNPREPARED, reason="no module named venv")


def trial(*pythons: PythonTrial, name: str = "good") -> WheelTrial:
    wheel = f"{name}-1.0-py3-none-any.whl"
    return WheelTrial(wheel, wheel, audits.report(wheel), pythons)


WHEELS = (trial(HERE, OLD), trial(BAD, name="bad"), trial(OLD, name="old"))


def test_a_good_wheel() -> None:
    assert render_trials([trial(HERE, OLD)]) == (
        "good-1.0-py3-none-any.whl: ok\n"
        "  CPython 3.13.0 (/usr/bin/python3.13): 1 import good\n"
        "  not for CPython 3.8.1\n"
    )
    text = render_trials([trial(HERE, OLD)], look=Look(level=Level.VERBOSE))
    assert text.endswith("  not for CPython 3.8.1\n    ABI: none of its tags\n")


def test_a_broken_one() -> None:
    text = render_trials([trial(BAD)])
    assert "1 of 2 imports failed\n    demo._demo\n" in text
    assert "      | ... 8 more lines (-v shows all)\n      | line 8 \\x1b[2J\n" in text
    assert "      WC701 missing-library: " in text
    assert "line 0" in render_trials([trial(BAD)], look=Look(level=Level.VERBOSE))


@pytest.mark.parametrize(
    ("pythons", "verdict"),
    [
        ((HERE, LATER), "not tried everywhere"),
        ((OLD,), "not tried, it is for no Python of this host"),
        ((), "not tried, it is for no Python of this host"),
        ((replace(OLD, status=PythonStatus.REFUSED), LATER), "BROKEN"),
    ],
)
def test_verdicts(pythons: tuple[PythonTrial, ...], verdict: str) -> None:
    assert render_trials([trial(*pythons)]).startswith(f"good-1.0-py3-none-any.whl: {verdict}\n")


def test_several_are_summed_up() -> None:
    text = render_trials(WHEELS, 1)
    assert text.endswith(
        "\n\n4 wheels: 1 ok, 1 BROKEN, 1 for no Python of this host, 1 unreadable\n"
    )
    assert "wheels:" not in render_trials(WHEELS[:1])


def test_quiet_leaves_out_what_is_good() -> None:
    text = render_trials(WHEELS, look=Look(level=Level.QUIET))
    assert text.startswith("bad-1.0-py3-none-any.whl: BROKEN\n")
    assert "good-1.0" not in text
    assert text.endswith("\n3 wheels: 1 ok, 1 BROKEN, 1 for no Python of this host\n")
    assert render_trials(WHEELS[:1], look=Look(level=Level.QUIET)) == ""
    assert render_trials(WHEELS, look=Look(level=Level.SILENT)) == ""


@pytest.mark.parametrize("width", [None, 50, 120])
def test_colour_adds_nothing(width: int | None) -> None:
    plain = render_trials(WHEELS, look=Look(width=width))
    coloured = render_trials(WHEELS, look=Look(width=width, color=True))
    assert coloured != plain
    assert ESCAPE.sub("", coloured) == plain
    if width is not None:
        words = [line for line in plain.splitlines() if len(line) > width]
        assert all(len(line.split()) == 1 for line in words)
