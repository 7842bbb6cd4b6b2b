"""The page on the JSON document is what its schema says."""

import importlib.util
import json
import re
from pathlib import Path

import jsonschema
import pytest

from wheelcheck.cli import main
from wheelcheck.report.schemas import SCHEMAS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("generate_json", DOCS / "generate_json.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = (DOCS / "json.md").read_text("utf-8")
    assert found == module.page(), "run: python docs/generate_json.py"


def test_the_schema_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["title"] == "wheelcheck inspect --format json"
    # Every key is described where it stands, or the page could not be made.
    assert all("description" in part for part in schema["properties"].values())


@pytest.mark.parametrize("command", SCHEMAS)
def test_each_schema_is_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", command]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["title"] == f"wheelcheck {command} --format json"
    jsonschema.Draft202012Validator.check_schema(schema)
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert used == set(schema["$defs"])
