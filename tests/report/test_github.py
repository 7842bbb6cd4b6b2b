"""Workflow commands, of which no name in a wheel can make one of its own."""

import re

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.findings import Severity
from wheelcheck.report.github import render_github

COMMAND = re.compile(r"::(error|warning|notice) file=([^,:]*),title=([^,:]*)::(.*)")


def test_findings_are_annotations_the_worst_first() -> None:
    lines = render_github(audits.audit()).splitlines()
    commands = [m for m in map(COMMAND.fullmatch, lines) if m]
    kinds = [match[1] for match in commands]
    assert kinds == ["error", "error", "error", "warning", "notice"]
    assert commands[0][3] == "wheel cannot be read"
    assert commands[1][2] == "dist/demo-1.0-cp39-abi3-win_amd64.whl"
    assert commands[1][3] == "WC701 missing-library"
    assert commands[1][4].endswith("which is not in the wheel%0ABundle it.")
    assert lines[-1] == "3 wheels: 1 unreadable, 2 errors, 1 warning, 1 note"
    group = lines.index("::group::Not checked")
    assert lines[group + 1 : -2] == [
        "- dist/demo-1.0.tar.gz: a source distribution, not a wheel",
        "- demo-1.0-cp39-abi3-win_amd64.whl: demo/odd.dll: no reader for this machine",
        "- demo-1.0-cp39-abi3-manylinux_2_28_x86_64.whl: demo/odd.dll: no reader for this machine",
    ]


def test_no_name_makes_a_command() -> None:
    text = render_github(audits.hostile())
    assert "##[" not in text
    own = re.compile(r"::(error|warning|notice|group|endgroup)\b")
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::") or own.match(line)
        if (match := COMMAND.fullmatch(line)) is not None:
            assert re.fullmatch(r"(?:%25|%0A|%3A|%2C|[^%])*", match[4])
    assert not set(text) & set("\r\x1b\u202e")
    assert len(COMMAND.findall(text)) == 3


def test_special_characters_come_out_as_they_went_in() -> None:
    message = "50% of a, b: c\nd"
    odd = audits.report("a-1-%,:b.whl", audits.finding(message=message, advice=""))
    line = render_github(Audit((odd,))).splitlines()[0]
    assert line.startswith("::error file=dist/a-1-%25%2C%3Ab.whl,")
    assert line.endswith("::50%25 of a, b: c%0Ad")


def test_ten_of_a_kind_are_shown_and_the_rest_counted() -> None:
    text = render_github(audits.many(2, 60))
    assert text.count("::error ") == text.count("::warning ") == text.count("::notice ") == 10
    assert text.endswith("(90 findings not shown here: GitHub shows ten of a kind)\n")


def test_nothing_found() -> None:
    assert render_github(Audit(())) == "0 wheels: 0 errors, 0 warnings, 0 notes\n"
    assert Severity.ERROR not in render_github(Audit((audits.report(),))).split("::group::")[0]
