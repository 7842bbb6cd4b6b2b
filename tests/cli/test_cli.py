"""The command line as a user meets it."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.native import extension, library
from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.cli import main


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return WheelBuilder(name="good", files={"g/_g.pyd": extension("_g")}).write(tmp_path)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    files = {"b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"]})}
    return WheelBuilder(name="bad", files=files).write(tmp_path)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    path = tmp_path / "damaged-1.0-py3-none-any.whl"
    path.write_bytes(b"PK\x03\x04 and no more")
    return path


def test_exit_status(good: Path, bad: Path, damaged: Path) -> None:
    assert main(["inspect", str(good)]) == 0
    assert main(["inspect", str(good), str(bad)]) == 1
    assert main(["inspect", str(good), str(damaged), str(bad)]) == 2


def test_fail_on(tmp_path: Path) -> None:
    files = {"b/_b.pyd": extension("_b", {"MSVCP140.dll": ["f"]})}
    warned = str(WheelBuilder(files=files).write(tmp_path))
    assert main(["inspect", warned]) == 0
    assert main(["inspect", warned, "--fail-on", "warning"]) == 1


def test_a_wrong_call_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    for call in ([], ["inspect"], ["inspect", "--no-such"], ["frobnicate"]):
        with pytest.raises(SystemExit) as stop:
            main(call)
        assert stop.value.code == 2
    assert main(["rule", "missing-libary"]) == 2
    assert "did you mean" in capsys.readouterr().err


def test_text_says_what_breaks_and_what_to_do(
    bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["inspect", str(bad)])
    text = capsys.readouterr().out
    assert text.startswith(f"{bad.name}: WILL BREAK\n")
    assert "libgmp-10.dll: MISSING" in text
    assert "WC701 missing-library" in text
    assert "chain: b/_b.pyd -> libgmp-10.dll" in text
    assert text.endswith("1 wheel: 1 error, 0 warnings, 0 notes\n")


def test_json_is_one_document_that_fits_the_schema(
    good: Path, bad: Path, damaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", "--format", "json", str(good), str(damaged), str(bad)]) == 2
    document = json.loads(capsys.readouterr().out)
    check(document)
    assert [w["status"] for w in document["wheels"]] == ["clean", "unreadable", "findings"]
    assert document["summary"] == {
        "wheels": 3,
        "unreadable": 1,
        "errors": 1,
        "warnings": 0,
        "notes": 0,
    }
    [finding] = document["wheels"][2]["findings"]
    assert finding["code"] == "WC701"
    assert finding["wheel"] == bad.name
    assert finding["member"] == "b/_b.pyd"
    assert finding["evidence"]["library"] == ["libgmp-10.dll"]


def test_a_release_is_judged_as_a_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for tag in ("cp312-cp312-win32", "cp313-cp313-win_amd64"):
        WheelBuilder(tag=tag, files={f"demo/{tag}.py": b""}).write(tmp_path)
    (tmp_path / "wheelcheck.toml").write_text(
        '[release.expected]\npythons = ["cp312"]\nplatforms = ["win_amd64"]\n', "utf-8"
    )
    arguments = ["--config", str(tmp_path / "wheelcheck.toml"), str(tmp_path / "*.whl")]
    assert main(["inspect", "--format", "json", *arguments]) == 1
    document = json.loads(capsys.readouterr().out)
    check(document)
    assert document["summary"]["errors"] == 1
    [release] = document["releases"]
    [finding] = release["findings"]
    assert (finding["code"], finding["wheel"]) == ("WC902", "demo")
    assert release["grid"]["pythons"] == ["cp312", "cp313"]
    assert release["grid"]["cells"][1][0]["by"] == "cp312-cp312-win32"
    assert release["grid"]["expected"] == [[True, False], [False, False]]


def test_what_lies_beside_wheels_is_named_and_skipped(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for suffix in ("tar.gz", "whl.asc", "whl.publish.attestation", "whl.sigstore.json"):
        (good.parent / f"good-1.0.{suffix}").write_bytes(b"")
    assert main(["inspect", "--format", "json", str(good.parent / "*")]) == 0
    output = capsys.readouterr()
    document = json.loads(output.out)
    check(document)
    assert len(document["wheels"]) == 1
    assert len(document["skipped"]) == 4
    assert output.err.count("skipped") == 4


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    assert main(["inspect", str(tmp_path / "*.whl")]) == 2


def test_json_for_no_wheel_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.tar.gz").touch()
    assert main(["inspect", "--format", "json", str(tmp_path / "a.tar.gz")]) == 0
    check(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_output_never_fails_for_its_encoding(tmp_path: Path, encoding: str) -> None:
    wheel = WheelBuilder(files={"péçk/_é.pyd": extension("x", {"ł.dll": ["f"]})}).write(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "wheelcheck", "inspect", str(wheel)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"WC701" in done.stdout


def test_control_characters_are_shown_as_escapes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"p/_p.pyd": extension("_p", {"a\x1b[31m.dll": ["f"]})}
    main(["inspect", str(WheelBuilder(files=files).write(tmp_path))])
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\\x1b[31m" in text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("call", [["rules"], ["inspect", "{wheel}"], ["repair", "{wheel}"]])
def test_an_output_that_is_full_is_no_traceback(
    good: Path, tmp_path: Path, call: list[str]
) -> None:
    words = [word.format(wheel=good) for word in call]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "wheelcheck", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("wheelcheck: error: cannot write the output")
    assert "Traceback" not in done.stderr


def test_names_from_wheels_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"p/_p.pyd": extension("_p", {"a\x1b[31m\u202ez.dll": ["f"]})}
    wheel = WheelBuilder(files=files).write(tmp_path)
    assert main(["repair", str(wheel), "-w", str(tmp_path / "out")]) == 1
    text = capsys.readouterr().err
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[31m" in text


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert "WC701  error    missing-library" in capsys.readouterr().out
    for name in ("WC701", "wc701", "missing-library"):
        assert main(["rule", name]) == 0
        assert capsys.readouterr().out.startswith("# WC701 missing-library\n")


def test_repair(bad: Path, good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "libgmp-10.dll").write_bytes(library("f"))
    out = tmp_path / "out"
    call = ["repair", "--windows", str(bad), str(good), "-w", str(out)]
    assert main(call) == 1
    output = capsys.readouterr()
    assert "libgmp-10.dll, needed by b/_b.pyd" in output.err
    assert [p.name for p in out.iterdir()] == [good.name]
    assert main([*call, "--add-path", os.pathsep.join(["", str(tmp_path / "libs")])]) == 0
    assert sorted(p.name for p in out.iterdir()) == sorted([good.name, bad.name])
    assert "bundle   b/libgmp-10-" in capsys.readouterr().out
    assert main(["inspect", str(out / bad.name)]) == 0


def test_an_absent_added_folder_is_a_warning(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["repair", str(good), "--add-path", str(tmp_path / "absent"), "-w", str(tmp_path / "o")]
    assert main(call) == 0
    assert "there is no such folder" in capsys.readouterr().err


def test_the_input_is_never_the_output(bad: Path, tmp_path: Path) -> None:
    (tmp_path / "libgmp-10.dll").write_bytes(library("f"))
    before = bad.read_bytes()
    call = ["repair", str(bad), "--force", "--add-path", str(tmp_path), "-w", str(tmp_path)]
    assert main(call) == 1
    assert bad.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="needs a shell with true")
def test_a_closed_pipe_is_quiet(bad: Path) -> None:
    command = f"{sys.executable} -m wheelcheck inspect {bad} | true"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)  # noqa: S602 (the pipe is the point)
    assert done.stderr == b""


@pytest.mark.skipif(os.name != "posix", reason="Windows' Python needs more of the environment")
def test_it_works_without_home_and_in_a_read_only_folder(good: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wheelcheck", "inspect", str(good)],
        capture_output=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_streams_that_are_no_files(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["inspect", str(good)]) == 0
    assert good.name in stream.getvalue()


def test_repair_in_place(bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "libgmp-10.dll").write_bytes(library("f"))
    before = bad.read_bytes()
    assert main(["repair", str(bad), "--in-place"]) == 1
    assert bad.read_bytes() == before
    assert main(["repair", str(bad), "--in-place", "--prefix", str(tmp_path / "libs")]) == 0
    assert f"repaired -> {bad}" in capsys.readouterr().out
    assert main(["inspect", str(bad)]) == 0
    with pytest.raises(SystemExit):
        main(["repair", str(bad), "--in-place", "-w", str(tmp_path)])


def test_options_of_delvewheel(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "libgmp-10.dll").write_bytes(library("f"))
    (tmp_path / "libgmp-10.pdb").write_bytes(b"symbols")
    (tmp_path / "libgmp-10.lib").write_bytes(b"imports")
    (tmp_path / "more.dll").write_bytes(library("g"))
    call = ["repair", str(bad), "-w", str(tmp_path / "out"), "--add-path", str(tmp_path)]
    call += ["--include", "more.dll", "--no-mangle", "libgmp*;x.dll", "--no-dll", "y.dll;z.dll"]
    call += ["-L", ".dlls", "--layout", "libs", "--namespace-pkg", "a;b.c"]
    assert main([*call, "--include-symbols", "--include-imports", "--dry-run"]) == 0
    text = capsys.readouterr().out
    for name in ("libgmp-10.dll", "libgmp-10.pdb", "libgmp-10.lib", "more.dll"):
        assert f"bundle   b/{name}" in text
    assert main(["repair", str(bad), "--lib-sdir", "a/b"]) == 2


def test_a_plan_shows_patches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"b/__init__.py": b"", "b/_b.pyd": extension("_b", {"libgmp-10.dll": ["f"]})}
    wheel = WheelBuilder(files=files).write(tmp_path)
    for name in ("libgmp-10", "more"):
        (tmp_path / f"{name}.dll").write_bytes(library("f"))
    call = ["repair", str(wheel), "--dry-run", "--add-path", str(tmp_path), "--layout", "libs"]
    assert main([*call, "--include", "more.dll", "-w", str(tmp_path / "out")]) == 0
    text = capsys.readouterr().out
    assert (
        "patch    b/__init__.py\n           opens ../demo.libs\n           loads more.dll\n" in text
    )


def test_the_documentation_of_repair_names_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    pages = (Path(__file__).parents[2] / "docs").glob("repair-*.md")
    with pytest.raises(SystemExit):
        main(["repair", "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    text = "".join(page.read_text("utf-8") for page in pages)
    told = set(re.findall(r"`(?:-\w`, `)?(--[a-z][a-z-]+)", text))
    foreign = {"--ignore-existing", "--analyze-existing", "--analyze-existing-exes", "--ldpaths"}
    foreign |= {"--sanitize-rpaths", "--require-target-macos-version"}
    assert told - known == {*foreign, "--custom-patch", "--with-mangle"}
    common = {"--fail-on", "--help", "--wheel-dir", "--dry-run", "--config", "--isolated"}
    common |= {"--show-config", "--windows", "--linux", "--macos"}
    common |= {"--quiet", "--verbose", "--color", "--colour", "--format", "--output"}
    assert known - told <= common
