"""The page in a real browser: opened, filtered, unfolded, in the dark, and without its script."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report import audits
from tests.report.html.chromium import Browser
from wheelcheck.audit import Audit
from wheelcheck.report.html import render_html

pytestmark = pytest.mark.browser

SHOWN = "[...document.querySelectorAll('.wheel .finding')].filter(f => f.checkVisibility()).length"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def show(
    browser: Browser, folder: Path, audit: Audit, *, script: bool = True, scheme: str = "light"
) -> Path:
    page = folder / "report.html"
    page.write_text(render_html(audit), "utf-8")
    browser.open(page, script=script, scheme=scheme)
    return page


@pytest.fixture(autouse=True)
def _quiet(browser: Browser) -> Iterator[None]:
    """Let no test pass during which the browser complained."""
    browser.complaints.clear()
    yield
    assert browser.complaints == []


@pytest.mark.parametrize("audit", [audits.audit(), audits.hostile(), Audit(()), audits.many(30, 9)])
def test_it_opens_and_asks_for_nothing_else(browser: Browser, tmp_path: Path, audit: Audit) -> None:
    page = show(browser, tmp_path, audit)
    assert browser.requests == [page.as_uri()]
    assert browser.run("document.querySelectorAll('h1').length") == 1
    assert browser.run("document.body.scrollWidth <= innerWidth")


def test_hostile_names_are_text(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.hostile())
    assert browser.run("document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert browser.run("document.scripts.length") == 1
    assert browser.run("[...document.links].every(a => a.getAttribute('href')[0] == '#')")
    shown = browser.run("document.querySelector('h1').textContent")
    assert shown.startswith("</script><img src=x onerror=alert(1)>]]>&\"'`|*_[x]")
    assert "\\u202e" in shown


def test_the_filter_leaves_what_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.audit())
    assert browser.run(SHOWN) == 3
    browser.run("document.querySelector('button[data-severity=note]').click()")
    assert browser.run(SHOWN) == 2
    status = "document.getElementById('matches').textContent"
    assert browser.run(status) == "2 of 3 findings, in 2 of 3 wheels"
    assert browser.run("document.querySelectorAll('details.wheel:not([hidden])').length") == 2
    browser.run("document.querySelector('button[data-severity=note]').click()")
    assert browser.run(status) == ""

    browser.run(
        "const rule = document.getElementById('rule'); rule.value = 'WC704';"
        "rule.dispatchEvent(new Event('change'))"
    )
    assert browser.run(SHOWN) == 1
    browser.run("rule.value = ''; rule.dispatchEvent(new Event('change'))")
    browser.run(
        "const field = document.getElementById('text'); field.value = 'LIBDEMO-2';"
        "field.dispatchEvent(new Event('input'))"
    )
    assert browser.run(SHOWN) == 1
    assert browser.run(
        "document.querySelector('.wheel .finding:not([hidden])').closest('.wheel').open"
    )


def test_links_open_what_is_folded(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.many(8, 3))
    assert browser.run("document.querySelectorAll('details.wheel[open]').length") == 0
    browser.run("document.querySelector('.sortable tbody tr:nth-child(4) a').click()")
    browser.run("new Promise(requestAnimationFrame)")
    assert browser.run("document.querySelector('details.wheel[open]').id") == "wheel-4"
    browser.run("document.getElementById('unfold').click()")
    assert browser.run("document.querySelectorAll('details.wheel[open]').length") == 8
    browser.run("document.getElementById('fold').click()")
    assert browser.run("document.querySelectorAll('details.wheel[open]').length") == 0


def test_the_table_is_sorted_by_its_heads(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.audit())
    first = "document.querySelector('.sortable tbody th').textContent"
    head = "document.querySelector('.sortable thead th:nth-child({})')"
    browser.run(head.format(4) + ".querySelector('button').click()")
    assert browser.run(first) == audits.LINUX
    assert browser.run(head.format(4) + ".getAttribute('aria-sort')") == "descending"
    browser.run(head.format(1) + ".querySelector('button').click()")
    assert browser.run(first).startswith("bad-1.0")
    assert browser.run("document.querySelectorAll('[aria-sort]').length") == 1


def test_a_box_under_the_pointer_shows_its_lines(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.audit())
    browser.run("const box = document.querySelector('.node.missing')")
    browser.run("box.dispatchEvent(new PointerEvent('pointerenter'))")
    lit = "[...document.querySelectorAll('.lit')].map(e => e.classList[1] || e.classList[0])"
    assert sorted(browser.run(lit)) == ["lit", "missing", "missing", "module"]
    browser.run("box.dispatchEvent(new PointerEvent('pointerleave'))")
    assert browser.run(lit) == []


def test_light_and_dark(browser: Browser, tmp_path: Path) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    show(browser, tmp_path, audits.audit(), scheme="dark")
    dark = browser.run(paper)
    browser.run("document.getElementById('theme').click()")
    light = browser.run(paper)
    assert light != dark
    browser.run("localStorage.clear()")
    show(browser, tmp_path, audits.audit(), scheme="light")
    assert browser.run(paper) == light


def test_without_its_script_all_is_there(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.audit(), script=False)
    visible = "document.getElementById('{}').checkVisibility()"
    assert browser.run(visible.format("wheels"))
    assert not browser.run(visible.format("filter"))
    assert not browser.run(visible.format("theme"))
    assert browser.run(SHOWN) == 3


def test_print_shows_what_is_folded(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.many(8, 3))
    assert browser.run(SHOWN) == 0
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.run(SHOWN) == 24
    browser.call("Emulation.setEmulatedMedia", media="")


def test_a_phone_needs_no_scrolling_sideways(browser: Browser, tmp_path: Path) -> None:
    size = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.call("Emulation.setDeviceMetricsOverride", **size)
    for audit in (audits.audit(), audits.hostile()):
        show(browser, tmp_path, audit)
        assert browser.run("document.documentElement.scrollWidth") == 360
    browser.call("Emulation.clearDeviceMetricsOverride")


def test_the_keyboard_reaches_every_control(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, audits.audit())
    reached = set()
    for _ in range(60):
        for kind in ("keyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab",
                         windowsVirtualKeyCode=9)  # fmt: skip
        name = "document.activeElement.id || document.activeElement.className || "
        reached.add(browser.run(name + "document.activeElement.tagName"))
    assert {"skip", "theme", "rule", "text", "unfold", "fold", "SUMMARY", "scroll"} <= reached
