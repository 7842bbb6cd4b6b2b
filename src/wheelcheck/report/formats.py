"""The formats that a report can have: the one table of them.

Each entry imports its renderer when it is used, for most calls use one of them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.audit import Audit
    from wheelcheck.report.look import Look

__all__ = ["FORMATS", "Renderer"]


Renderer = Callable[["Audit", "Look"], str | Iterator[str]]


def _text(audit: "Audit", look: "Look") -> str:
    from wheelcheck.report.text import render_text

    return render_text(audit, look)


def _concise(audit: "Audit", look: "Look") -> str:
    from wheelcheck.report.concise import render_concise

    return render_concise(audit, look)


def _json(audit: "Audit", _look: "Look") -> Iterator[str]:
    from wheelcheck.report.json import render_json

    return render_json(audit)


def _jsonl(audit: "Audit", _look: "Look") -> str:
    from wheelcheck.report.jsonl import render_jsonl

    return render_jsonl(audit)


def _sarif(audit: "Audit", _look: "Look") -> str:
    from wheelcheck.report.sarif import render_sarif

    return render_sarif(audit)


def _github(audit: "Audit", _look: "Look") -> str:
    from wheelcheck.report.github import render_github

    return render_github(audit)


def _markdown(audit: "Audit", _look: "Look") -> str:
    from wheelcheck.report.markdown import render_markdown

    return render_markdown(audit)


def _junit(audit: "Audit", _look: "Look") -> str:
    from wheelcheck.report.junit import render_junit

    return render_junit(audit)


def _gitlab(audit: "Audit", _look: "Look") -> Iterator[str]:
    from wheelcheck.report.gitlab import render_gitlab

    return render_gitlab(audit)


def _html(audit: "Audit", _look: "Look") -> str:
    from wheelcheck.report.html import render_html

    return render_html(audit)


FORMATS: Mapping[str, Renderer] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "github": _github,
    "markdown": _markdown,
    "junit": _junit,
    "gitlab": _gitlab,
    "html": _html,
}
