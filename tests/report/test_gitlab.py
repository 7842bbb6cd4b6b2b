"""The Code Quality report of GitLab."""

import json

from tests.report import audits
from wheelcheck.report.gitlab import render_gitlab


def test_every_finding_has_what_gitlab_demands() -> None:
    for audit in (audits.audit(), audits.hostile()):
        issues = json.loads("".join(render_gitlab(audit)))
        assert len(issues) == sum(1 for _ in audit.findings) + audit.unreadable
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)
        for issue in issues:
            assert set(issue) == {
                "check_name", "description", "fingerprint", "severity", "location",
            }  # fmt: skip
            assert issue["severity"] in {"blocker", "critical", "minor", "info"}
            assert issue["location"]["path"].startswith("dist/")


def test_the_worst_come_first() -> None:
    issues = json.loads("".join(render_gitlab(audits.audit())))
    assert [issue["check_name"] for issue in issues] == [
        "unreadable", "WC701", "WC901", "WC704", "WC802",
    ]  # fmt: skip
