"""Formats, and where the result goes."""

import json
from pathlib import Path

import pytest

from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck.cli import main
from wheelcheck.report.formats import FORMATS

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a wheel with one error in the working folder."""
    monkeypatch.chdir(tmp_path)
    files = {"b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"]})}
    return WheelBuilder(name="bad", files=files).write(tmp_path).name


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_what_stdout_would(bad: str, name: str, capsys: Capture) -> None:
    assert main(["inspect", bad, "--format", name]) == 1
    text = capsys.readouterr().out
    assert "WC701" in text
    assert main(["inspect", bad, "--format", name, "-o", "out"]) == 1
    assert capsys.readouterr().out == ""
    assert Path("out").read_bytes() == text.encode()


def test_concise_is_one_line_a_finding(bad: str, capsys: Capture) -> None:
    Path("worse-1.0-py3-none-any.whl").write_bytes(b"PK")
    assert main(["inspect", bad, "worse-1.0-py3-none-any.whl", "--format", "concise"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "bad-1.0-cp39-abi3-win_amd64.whl: error: WC701 missing-library: b/_b.pyd needs libgmp-10"
    )
    assert lines[1].startswith("worse-1.0-py3-none-any.whl: error: cannot be read: ")
    assert lines[2] == "2 wheels: 1 unreadable, 1 error, 0 warnings, 0 notes"
    assert len(lines) == 3


def test_a_file_that_cannot_be_written(bad: str, capsys: Capture) -> None:
    assert main(["inspect", bad, "--format", "json", "-o", "a\0b"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("wheelcheck: error: cannot write ")
    assert [p.name for p in Path().iterdir()] == [bad]


@pytest.mark.parametrize(
    ("name", "problem"),
    [("absent/out.json", "there is no folder absent"), (".", ". is a folder")],
)
def test_a_wrong_folder_is_told_before_the_work(
    bad: str, capsys: Capture, name: str, problem: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["inspect", bad, "-o", name])
    assert stop.value.code == 2
    assert f"argument -o/--output: {problem} (" in capsys.readouterr().err


def test_an_existing_file_is_replaced_and_its_mode_and_links_are_kept(bad: str) -> None:
    old = Path("old.json")
    old.write_text("old")
    old.chmod(0o640)
    Path("link.json").symlink_to(old)
    main(["inspect", bad, "--format", "json", "-o", "link.json"])
    assert Path("link.json").is_symlink()
    assert json.loads(old.read_text())["summary"]["errors"] == 1
    assert old.stat().st_mode & 0o777 == 0o640
