"""What ``repair``, ``rules`` and ``rule`` print."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.cli import main
from wheelcheck.repairing.run import repair
from wheelcheck.report.look import Level, Look
from wheelcheck.report.plan import render_repair
from wheelcheck.report.rule_text import render_rule_list, render_rule_text
from wheelcheck.rules import all_rules, find_rule

if TYPE_CHECKING:
    from collections.abc import Callable

Capture = pytest.CaptureFixture[str]
DATA = Path(__file__).parents[2] / "testdata"
DEMO = DATA / "wheels" / "demo-1.0-cp39-abi3-win_amd64.whl"
ODD = DATA / "wheels" / "demo_wrongmachine-1.0-cp39-abi3-win_amd64.whl"
LIBRARIES = str(DATA / "libs-win_amd64")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that does not exist; PATH has three that hold nothing."""
    places = [tmp_path / name for name in "abc"]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, places)))
    return tmp_path / "out"


def call(out: Path, *arguments: str | Path) -> int:
    return main(["repair", "-w", str(out), *map(str, arguments)])


def test_a_dry_run_names_the_output(out: Path, capsys: Capture) -> None:
    assert call(out, "--dry-run", "--add-path", LIBRARIES, DEMO) == 0
    assert capsys.readouterr().out.startswith(f"{DEMO.name}: would be repaired -> {DEMO.name}\n")
    assert not out.exists()


def test_new_tags_are_told(tmp_path: Path) -> None:
    leaf = (DATA / "elf" / "x86_64-gnu" / "libleaf.so.1").read_bytes()
    wheel = WheelBuilder(tag="cp39-abi3-linux_x86_64", files={"demo/libleaf.so.1": leaf})
    done = repair(wheel.write(tmp_path), dry_run=True, environ={})
    new = done.plan.output.removeprefix("demo-1.0-").removesuffix(".whl")
    assert "manylinux" in new
    assert f"\n  tags     cp39-abi3-linux_x86_64 -> {new}\n" in render_repair(done)


def test_path_is_one_place_in_a_refusal(out: Path, capsys: Capture) -> None:
    assert call(out, "--prefix", out.parent, DEMO) == 1
    said = capsys.readouterr().err
    assert f"Searched: {out.parent} (--prefix), " in said
    assert ", PATH (3 folders).\n" in said


def test_the_output_folder_is_a_file(out: Path, capsys: Capture) -> None:
    out.write_text("")
    assert call(out, "--add-path", LIBRARIES, DEMO) == 2
    assert capsys.readouterr().err == (
        f"wheelcheck: error: cannot write into {out}: it is no folder\n"
    )


def test_several_wheels_are_summed_up(out: Path, capsys: Capture) -> None:
    assert call(out, "--add-path", LIBRARIES, DEMO, ODD) == 1
    captured = capsys.readouterr()
    assert captured.out.endswith("\n\n2 wheels: 1 repaired, 1 not repaired\n")
    assert captured.err.startswith(
        f"wheelcheck: {ODD.name}: not repaired: the binaries contradict the tag: "
    )
    assert call(out, "--add-path", LIBRARIES, DEMO) == 0
    assert "1 wheel" not in capsys.readouterr().out


