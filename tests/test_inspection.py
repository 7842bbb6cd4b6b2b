"""From a wheel to a report: what is bounded there."""

from pathlib import Path

import pytest

import wheelcheck
from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck import Limits


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    files = {f"p/_p{i}.pyd": extension(f"_p{i}", {"x.dll": ["f"]}) for i in range(10)}
    return WheelBuilder(files=files).write(tmp_path)


def test_edges_beyond_a_bound_are_judged_but_not_listed(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = wheelcheck.inspect(wheel)
    assert "dependencies" not in {n.subject for n in whole.not_checked}
    monkeypatch.setattr("wheelcheck.inspection._MOST_TEXT", 1_000)
    cut = wheelcheck.inspect(wheel)
    assert 0 < len(cut.dependencies) < len(whole.dependencies)
    assert cut.dependencies == whole.dependencies[: len(cut.dependencies)]
    assert cut.findings == whole.findings
    [note] = [n for n in cut.not_checked if n.subject == "dependencies"]
    left_out = len(whole.dependencies) - len(cut.dependencies)
    assert note.reason == f"{left_out} more are judged, but not listed"


def test_too_many_ways_through_the_graph(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wheelcheck.resolving.walk._MOST_WORK", 20)
    report = wheelcheck.inspect(wheel)
    assert report.error == f"{wheel.name}: its native objects import each other in too many ways"
    assert report.findings == ()


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(natives=9), "more than 9 native objects"),
        (Limits(imports=20), "more than 20 imports"),
        (Limits(symbols=20), "more than 20 symbols"),
    ],
)
def test_limits_on_native_objects(wheel: Path, limits: Limits, said: str) -> None:
    assert said in (wheelcheck.inspect(wheel, limits=limits).error or "")


def test_exactly_what_the_limits_allow(wheel: Path) -> None:
    assert wheelcheck.inspect(wheel, limits=Limits(natives=10)).error is None
