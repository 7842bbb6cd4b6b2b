"""``--jobs`` and ``--format jsonl``: the same findings, sooner."""

import json
from pathlib import Path

import pytest

from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck import inspection
from wheelcheck.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the wheels of two projects, with an error each and findings on the release."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wheelcheck.toml").write_text("")
    files = {"b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"]})}
    found = [
        WheelBuilder(name=name, version=version, tag=tag, files=files).write(tmp_path).name
        for name, version in (("a", "1.0"), ("b", "1.0"), ("b", "2.0"))
        for tag in ("cp312-cp312-win_amd64", "cp313-cp313-win_amd64")
    ]
    (tmp_path / "c-1-py3-none-any.whl").write_bytes(b"no archive")
    return [*found, "c-1-py3-none-any.whl"]


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif"])
@pytest.mark.parametrize("jobs", ["0", "2", "5"])
def test_jobs_change_nothing(names: list[str], capsys: Capture, form: str, jobs: str) -> None:
    assert main(["inspect", "--format", form, *names]) == 2
    expected = capsys.readouterr()
    assert main(["inspect", "--format", form, "-j", jobs, *names]) == 2
    assert capsys.readouterr() == expected


@pytest.mark.parametrize("jobs", ["-1", "two", "257", "²", ""])
def test_odd_jobs(names: list[str], capsys: Capture, jobs: str) -> None:
    with pytest.raises(SystemExit):
        main(["inspect", f"--jobs={jobs}", *names])
    assert "is no number from 0 to 256" in capsys.readouterr().err


def test_lines_hold_what_the_document_holds(names: list[str], capsys: Capture) -> None:
    main(["inspect", "--format", "json", *names])
    document = json.loads(capsys.readouterr().out)
    main(["inspect", "--format", "jsonl", *names])
    *wheels, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert [line["wheel"] for line in wheels] == document.pop("wheels")
    assert {line["schema_version"] for line in wheels} == {document["schema_version"]}
    assert last == document
    assert any(release["findings"] for release in last["releases"])


def test_a_file_holds_the_same_lines(names: list[str], capsys: Capture) -> None:
    main(["inspect", "--format", "jsonl", *names])
    expected = capsys.readouterr().out
    main(["inspect", "--format", "jsonl", "-o", "out.jsonl", *names])
    assert Path("out.jsonl").read_text("utf-8") == expected
    assert capsys.readouterr().out == ""


def test_a_line_is_written_before_the_next_wheel_is_read(
    names: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[int] = []
    inspect = inspection._inspect

    def noted(path: Path, *arguments: object) -> object:
        lines.append(capsys.readouterr().out.count("\n"))
        return inspect(path, *arguments)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(inspection, "_inspect", noted)
    main(["inspect", "--format", "jsonl", *names])
    assert lines == [0, *[1] * (len(names) - 1)]


def test_lines_and_a_baseline(names: list[str], capsys: Capture) -> None:
    def last(*options: str) -> tuple[object, str]:
        main(["inspect", "--format", "jsonl", *options, *names[:-1]])
        said = capsys.readouterr()
        return json.loads(said.out.splitlines()[-1]), said.err

    def expected(*options: str) -> tuple[object, str]:
        main(["inspect", "--format", "json", *options, *names[:-1]])
        said = capsys.readouterr()
        document = json.loads(said.out)
        del document["wheels"]
        return document, said.err

    writing = ("--write-baseline", "accepted.json")
    assert last(*writing) == expected(*writing)
    reading = ("--baseline", "accepted.json")
    found, remark = last(*reading)
    assert (found, remark) == expected(*reading)
    assert isinstance(found, dict)
    assert found["summary"]["errors"] == 0


def test_an_external_library_is_used_in_lines_too(names: list[str], capsys: Capture) -> None:
    Path("wheelcheck.toml").write_text(
        'external-libraries = { "libgmp-10.dll" = "", "other.dll" = "" }'
    )
    main(["inspect", "--format", "jsonl", names[0]])
    said = capsys.readouterr().err
    assert "'other.dll' fits no library" in said
    assert "libgmp" not in said
