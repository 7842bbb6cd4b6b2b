"""Pages on the code: the API is what the docstrings say, data and places exist."""

import importlib.util
import json
import re
from pathlib import Path

import wheelcheck
from tests.docs.blocks import ROOT

DOCS = ROOT / "docs"


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("generate_api", DOCS / "generate_api.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = (DOCS / "api.md").read_text("utf-8")
    assert found == module.page(), "run: python docs/generate_api.py"


def test_each_public_name_has_a_section_and_words() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    for name in wheelcheck.__all__:
        assert f"\n### {name}\n" in page
        assert getattr(wheelcheck, name).__doc__, name


def test_each_data_file_is_told_and_says_where_it_is_from() -> None:
    page = (DOCS / "data.md").read_text("utf-8")
    files = sorted(Path(wheelcheck.__file__).parent.glob("**/data/*.json"))
    assert len(files) > 5
    for path in files:
        data = json.loads(path.read_text("utf-8"))
        assert data["source"], path
        assert data["date"] > "2026", path
        assert path.name in page, path


def test_places_that_are_named_exist() -> None:
    named = re.findall(
        r"`(?:src/wheelcheck/)?([a-z_/]+/[a-z_]*(?:\.\w+)?)`",
        (DOCS / "extending.md").read_text("utf-8"),
    )
    assert len(named) > 5
    roots = (ROOT / "src/wheelcheck", ROOT)
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
