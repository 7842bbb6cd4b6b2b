"""The page as a document: whole, self-contained, in order, and the same each time."""

import base64
import hashlib
import html
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.findings import BinaryInfo, Dependency, NotChecked, Outcome, Report, Role
from wheelcheck.report.html import render_html

VOID = {"meta", "br", "input", "wbr", "path", "rect"}
OWN = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "div", "p", "button", "h1",
    "h2", "h3", "h4", "ul", "li", "span", "main", "section", "table", "caption", "thead", "tbody",
    "tr", "th", "td", "search", "label", "select", "option", "input", "details", "summary", "dl",
    "dt", "dd", "code", "br", "wbr", "strong", "figure", "figcaption", "svg", "desc", "path", "g",
    "rect", "text", "footer", "script",
}  # fmt: skip
AUDITS = [audits.audit(), audits.hostile(), Audit(()), Audit((audits.report(),))]


class Document(HTMLParser):
    """Elements and attributes; fails where an end is missing or wrong."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, attribute: str) -> list[str]:
        return [v for _, attributes in self.elements if (v := attributes.get(attribute))]


@pytest.mark.parametrize("audit", AUDITS)
def test_only_elements_of_ours_and_each_is_closed(audit: Audit) -> None:
    document = Document(render_html(audit))
    assert {tag for tag, _ in document.elements} <= OWN
    assert not [a for _, attributes in document.elements for a in attributes if a[:2] == "on"]


@pytest.mark.parametrize("audit", AUDITS)
def test_it_refers_to_nothing_but_itself(audit: Audit) -> None:
    document = Document(render_html(audit))
    ids = document.values("id")
    assert len(set(ids)) == len(ids)
    assert {href[1:] for href in document.values("href")} <= set(ids)
    assert all(href.startswith("#") for href in document.values("href"))
    assert not document.values("src") + document.values("style") + document.values("action")
    named = " ".join(document.values("aria-labelledby")).split()
    assert set(named) <= set(ids)


@pytest.mark.parametrize("audit", AUDITS)
def test_headings_leave_out_no_level(audit: Audit) -> None:
    levels = [int(t[1]) for t, _ in Document(render_html(audit)).elements if re.match(r"h\d", t)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_policy_admits_its_own_style_and_script_only() -> None:
    page = render_html(audits.hostile())
    policy = Document(page).values("content")[0]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        [content] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert "url(" not in content
        assert "://" not in content


def test_what_was_found_is_on_it() -> None:
    page = render_html(audits.audit())
    for text in (
        "<h1>demo 1.0</h1>",
        "Of 3 wheels, 1 cannot be read, 1 will break, 1 may break.",
        "demo/_demo.pyd needs libdemo-2.dll, which is not in the wheel",
        '<a href="#WC701">WC701 missing-library</a>',
        "no wheel serves cp313 on manylinux_x86_64",
        "the end record is missing",
        "no reader for this machine",
        "WC802 debug-data <code>demo/liba.dll</code>: ignore WC802",
        "a source distribution, not a wheel",
        "delvewheel 1.11",
        "1.2 MB, 3.5 MB installed, 12 members",
        '<span class="hole">missing</span>',
        "DLL load failed while importing",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("reports", "sentence"),
    [
        ((), "No wheel was inspected."),
        ((audits.report(),), "The wheel is fine."),
        ((audits.report(), audits.report(audits.LINUX)), "Both wheels are fine."),
        ((audits.report(), audits.report(), audits.report()), "All 3 wheels are fine."),
        ((audits.report(audits.WINDOWS, audits.finding()),) * 2, "Both wheels will break."),
        ((audits.report(audits.WINDOWS, audits.finding()),), "The wheel will break."),
    ],
)
def test_the_sentence_that_sums_up(reports: tuple[Report, ...], sentence: str) -> None:
    assert f'<p class="headline">{sentence}</p>' in render_html(Audit(reports))


def test_one_release_comes_before_its_wheels_several_after() -> None:
    one = audits.audit()
    page = render_html(one)
    assert page.index("<h2>Release</h2>") < page.index("<h2>Wheels</h2>")
    other = replace(audits.release(), project="other")
    page = render_html(replace(one, releases=(*one.releases, other)))
    assert page.index("<h2>Wheels</h2>") < page.index("<h2>Release demo</h2>")


def test_a_few_findings_need_no_filter() -> None:
    def has_filter(number: int) -> bool:
        findings = [audits.finding()] * number
        return 'id="filter"' in render_html(Audit((audits.report(audits.WINDOWS, *findings),)))

    assert not has_filter(2)
    assert has_filter(20)


def test_hostile_names_come_out_escaped() -> None:
    page = render_html(audits.hostile())
    assert page.isascii()
    assert "<img" not in page
    assert page.count("</script>") == 1
    assert not set(html.unescape(page)) & set("\x1b\u202e\u2028\r")
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page


def test_its_size_is_bounded() -> None:
    page = render_html(audits.many(100, 3_000))
    assert len(page) < 20_000_000
    assert "975 more of this kind; JSON has all of them." in page


def test_it_is_the_same_each_time() -> None:
    code = (
        "import hashlib; from tests.report import audits; "
        "from wheelcheck.report.html import render_html; "
        "print(hashlib.sha256(render_html(audits.audit()).encode()).hexdigest())"
    )
    seen = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code]
        seen.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(seen) == 1


def test_hostile_sizes_are_bounded_too() -> None:
    long = "x" * 65_000
    objects = tuple(BinaryInfo(f"{long}{i}", "PE", (), Role.LIBRARY, None) for i in range(3_000))
    edges = tuple(
        Dependency(b.member, f"{long}{i % 7}", "regular", Outcome.MISSING, None, long, (long,))
        for i, b in enumerate(objects)
    )
    unchecked = tuple(NotChecked(b.member, long) for b in objects)
    hostile = replace(audits.report(), binaries=objects, dependencies=edges, not_checked=unchecked)
    assert len(render_html(Audit((hostile,)))) < 5_000_000


def test_more_wheels_than_a_page_can_hold_are_only_listed() -> None:
    each = [
        audits.finding(code=f"WC{i}", message="x" * 2_000, evidence={"a": ("y" * 300,) * 12})
        for i in range(900)
    ]
    wheels = [audits.report(f"demo-1.{i}-py3-none-any.whl", *each) for i in range(8)]
    page = render_html(Audit(tuple(wheels)))
    assert len(page) < 32_000_000
    told = re.search(r"(\d) wheels more than a page can hold; JSON has all of them.", page)
    assert told is not None
    assert page.count('class="wheel"') + int(told[1]) == 8
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r' id="([^"]+)"', page))
