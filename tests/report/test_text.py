"""What a person reads, to the letter."""

import re
from dataclasses import replace

import pytest

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.findings import NotChecked, Report, Severity
from wheelcheck.report.look import Level, Look
from wheelcheck.report.text import render_text

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
BROKEN = Report("bad-1.0-py3-none-any.whl", "dist/bad-1.0-py3-none-any.whl", error="it is empty")


def clean(number: int) -> Report:
    wheel = f"demo-1.0-cp3{number}-cp3{number}-win_amd64.whl"
    return Report(wheel, f"dist/{wheel}", distribution="demo", version="1.0")


def test_one_broken_wheel() -> None:
    one = audits.report(audits.WINDOWS, audits.finding())
    assert (
        render_text(Audit((one,)))
        == """\
demo-1.0-cp39-abi3-win_amd64.whl: WILL BREAK
  tags      cp39-abi3-win_amd64
  repaired  by delvewheel 1.11
  modules   demo._demo; 1 other native object

  error  WC701 missing-library
    demo/_demo.pyd needs libdemo-2.dll, which is not in the wheel
      chain: demo/_demo.pyd -> libdemo-2.dll
    help: Bundle it.

  demo/_demo.pyd
  ├─ liba.dll: demo/liba.dll
  │  └─ system: KERNEL32.dll
  ├─ libdemo-2.dll: MISSING
  ├─ system: KERNEL32.dll
  └─ python: python3.dll

  not checked:
    demo/odd.dll: no reader for this machine

1 wheel: 1 error, 0 warnings, 0 notes
"""
    )


def test_clean_wheels_cost_a_line_each() -> None:
    wheels = [clean(n) for n in range(40)]
    text = render_text(Audit(tuple(wheels)))
    lines = [f"ok  {wheel.wheel}" for wheel in wheels]
    assert text.splitlines() == [*lines, "", "40 wheels: 0 errors, 0 warnings, 0 notes"]


def test_what_is_wrong_in_all_wheels_is_said_once() -> None:
    wheels = [f"demo-1.0-cp3{n}-cp3{n}-win_amd64.whl" for n in range(9, 14)]
    reports = [
        audits.report(
            wheel,
            audits.finding(
                Severity.WARNING, code="WC322", name="requires-python", wheel=wheel, member=None,
                message="Requires-Python is wrong", evidence={}, advice="Raise it.",
            ),
            audits.finding(wheel=wheel, member=f"d/_d.cp3{i}-win_amd64.pyd", message=f"needs {i}"),
        )
        for i, wheel in enumerate(wheels)
    ]  # fmt: skip
    text = render_text(Audit(tuple(reports)))
    assert (
        text[: text.index("WILL BREAK")]
        == """\
error  WC701 missing-library, in 5 wheels
  needs 0
    in: demo-1.0-cp39-cp39-win_amd64.whl
    likewise in 4 wheels: demo-1.0-cp310-cp310-win_amd64.whl, demo-1.0-cp311-cp311-win_amd64.whl, \
demo-1.0-cp312-cp312-win_amd64.whl and 1 more
    chain: demo/_demo.pyd -> libdemo-2.dll
  help: Bundle it.

warning  WC322 requires-python, in 5 wheels
  Requires-Python is wrong
    in 5 wheels: demo-1.0-cp39-cp39-win_amd64.whl, demo-1.0-cp310-cp310-win_amd64.whl, \
demo-1.0-cp311-cp311-win_amd64.whl and 2 more
  help: Raise it.

not checked:
  demo/odd.dll: no reader for this machine (in 5 wheels)

"""
    )
    assert "WILL BREAK  demo-1.0-cp313-cp313-win_amd64.whl (1 error, 1 warning)\n" in text


def test_a_wheel_that_cannot_be_read_comes_first() -> None:
    assert render_text(Audit((BROKEN,))) == (
        "bad-1.0-py3-none-any.whl: cannot be read\n  error  it is empty\n\n"
        "1 wheel: 1 unreadable, 0 errors, 0 warnings, 0 notes\n"
    )
    assert render_text(Audit((clean(9), BROKEN))) == (
        "bad-1.0-py3-none-any.whl: cannot be read\n  error  it is empty\n\n"
        "ok              demo-1.0-cp39-cp39-win_amd64.whl\n"
        "cannot be read  bad-1.0-py3-none-any.whl\n\n"
        "2 wheels: 1 unreadable, 0 errors, 0 warnings, 0 notes\n"
    )


