"""``--show-config``: complete, true, and a settings file again."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from wheelcheck import Config, UsageError, read_config
from wheelcheck.cli import main
from wheelcheck.configuring.repair_config import KEYS
from wheelcheck.configuring.shown_config import show_inspection, show_repair

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILE = """
select = ["WC"]
ignore = ["WC120"]
fail-on = "error"
severity = { WC704 = "note" }
per-member-ignores = { 'odd "\\\t*' = ["WC8"] }
external-libraries = { "libodbc.so.2" = "" }
import-names = { sdk = ["company"] }
limits = { members = 7 }

[release.expected]
pythons = ["cp313"]
platforms = ["win_amd64"]

[repair]
strip = true
exclude = ["a*.dll"]
provided-by = ["other=libx.so.1"]

[repair.windows]
add-paths = ["bin", "more"]
exclude = ["b*.dll"]
layout = "libs"

[repair.linux]
plat = "manylinux_2_28"
only-plat = true

[repair.macos]
require-archs = ["x86_64", "arm64"]
target-macos = "11.0"
level = 3
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "wheelcheck.toml"
    path.write_text(FILE, "utf-8")
    return path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments, "--show-config"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def comments(text: str) -> dict[str, str]:
    """Return what each line says of its origin, by table and key."""
    found, table = {}, ""
    for line in text.splitlines():
        if line.startswith("["):
            table = line.strip("[]") + "."
        elif "  # " in line:
            key = line.lstrip("# ").partition(" ")[0]
            found[table + key] = line.rpartition("  # ")[2]
    return found


def values(text: str) -> list[str]:
    return [line.partition("  # ")[0] for line in text.splitlines()[1:]]


def test_inspections_round_trip(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "inspect", "--ignore", "WC9,WC8", "--profile", "private")
    settings.with_name("again.toml").write_text(text, "utf-8")
    again, stated = read_config(settings.with_name("again.toml")), read_config(settings)
    chosen = Config(ignore=("WC120", "WC9", "WC8")).ignore
    assert again == replace(
        stated,
        ignore=chosen,
        profile=again.profile,
        repair=again.repair,
        source=again.source,
    )
    assert again.profile == "private"


def test_repairs_round_trip(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    near = str(settings.parent.resolve() / "near")
    text = shown(capsys, "repair", "--add-path", near, "--zip-level", "9")
    settings.with_name("again.toml").write_text(text, "utf-8")
    again = read_config(settings.with_name("again.toml"))
    assert values(shown(capsys, "repair", "--config", "again.toml")) == values(text)
    windows = again.repair.keywords("windows", {})
    folder = settings.parent.resolve()
    assert list(windows["add_paths"]) == [folder / "near", folder / "bin", folder / "more"]
    assert list(windows["exclude"]) == ["b*.dll", "a*.dll"]
    assert again.repair.keywords("linux", {})["plat"] == "manylinux_2_28"
    assert again.repair.keywords("macos", {})["level"] == 9


@pytest.mark.usefixtures("settings")
def test_origins_of_inspections(capsys: pytest.CaptureFixture[str]) -> None:
    said = comments(shown(capsys, "inspect", "--select", "WC7", "--ignore", "WC9"))
    assert said["select"] == "--select"
    assert said["ignore"] == "wheelcheck.toml, --ignore"
    assert said["profile"] == "default"
    assert said["fail-on"] == "wheelcheck.toml"  # stated, though it is the default
    assert said["limits.members"] == "wheelcheck.toml"
    assert said["limits.ratio"] == "default"
    assert said["release.expected.per-platform.win_amd64"] == "wheelcheck.toml"
    assert set(comments(shown(capsys, "inspect", "--isolated")).values()) == {"default"}


@pytest.mark.usefixtures("settings")
def test_origins_of_repairs(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "repair", "--exclude", "c*.dll", "--lib-sdir", "_libs", "--no-mangle-all")
    said = comments(text)
    own, common = "wheelcheck.toml [repair.windows]", "wheelcheck.toml [repair]"
    assert said["repair.windows.exclude"] == f"--exclude, {own}, {common}"
    assert said["repair.linux.exclude"] == f"--exclude, {common}"
    assert said["repair.windows.strip"] == common
    assert said["repair.windows.layout"] == own
    assert said["repair.windows.lib-suffix"] == "--lib-sdir"
    assert said["repair.windows.no-mangle-all"] == "--no-mangle-all"
    assert said["repair.linux.sysroot"] == "default"
    assert "# sysroot is not set" in text
    only = shown(capsys, "repair", "--windows")
    assert "[repair.windows]" in only
    assert "[repair.linux]" not in only


def test_nothing_is_left_out() -> None:
    data = tomllib.loads(show_inspection(Config(), []))
    inspected = {key.replace("-", "_") for key in data}
    # How a release is expected is one field here and a table there.
    names = {field.name for field in fields(Config) if field.init} - {"source", "repair"}
    assert names - {"expected_grid"} == inspected - {"release"}
    repaired = show_repair(Config(), {})
    for name, key in KEYS.items():
        assert repaired.count(f"\n{name} = ") + repaired.count(f"\n# {name} is not set") == len(
            key.platforms
        )


def test_a_value_that_cannot_be_meant() -> None:
    with pytest.raises(UsageError, match="--only-plat needs --plat"):
        show_repair(Config(), {"only_plat": True})


def test_mistakes_are_told(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text("selct = []", "utf-8")
    assert main(["inspect", "--show-config"]) == 2
    assert "did you mean 'select'?" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["inspect", "repair"])
def test_wheels_are_needed_otherwise(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([command])
    assert "required: WHEEL" in capsys.readouterr().err
