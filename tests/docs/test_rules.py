"""The pages of the docs are what the rules say."""

import importlib.util
from pathlib import Path

from wheelcheck.rules import all_rules

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_pages_are_current() -> None:
    spec = importlib.util.spec_from_file_location("generate_rules", DOCS / "generate_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    wanted = dict(module.pages())
    found = {path.name: path.read_text("utf-8") for path in (DOCS / "rules").glob("*.md")}
    assert found == wanted, "run: python docs/generate_rules.py"


def test_rules_are_in_order_and_each_is_told_apart() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(codes)
    assert len({*codes}) == len({rule.name for rule in all_rules()}) == len(codes)


def test_each_rule_says_what_it_must() -> None:
    for rule in all_rules():
        assert rule.summary.endswith(".")
        assert not {"\n", "|"} & set(rule.summary)
        assert all((rule.why, rule.example, rule.fix))
        assert rule.since.count(".") == 2
