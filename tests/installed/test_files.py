"""The files of an installed distribution against its RECORD."""

import subprocess
import sys
from pathlib import Path

import pytest

import wheelcheck
from tests.installed.site import inspect, of, put
from wheelcheck import UsageError
from wheelcheck.cli import main

FILES = {"demo/__init__.py": b"", "demo/core.py": b"x = 1\n", "demo/data.txt": b"data"}


def test_what_is_as_it_was_installed_has_no_finding(tmp_path: Path) -> None:
    site = put(tmp_path, {**FILES, "demo/sub/mod.py": b""})
    cache = site / "demo" / "__pycache__"
    cache.mkdir()
    (cache / "core.cpython-311.pyc").write_bytes(b"\0")
    report = inspect(site, "Demo")
    assert report.findings == ()
    assert (report.wheel, report.distribution, report.version) == ("demo-1.0", "demo", "1.0")
    assert report.path == str(site / "demo-1.0.dist-info")
    assert report.not_checked == ()


def test_gone_changed_and_left_over(tmp_path: Path) -> None:
    site = put(tmp_path, FILES)
    (site / "demo" / "core.py").unlink()
    (site / "demo" / "data.txt").write_bytes(b"mine")
    (site / "demo" / "old.py").write_bytes(b"")
    report = inspect(site)
    assert [f.member for f in of(report, "WC001")] == ["demo/core.py"]
    assert [f.member for f in of(report, "WC002")] == ["demo/data.txt"]
    assert [f.member for f in of(report, "WC003")] == ["demo/old.py"]
    assert "--force-reinstall --no-deps demo" in report.findings[0].help
    assert len(report.findings) == 3


def test_files_that_another_distribution_puts_there_are_not_left_over(tmp_path: Path) -> None:
    site = put(tmp_path, FILES)
    put(site, {"demo/plugin.py": b""}, name="demo_plugin")
    assert inspect(site).findings == ()


def test_scripts_lie_elsewhere(tmp_path: Path) -> None:
    site = put(tmp_path / "lib" / "site-packages", FILES)
    record = site / "demo-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text() + "../../bin/demo,,\n../../bin/gone,,\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "demo").write_bytes(b"#!/bin/sh\n")
    report = inspect(site)
    assert [f.member for f in report.findings] == ["../../bin/gone"]


def test_a_record_that_leads_to_no_regular_file(tmp_path: Path) -> None:
    site = put(tmp_path, FILES)
    record = site / "demo-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text() + "/dev/zero,,\ndemo,,\n\x00odd,,\n")
    assert of(inspect(site), "WC001")


def test_without_record_little_is_said(tmp_path: Path) -> None:
    site = put(tmp_path, FILES)
    (site / "demo-1.0.dist-info" / "RECORD").unlink()
    report = inspect(site)
    assert report.findings == ()
    assert [n.subject for n in report.not_checked] == ["RECORD"]
    assert report.version == "1.0"


def test_what_is_not_installed(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    (tmp_path / "old-1.0.egg-info").mkdir()
    with pytest.raises(UsageError, match=r"dmeo is not installed for .*did you mean demo\?"):
        inspect(tmp_path, "dmeo")
    with pytest.raises(UsageError, match="without a RECORD"):
        inspect(tmp_path, "old")
    with pytest.raises(UsageError, match="there is no Python"):
        wheelcheck.inspect_installed("demo", python=tmp_path / "absent")


def test_the_environment_of_a_python_is_found_without_running_what_is_in_it(
    tmp_path: Path,
) -> None:
    env = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", env], check=True)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    parts = ("Lib",) if sys.platform == "win32" else ("lib", version)
    site = put(env.joinpath(*parts, "site-packages"), FILES)
    (site / "evil.pth").write_text(f"import sys; open({str(tmp_path / 'ran')!r}, 'w')\n")
    report = wheelcheck.inspect_installed("demo", python=env)
    assert report.path == str(site / "demo-1.0.dist-info")
    assert report.findings == ()
    assert not (tmp_path / "ran").exists()
    with pytest.raises(UsageError, match="is not installed"):
        wheelcheck.inspect_installed("pytest", python=env)


def test_the_running_python_is_the_default() -> None:
    assert wheelcheck.inspect_installed("pytest").distribution == "pytest"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = put(tmp_path, FILES)
    call = ["inspect", "--installed", "demo", "--path", str(site), "--isolated"]
    assert main(call) == 0
    assert capsys.readouterr().out.startswith("demo-1.0: ok\n")
    (site / "demo" / "core.py").unlink()
    assert main(call) == 1
    assert "WC001 file-gone" in capsys.readouterr().out
    assert main(["inspect", "--installed", "absent", "--path", str(site)]) == 2
    assert main(["inspect", "demo", "--path", str(site)]) == 2
    assert main([*call, "--src", str(site)]) == 2
    said = capsys.readouterr().err
    assert "--python and --path go with --installed" in said
    assert "--src goes with wheels" in said
