"""WC801 damaged-binary and WC802 debug-data."""

from pathlib import Path

import pytest

from tests.native import extension, inspect, of
from wheelcheck import Severity

REAL = Path(__file__).parents[3] / "testdata" / "real"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        b"MZ" + bytes(200),
        extension("_p")[:300],
    ],
)
def test_damaged(tmp_path: Path, data: bytes) -> None:
    report = inspect(tmp_path, {"pkg/_p.pyd": data, "pkg/_q.pyd": extension("_q", {"x.dll": []})})
    [finding] = of(report, "WC801")
    assert (finding.member, finding.severity) == ("pkg/_p.pyd", Severity.ERROR)
    assert of(report, "WC701"), "the other rules still run"


def test_not_damaged(tmp_path: Path) -> None:
    files = {
        "pkg/_p.pyd": extension("_p"),
        "pkg/data.bin": b"MZ is a fine start for data that is no program at all" * 9,
        "pkg-1/notes.pyd": b"not importable there",
    }
    assert of(inspect(tmp_path, files), "WC801") == []


def test_debug_data() -> None:
    import wheelcheck

    [wheel] = REAL.glob("q_kangaroo-*-win_amd64.whl")
    [finding] = of(wheelcheck.inspect(wheel), "WC802")
    assert finding.evidence["debug"] == ("COFF symbols", "DWARF")


def test_no_debug_data(tmp_path: Path) -> None:
    assert of(inspect(tmp_path, {"pkg/_p.pyd": extension("_p")}), "WC802") == []
