"""What is left after the libraries are taken out is a wheel that can be repaired."""

import zipfile
from pathlib import Path

import wheelcheck
from benchmarks.takeout import take_out
from tests.wheels import WheelBuilder


def test_libraries_go_and_the_rest_stays_a_wheel(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": b"",
        "pkg.libs/libone.so.1": b"one",
        "pkg-1.0.dist-info/DELVEWHEEL": b"Version: 1.13.2\n",
    }
    wheel = WheelBuilder(tag="cp312-cp312-linux_x86_64", files=files).write(tmp_path)
    bare = take_out(wheel, tmp_path / "in", tmp_path / "libraries")
    assert (tmp_path / "libraries/libone.so.1").read_bytes() == b"one"
    with zipfile.ZipFile(bare) as archive:
        names = archive.namelist()
    assert "pkg/__init__.py" in names
    assert not [name for name in names if "libs" in name or "DELVEWHEEL" in name]
    report = wheelcheck.inspect(bare)
    assert [f.code for f in report.findings if f.code.startswith("WC2")] == []
