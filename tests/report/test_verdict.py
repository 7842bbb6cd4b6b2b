"""The words for what becomes of a wheel."""

import pytest

from tests.report import audits
from wheelcheck.findings import Severity
from wheelcheck.report import verdict as module
from wheelcheck.report.verdict import Verdict, verdict
from wheelcheck.rules import RULES

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((), Verdict.OK),
        (((NOTE, "WC701"),), Verdict.OK),
        (((ERROR, "WC701"),), Verdict.BREAKS),
        (((ERROR, "WC112"),), Verdict.BREAKS),
        (((ERROR, "WC801"),), Verdict.BREAKS),
        (((ERROR, "WC310"),), Verdict.WRONG),
        (((ERROR, "WC405"),), Verdict.WRONG),
        (((ERROR, "WC107"),), Verdict.WRONG),
        (((ERROR, "WC310"), (ERROR, "WC701")), Verdict.BREAKS),
        (((ERROR, "WC310"), (WARNING, "WC701")), Verdict.WRONG),
        (((WARNING, "WC703"),), Verdict.RISKY),
        (((WARNING, "WC318"),), Verdict.UNCLEAN),
        (((WARNING, "WC318"), (WARNING, "WC703"), (NOTE, "WC802")), Verdict.RISKY),
    ],
)
def test_only_what_users_meet_breaks(
    found: tuple[tuple[Severity, str], ...], expected: Verdict
) -> None:
    report = audits.report(
        audits.WINDOWS, *(audits.finding(severity, code=code) for severity, code in found)
    )
    assert verdict(report) is expected


def test_each_code_of_the_table_is_that_of_a_rule() -> None:
    codes = [rule.code for rule in RULES]
    for start in (*module._MET_BY_USERS, *module._NOT_MET):
        assert any(code.startswith(start) for code in codes), start
