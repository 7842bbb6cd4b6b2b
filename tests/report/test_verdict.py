"""The words for what becomes of a wheel."""

import pytest

from tests.report import audits
from wheelcheck.findings import Severity
from wheelcheck.report.verdict import Verdict, verdict

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
        (((ERROR, "WC826"),), Verdict.WRONG),
        (((ERROR, "WC830"),), Verdict.WRONG),
        (((ERROR, "WC116"),), Verdict.BREAKS),
        (((ERROR, "WC850"),), Verdict.BREAKS),
        (((ERROR, "WC999"),), Verdict.WRONG),
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
