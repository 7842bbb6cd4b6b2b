"""The documentation of the settings is true: its examples work, and no key is left out."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from wheelcheck import Config, Limits, read_config
from wheelcheck.cli import main
from wheelcheck.configuring.baseline import read_baseline
from wheelcheck.configuring.repair_config import KEYS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "configuration.md").read_text("utf-8")
TEXTS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for name, text in TEXTS if name == kind]


@pytest.mark.parametrize("text", blocks("toml"))
def test_examples_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / ("pyproject.toml" if "[tool.wheelcheck" in text else "wheelcheck.toml")
    path.write_text(text, "utf-8")
    assert read_config(path) != Config()


def test_the_long_example_has_every_key(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(blocks("toml")[0], "utf-8")
    config, default = read_config(path), Config()
    for field in fields(Config):
        if field.init:
            assert getattr(config, field.name) != getattr(default, field.name), field.name


def test_every_limit_and_its_default_is_told() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", PAGE, re.MULTILINE)
    told = {name.replace("-", "_"): int(number) for name, number in rows}
    default = Limits()
    assert told == {name: getattr(default, name) for name in told}
    # Not a limit on archives but on what is said of them.
    assert {f.name for f in fields(Limits)} - set(told) == {"faults_of_a_kind"}


def test_the_baseline_example_is_one(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    [text] = blocks("json")
    path.write_text(text, "utf-8")
    assert sum(read_baseline(path).counts.values()) == 1
    assert json.loads(text)["findings"][0]["name"] == "missing-library"


def test_options_exist(capsys: pytest.CaptureFixture[str]) -> None:
    known = ""
    for command in ("inspect", "repair"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        known += capsys.readouterr().out
    options = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    assert {"--config", "--isolated", "--baseline", "--write-baseline"} <= options
    assert options <= set(re.findall(r"--[a-z][a-z-]+", known))


def test_every_key_of_repairs_is_told() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| ([A-Za-z, ]+) \| `--", PAGE, re.MULTILINE)
    everywhere = "windows, linux, macos"
    told = {key: everywhere if names == "all" else names.lower() for key, names in rows}
    assert told == {name: ", ".join(key.platforms) for name, key in KEYS.items()}
