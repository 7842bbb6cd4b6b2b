"""Settings and baseline on the command line."""

import json
from pathlib import Path

import pytest

from tests.native import extension
from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a wheel with one error, WC701, in a working folder that has default settings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wheelcheck.toml").write_text("")
    files = {"b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"]})}
    return WheelBuilder(name="bad", files=files).write(tmp_path).name


def settings(text: str) -> None:
    Path("wheelcheck.toml").write_text(text, "utf-8")


def test_ignore_and_select(bad: str) -> None:
    assert main(["inspect", bad]) == 1
    assert main(["inspect", bad, "--ignore", "WC7"]) == 0
    assert main(["inspect", bad, "--ignore", "WC1, missing-library", "--ignore", "WC2"]) == 0
    assert main(["inspect", bad, "--select", "WC1,WC2"]) == 0
    assert main(["inspect", bad, "--select", "WC1", "--select", "wc701"]) == 1


def test_settings_of_the_folder(bad: str, capsys: Capture) -> None:
    settings('ignore = ["WC701"]')
    assert main(["inspect", bad]) == 0
    assert capsys.readouterr().err == ""
    assert main(["inspect", bad, "--isolated"]) == 1
    Path("other.toml").write_text('severity = { WC701 = "warning" }')
    assert main(["inspect", bad, "--config", "other.toml"]) == 0
    assert main(["inspect", bad, "--config", "other.toml", "--fail-on", "warning"]) == 1


def test_the_call_comes_before_the_settings(bad: str) -> None:
    settings('select = ["WC1"]\nfail-on = "note"\nignore = ["WC8"]')
    assert main(["inspect", bad]) == 0
    assert main(["inspect", bad, "--select", "WC7"]) == 1
    assert main(["inspect", bad, "--select", "WC7", "--ignore", "WC701"]) == 0


def test_profile(tmp_path: Path) -> None:
    local = str(WheelBuilder(version="1.0+x", tag="py3-none-any").write(tmp_path))
    assert main(["inspect", local, "--isolated"]) == 1
    assert main(["inspect", local, "--isolated", "--profile", "private"]) == 0


def test_an_ignore_of_no_use_is_told(bad: str, capsys: Capture) -> None:
    settings('ignore = ["WC701"]\nper-wheel-ignores = { "x*" = ["WC1"] }')
    assert main(["inspect", bad, "--ignore", "WC3"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[0].endswith("wheelcheck.toml: ignore WC3 matches no finding")
    assert said[1].endswith("per-wheel-ignores 'x*' WC1 matches no finding")


def test_mistakes_are_a_wrong_call(bad: str, capsys: Capture) -> None:
    settings("ignroe = []")
    assert main(["inspect", bad, "--format", "json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "did you mean 'ignore'?" in captured.err
    assert main(["inspect", bad, "--isolated", "--ignore", "WC999"]) == 2
    assert main(["inspect", bad, "--config", "absent.toml"]) == 2
    assert main(["inspect", bad, "--isolated", "--baseline", "absent.json"]) == 2
    with pytest.raises(SystemExit):
        main(["inspect", bad, "--isolated", "--config", "x.toml"])
    with pytest.raises(SystemExit):
        main(["inspect", bad, "--baseline", "x", "--write-baseline", "y"])


def test_baseline(bad: str, tmp_path: Path, capsys: Capture) -> None:
    assert main(["inspect", bad, "--write-baseline", "b.json"]) == 0
    assert "1 finding accepted in b.json" in capsys.readouterr().err
    assert main(["inspect", bad, "--baseline", "b.json", "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == "wheelcheck: 1 finding left out by b.json\n"
    document = json.loads(captured.out)
    check(document)
    [wheel] = document["wheels"]
    assert (wheel["status"], wheel["findings"]) == ("clean", [])
    assert wheel["ignored"] == [
        {"code": "WC701", "name": "missing-library", "member": "b/_b.pyd", "by": ["baseline"]}
    ]
    files = {"b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"], "libmpfr-6.dll": ["g"]})}
    WheelBuilder(name="bad", files=files).write(tmp_path)
    assert main(["inspect", bad, "--baseline", "b.json"]) == 1
    assert "libmpfr-6.dll" in capsys.readouterr().out


def test_accepted_findings_that_are_gone(bad: str, tmp_path: Path, capsys: Capture) -> None:
    members = {f"b/_b{i:02}.pyd": extension(f"_b{i:02}", {"x.dll": ["f"]}) for i in range(23)}
    WheelBuilder(name="bad", files=members).write(tmp_path)
    main(["inspect", bad, "--write-baseline", "b.json"])
    capsys.readouterr()
    WheelBuilder(name="bad", files={"b/_b00.pyd": members["b/_b00.pyd"]}).write(tmp_path)
    assert main(["inspect", bad, "--baseline", "b.json"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "wheelcheck: b.json: WC701 of bad on 'b/_b01.*' no longer occurs"
    assert said[-2] == "wheelcheck: b.json: 2 more no longer occur"
    assert said[-1] == "wheelcheck: 1 finding left out by b.json"


def test_the_report_comes_even_if_the_baseline_cannot_be_written(bad: str, capsys: Capture) -> None:
    call = ["inspect", bad, "--format", "json", "--write-baseline", "absent/b.json"]
    assert main(call) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["summary"]["wheels"] == 1
    assert "cannot be written" in captured.err


def test_an_unreadable_wheel_is_never_accepted(bad: str, capsys: Capture) -> None:
    Path("worse-1.0-py3-none-any.whl").write_bytes(b"PK")
    wheels = [bad, "worse-1.0-py3-none-any.whl"]
    assert main(["inspect", *wheels, "--write-baseline", "b.json"]) == 2
    assert main(["inspect", *wheels, "--baseline", "b.json", "--ignore", "WC"]) == 2
    assert "cannot be read" in capsys.readouterr().out
