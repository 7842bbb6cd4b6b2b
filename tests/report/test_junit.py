"""JUnit XML: what is red, and that every parser can read it."""

from xml.etree import ElementTree as ET

import pytest

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.report.junit import render_junit


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 (our own)


@pytest.mark.parametrize(
    "audit", [audits.audit(), audits.hostile(), audits.many(2, 900), Audit(())]
)
def test_the_counts_are_those_of_the_cases(audit: Audit) -> None:
    text = render_junit(audit)
    assert text.isascii()
    root = parsed(text)
    assert root.tag == "testsuites"
    assert len(root) == len(audit.reports) + len(audit.releases)
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert all(case.get("classname") and case.get("name") for case in cases)
        for label, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(label) == str(len(suite.findall(f"testcase/{tag}")))
    for label in ("tests", "failures", "errors"):
        assert root.get(label) == str(sum(int(suite.attrib[label]) for suite in root))


def test_errors_fail_and_the_rest_passes() -> None:
    root = parsed(render_junit(audits.audit()))
    cases = {(c.get("classname"), c.get("name")): c for c in root.iter("testcase")}
    failure = cases[audits.WINDOWS, "WC701 missing-library"].find("failure")
    assert failure is not None
    assert failure.get("message") == "demo/_demo.pyd needs libdemo-2.dll, which is not in the wheel"
    assert failure.text is not None
    assert failure.text.endswith("help: Bundle it.")
    warned = cases[audits.LINUX, "WC704 mixed-c-runtimes"]
    assert [child.tag for child in warned] == ["system-out"]
    assert cases[audits.WINDOWS, "not checked: demo/odd.dll"].find("skipped") is not None
    unread = cases["bad-1.0-py3-none-any.whl", "the wheel can be read"].find("error")
    assert unread is not None
    assert unread.text == "the end record is missing"
    assert not list(cases[audits.WINDOWS, "the wheel can be read"])


def test_many_findings_of_a_rule_are_one_case() -> None:
    root = parsed(render_junit(audits.many(1, 900)))
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert "\n700 more\n" in failure.text