def test_json(out: Path, capsys: Capture, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged-1.0-py3-none-any.whl"
    damaged.write_bytes(b"PK")
    arguments: list[str | Path] = ["--add-path", LIBRARIES, DEMO, ODD, damaged, "--format", "json"]
    assert call(out, *arguments) == 2
    document = json.loads(capsys.readouterr().out)
    check(document, "repair")
    good, odd, bad = document["wheels"]
    assert [each["action"] for each in document["wheels"]] == ["repaired", "refused", "unreadable"]
    assert Path(good["output"]).is_file()
    assert good["plan"]["bundles"]
    assert good["error"] is None
    assert "contradict the tag" in odd["error"]
    assert (odd["plan"], odd["output"], bad["path"]) == (None, None, str(damaged))
    file = tmp_path / "repairs.json"
    assert call(out, "--add-path", LIBRARIES, DEMO, "--format", "json", "-o", str(file)) == 0
    assert capsys.readouterr().out == ""
    [again] = json.loads(file.read_text("utf-8"))["wheels"]
    assert again == good


def test_libraries_that_are_missing_are_named_in_json(out: Path, capsys: Capture) -> None:
    assert call(out, DEMO, "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    check(document, "repair")
    [refused] = document["wheels"]
    assert refused["action"] == "refused"
    assert refused["missing"]
    assert not out.exists()


def test_text_in_a_file(out: Path, capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "repairs.txt"
    assert call(out, "--add-path", LIBRARIES, DEMO, ODD, "-o", str(file)) == 1
    assert capsys.readouterr().out == ""
    text = file.read_text("utf-8")
    assert text.startswith(f"{DEMO.name}: repaired -> {out / DEMO.name}\n")
    assert text.endswith("\n\n2 wheels: 1 repaired, 1 not repaired\n")


def test_quiet_and_silent(out: Path, capsys: Capture) -> None:
    assert call(out, "-q", "--add-path", LIBRARIES, DEMO, ODD) == 1
    captured = capsys.readouterr()
    assert captured.out == "2 wheels: 1 repaired, 1 not repaired\n"
    assert "not repaired" in captured.err
    assert call(out, "-qq", "--add-path", LIBRARIES, DEMO, ODD) == 1
    assert capsys.readouterr() == ("", "")


def test_long_plans_are_cut_unless_all_is_wanted(tmp_path: Path) -> None:
    done = repair(DEMO, tmp_path, dry_run=True, add_paths=[LIBRARIES], environ={})
    [bundle, *_] = done.plan.bundles
    many = replace(done, plan=replace(done.plan, bundles=(bundle,) * 30))
    text = render_repair(many)
    assert text.count("\n  bundle   ") == 20
    assert "           ... 10 more to bundle (-v shows all)\n" in text
    assert render_repair(many, Look(level=Level.VERBOSE)).count("\n  bundle   ") == 30


@pytest.mark.parametrize("width", [None, 50, 120])
def test_colour_adds_nothing(tmp_path: Path, width: int | None) -> None:
    done = repair(DEMO, tmp_path, dry_run=True, add_paths=[LIBRARIES], environ={})
    renderers: tuple[Callable[[Look], str], ...] = (
        lambda look: render_repair(done, look),
        lambda look: render_rule_list(all_rules(), look),
        lambda look: render_rule_text(find_rule("WC701"), look),
    )
    for render in renderers:
        plain = render(Look(width=width))
        if width is not None:
            coloured = render(Look(width=width, color=True))
            assert coloured != plain
            assert ESCAPE.sub("", coloured) == plain
            words = [line for line in plain.splitlines() if len(line) > width]
            # Only what is one word is longer than a line.
            assert all(len(line.split()) == 1 for line in words)


def test_the_start_of_codes_lists_a_family(capsys: Capture) -> None:
    assert main(["rule", "wc7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("WC701  error    missing-library ")
    assert len(lines) == sum(rule.code.startswith("WC7") for rule in all_rules())
    assert main(["rule", "WC701"]) == 0
    assert capsys.readouterr().out.startswith("# WC701 missing-library\n")


def test_a_mistake_is_said_in_a_line(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["inspect", "--formt", "json", "x"])
    [line] = capsys.readouterr().err.splitlines()
    assert line == (
        "wheelcheck: error: unrecognized arguments: --formt; did you mean --format? "
        "(`wheelcheck inspect --help` tells more)"
    )


@pytest.mark.parametrize("command", ["repair", "inspect", "test", "fuse", "diff"])
def test_help_fits_the_terminal(
    command: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([command, "--help"])
    text = capsys.readouterr().out
    # argparse itself breaks no option of many choices.
    assert not [x for x in text.splitlines() if len(x) > 80 and "{" not in x]
    assert "\n  1  " in text or command == "diff"