def test_a_release_has_its_grid_and_its_findings() -> None:
    text = render_text(audits.audit())
    assert (
        """\
release demo 1.0
                    cp312  cp313    cp314t
  win_amd64         abi3   abi3     -
  manylinux_x86_64  abi3   MISSING  -

abi3: one for the stable ABI of this or an older Python; -: none; MISSING: none, where one is \
expected

"""
        in text
    )
    assert "error  WC901 missing-wheel\n  no wheel serves cp313 on manylinux_x86_64\n" in text


def test_the_words_of_grids_are_explained_once() -> None:
    audit = audits.audit()
    [release] = audit.releases
    audit = replace(audit, releases=(release, replace(release, project="other")))
    text = render_text(audit)
    assert text.count("\n  manylinux_x86_64  abi3") == 2
    assert text.count("one for the stable ABI") == 1


def test_a_sound_release_of_one_wheel_has_no_grid() -> None:
    audit = audits.audit()
    [release] = audit.releases
    alone = replace(release, wheels=release.wheels[:1])
    assert "release demo" in render_text(replace(audit, releases=(alone,)))
    served = tuple(tuple(cell is not None for cell in row) for row in release.grid.cells)
    sound = replace(alone, grid=replace(release.grid, expected=served))
    text = render_text(replace(audit, releases=(sound,)))
    assert "release demo" not in text
    assert "one for the stable ABI" not in text


def test_few_notes_are_shown_and_all_when_it_is_verbose() -> None:
    found = [
        audits.finding(Severity.NOTE, code="WC802", message=f"note {n}", member=f"m{n}.dll")
        for n in range(30)
    ]
    audit = Audit((audits.report(audits.WINDOWS, *found),))
    text = render_text(audit)
    assert "note 2\n" in text
    assert "note 3\n" not in text
    assert "... 27 more (-v shows all)" in text
    assert "chain:" not in text
    text = render_text(audit, Look(level=Level.VERBOSE))
    assert "note 29\n" in text
    assert text.count("chain: demo/_demo.pyd -> libdemo-2.dll") == 30
    assert "ignored:\n    WC802 debug-data demo/liba.dll (by ignore WC802)\n" in text


def test_verbose_shows_each_wheel_by_itself() -> None:
    text = render_text(audits.audit(), Look(level=Level.VERBOSE))
    assert text.count("\n  tags      ") == 2
    assert text.count("liba.dll: demo/liba.dll") == 2
    assert "WC901 missing-wheel" in text


def test_quiet_shows_what_decides_the_exit_status() -> None:
    look = Look(level=Level.QUIET, least=Severity.ERROR)
    text = render_text(audits.audit(), look)
    assert text.startswith("bad-1.0-py3-none-any.whl: cannot be read\n")
    assert re.findall(r"WC\d+", text) == ["WC701", "WC901"]
    assert ": ok" not in text
    assert "release" not in text
    look = Look(level=Level.QUIET, least=Severity.WARNING)
    assert "WC704" in render_text(audits.audit(), look)
    assert render_text(Audit((clean(9),)), look) == "1 wheel: 0 errors, 0 warnings, 0 notes\n"
    assert render_text(audits.audit(), Look(level=Level.SILENT)) == ""


@pytest.mark.parametrize("level", [Level.QUIET, Level.NORMAL, Level.VERBOSE])
@pytest.mark.parametrize("width", [None, 40, 80])
@pytest.mark.parametrize("audit", [audits.audit(), audits.hostile(), audits.many(3, 50), Audit(())])
def test_colour_adds_nothing_to_the_text(audit: Audit, width: int | None, level: Level) -> None:
    plain = render_text(audit, Look(width=width, level=level))
    coloured = render_text(audit, Look(width=width, level=level, color=True))
    assert ESCAPE.sub("", coloured) == plain
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", plain)
    assert not re.search(r" $", plain, re.MULTILINE)
    assert "\n\n\n" not in plain


def test_lines_fit_the_terminal_and_lose_nothing() -> None:
    plain = render_text(audits.audit())
    wrapped = render_text(audits.audit(), Look(width=60))
    assert wrapped.split() == plain.split()
    assert max(len(line) for line in wrapped.splitlines()) <= 60


def test_ascii_draws_with_ascii() -> None:
    assert render_text(audits.audit(), Look(unicode=False)).isascii()


def test_what_is_not_checked_is_cut() -> None:
    many = tuple(NotChecked(f"m{n}.dll", "no reader") for n in range(5))
    text = render_text(Audit((Report("d-1-py3-none-any.whl", "d", not_checked=many),)))
    assert text.count("no reader") == 3
    assert "... 2 more (-v shows all)" in text
