"""The JSON document, which is written piece by piece."""

import json
import tracemalloc
from collections.abc import Iterator

import pytest

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.findings import Report
from wheelcheck.report.gitlab import render_gitlab
from wheelcheck.report.json import render_json
from wheelcheck.report.json_pieces import json_pieces


@pytest.mark.parametrize("audit", [audits.audit(), audits.hostile(), Audit(()), audits.many(3, 5)])
def test_it_is_what_the_library_returns(audit: Audit) -> None:
    text = "".join(render_json(audit))
    document = json.loads(text)
    assert document["wheels"] == [report.to_dict() for report in audit.reports]
    assert document["releases"] == [release.to_dict() for release in audit.releases]
    assert text == json.dumps(document, indent=2) + "\n"


def test_iterators_are_lists() -> None:
    def lazy() -> Iterator[object]:
        yield {"a": iter([1, {"b": "\n"}]), "c": iter(()), "d": {}}
        yield []

    expected = [{"a": [1, {"b": "\n"}], "c": [], "d": {}}, []]
    assert "".join(json_pieces(lazy())) == json.dumps(expected, indent=2) + "\n"


@pytest.mark.parametrize("render", [render_json, render_gitlab])
def test_many_findings_do_not_become_one_text(render: object) -> None:
    [report] = audits.many(1, 1).reports
    finding = report.findings[0]
    # The same finding 20,000 times: what grows is what the renderer keeps.
    report = Report(report.wheel, report.path, findings=(finding,) * 20_000)
    assert callable(render)
    tracemalloc.start()
    try:
        written = sum(map(len, render(Audit((report,)))))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written > 5_000_000
    assert most < written
