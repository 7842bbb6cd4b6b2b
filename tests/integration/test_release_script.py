"""The release script of docs/integration.md."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import ROOT
from tests.integration.pages import snippet

SCRIPT = snippet("python", "Make a release")


def released(folder: Path, monkeypatch: pytest.MonkeyPatch, *wheels: str) -> int:
    monkeypatch.chdir(folder)
    (folder / "dist").mkdir()
    for wheel in wheels:
        shutil.copy(ROOT / "testdata/wheels" / wheel, folder / "dist")
    libraries = ROOT / "testdata/libs-win_amd64"
    text = f"ignore = ['WC319', 'WC318', 'WC901']\n[repair.windows]\nadd-paths = ['{libraries}']\n"
    (folder / "wheelcheck.toml").write_text(text, "utf-8")
    names: dict[str, Any] = {"__name__": "release"}
    exec(compile(SCRIPT, "release.py", "exec"), names)  # noqa: S102 (of our own page)
    status: int = names["main"]()
    return status


def test_wheels_are_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert released(tmp_path, monkeypatch, "demo-1.0-cp39-abi3-win_amd64.whl") == 0
    assert [path.name for path in (tmp_path / "wheelhouse").iterdir()] == [
        "demo-1.0-cp39-abi3-win_amd64.whl"
    ]


def test_a_wheel_that_cannot_be_repaired_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert released(tmp_path, monkeypatch, "demo_wrongmachine-1.0-cp39-abi3-win_amd64.whl") == 1
    assert "demo_wrongmachine-1.0-cp39-abi3-win_amd64.whl: " in capsys.readouterr().err


def test_no_wheel_is_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert released(tmp_path, monkeypatch) == 1
