"""The built site (nox -s docs, which builds it first)."""

import re
from html.parser import HTMLParser

import pytest

from tests.docs.blocks import ROOT

SITE = ROOT / "build/site"
pytestmark = pytest.mark.docs


class _Loaded(HTMLParser):
    """What a browser fetches for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in {"img", "script", "iframe", "source"}:
            self.places.append(found.get("src") or "")
        elif tag == "link" and found.get("rel") in {"stylesheet", "preconnect", "icon"}:
            self.places.append(found.get("href") or "")


def test_pages_load_nothing_from_elsewhere() -> None:
    pages = list(SITE.glob("**/*.html"))
    assert len(pages) > 130
    for page in pages:
        loaded = _Loaded()
        loaded.feed(page.read_text("utf-8"))
        assert loaded.places
        assert not [place for place in loaded.places if re.match(r"(\w+:)?//", place)], page


def test_each_rule_has_its_place_in_the_navigation() -> None:
    from wheelcheck.rules import all_rules

    text = (SITE / "rules/index.html").read_text("utf-8")
    for rule in all_rules():
        assert f'href="{rule.code}.html" class="md-nav__link"' in text, rule.code


def test_marks_for_tests_are_not_shown() -> None:
    assert "test: GMP" not in re.sub(r"<!--.*?-->", "", (SITE / "tutorial.html").read_text("utf-8"))
