"""Markdown that shows names as they are, and fits into a job summary."""

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.report.markdown import render_markdown


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.links: list[str | None] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html_of(markdown: str) -> str:
    """Return what GitHub's dialect of Markdown makes of it, HTML of the source kept."""
    return str(MarkdownIt("gfm-like", {"html": True}).render(markdown))


def test_wheels_grid_and_findings_are_told() -> None:
    text = render_markdown(audits.audit())
    assert text.startswith("## wheelcheck: 3 wheels: 1 unreadable, 2 errors, 1 warning, 1 note\n")
    assert "| <code>demo-1.0-cp39-abi3-win\\_amd64.whl</code> | WILL BREAK | 1 | 0 | 1 |" in text
    assert "| Platform | cp312 | cp313 | cp314t |" in text
    assert "| manylinux\\_x86\\_64 | abi3 | **missing** | - |" in text
    assert "### Error: WC701 missing-library (1)" in text
    assert text.index("### Error: WC701") < text.index("### Warning: WC704")
    assert "> Bundle it." in text
    assert "<summary>Not checked (2)</summary>" in text
    assert "<summary>Left out by settings or baseline (2)</summary>" in text
    assert "<summary>Skipped (1)</summary>" in text


def test_hostile_names_are_only_text() -> None:
    text = render_markdown(audits.hostile())
    own = {"details", "summary", "code", "br"}
    assert set(re.findall(r"<(\w+)", text)) <= own
    assert not set(text) & set("\r\x1b\u202e")


def test_what_a_viewer_makes_of_it_holds_nothing_of_a_strangers() -> None:
    for audit in (audits.hostile(), audits.audit()):
        tags = Tags(html_of(render_markdown(audit)))
        assert tags.seen <= {
            "h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "p", "br",
            "blockquote", "details", "summary", "code", "strong",
        }  # fmt: skip
        assert tags.links == []


def test_a_table_row_stays_a_row() -> None:
    html = html_of(render_markdown(audits.hostile()))
    table = html[html.index("<table>") : html.index("</table>")]
    assert table.count("<td") == 2 * 5


def test_it_fits_into_a_job_summary() -> None:
    text = render_markdown(audits.many(40, 900))
    assert len(text.encode()) < 1024 * 1024
    long = audits.report(
        audits.WINDOWS,
        *(audits.finding(code=f"WC{i}", message="x" * 1000) for i in range(3_000)),
    )
    text = render_markdown(Audit((long,)))
    assert len(text.encode()) < 1024 * 1024
    assert text.endswith("**Cut here**, for a job summary holds no more.\n")
    assert text.count("<details>") == text.count("</details>")
