"""WC803 no-aslr and WC804 no-nx."""

from pathlib import Path

import pytest

from tests.native import SYSTEM, inspect, of
from tests.pe_builder import Pe
from wheelcheck import Severity


@pytest.mark.parametrize(
    ("flags", "codes"),
    [(0x160, []), (0x120, ["WC803"]), (0x060, ["WC804"]), (0, ["WC803", "WC804"])],
)
def test_flags_of_protection(tmp_path: Path, flags: int, codes: list[str]) -> None:
    module = Pe(imports=SYSTEM, exports={"PyInit__p": None}, dll_characteristics=flags).build()
    report = inspect(tmp_path, {"pkg/_p.pyd": module})
    found = of(report, "WC803") + of(report, "WC804")
    assert [f.code for f in found] == codes
    assert all(f.severity is Severity.NOTE and f.member == "pkg/_p.pyd" for f in found)
