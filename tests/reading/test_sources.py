"""Sources are kept and asked when it matters; beyond a bound they are asked at once."""

from pathlib import Path

import pytest

import wheelcheck
from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck.archive.reader import Archive
from wheelcheck.reading.memo import Memo
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.sources.facts import SourceFacts

FILES = {
    "pkg/__init__.py": b"from .gone import x\nfrom .a import y\n__version__ = '3'\n",
    "pkg/a.py": b"import os, absent_module\n",
    "pkg/b.py": b"import ctypes\nctypes.WinDLL('libgmp-10.dll')\n# wheelcheck: patch\n",
    "pkg/_m.pyd": extension("_m"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return WheelBuilder(tag="cp312-cp312-win_amd64", files=FILES).write(tmp_path)


def test_the_report_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = wheelcheck.inspect(path)
    assert {"WC602", "WC605", "WC609", "WC705"} <= {finding.code for finding in kept.findings}
    for most in (0, 60):
        monkeypatch.setattr("wheelcheck.reading.one_pass._MOST_HELD", most)
        assert wheelcheck.inspect(path) == kept


def test_so_is_what_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(path) as archive:
        kept = read_wheel(archive, path.name)
        monkeypatch.setattr("wheelcheck.reading.one_pass._MOST_HELD", 0)
        assert read_wheel(archive, path.name) == kept
    assert kept.naming_repairers == {"pkg/b.py"}


def test_too_much_is_not_checked_and_nothing_is_said_of_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wheelcheck.importing.tree._MOST_WORK", 1)
    report = wheelcheck.inspect(path)
    assert not {"WC602", "WC603", "WC605"} & {finding.code for finding in report.findings}
    assert {"missing-module", "undeclared-dependency"} <= {n.subject for n in report.not_checked}


def test_what_was_asked_counts_in_memory(path: Path) -> None:
    memo = Memo()
    with Archive.open(path) as archive:
        facts = read_wheel(archive, path.name, memo=memo).sources["pkg/a.py"]
    before, total = facts.weight, memo._weight
    assert facts.imports
    memo.next_wheel()
    assert memo._weight - total == facts.weight - before > 0


def test_facts_are_those_of_the_bytes() -> None:
    one, two, other = (SourceFacts(text) for text in (b"import a\n", b"import a\n", b"import b\n"))
    assert one == two.settle()
    assert one != other
    assert one != "import a"
