"""Each peer gets the wheels that it is for."""

import json
from pathlib import Path

import pytest

from benchmarks.tools import INSPECTORS, Tool, repairers
from testdata.fetch import pins

LISTED = json.loads((Path(__file__).parents[2] / "benchmarks/wheels.json").read_text())["sets"]
TOOLS = {tool.name: tool for tool in INSPECTORS}


@pytest.mark.parametrize(
    ("name", "suited"),
    [
        ("a-1-cp312-cp312-musllinux_1_2_x86_64.whl", {"auditwheel"}),
        ("a-1-cp39-abi3-manylinux2014_x86_64.whl", {"auditwheel", "abi3audit"}),
        ("a-1-cp315-abi3.abi3t-win_arm64.whl", {"delvewheel", "abi3audit"}),
        ("a-1-py3-none-macosx_10_9_universal2.whl", {"delocate-listdeps"}),
        ("abi3_win-1-py3-none-any.whl", set()),
    ],
)
def test_a_wheel_goes_to_the_tools_for_its_system(name: str, suited: set[str]) -> None:
    found = {tool.name for tool in INSPECTORS if tool.suits(name)}
    assert found == suited | {"check-wheel-contents", "twine"}


def test_one_call_takes_all_wheels_where_the_tool_can() -> None:
    wheels = [Path("a.whl"), Path("b.whl")]
    many, one = TOOLS["twine"], TOOLS["auditwheel"]
    assert list(many.calls(wheels, each=False)) == [
        ["twine", "check", "--strict", "a.whl", "b.whl"]
    ]
    assert list(one.calls(wheels, each=False)) == [
        ["auditwheel", "show", "a.whl"],
        ["auditwheel", "show", "b.whl"],
    ]
    assert len(list(many.calls(wheels, each=True))) == len(wheels)


def test_titles_are_without_options() -> None:
    assert Tool("twine", ("check", "--strict"), lambda _: True).title == "twine check"


@pytest.mark.parametrize(
    ("wheel", "own"),
    [("a-1-cp312-cp312-win_amd64.whl", "delvewheel"),
     ("a-1-cp312-cp312-manylinux_2_28_x86_64.whl", "auditwheel")],
)  # fmt: skip
def test_each_system_has_its_repairer(wheel: str, own: str) -> None:
    commands = repairers(Path(wheel), Path("libraries"), Path("out"))
    assert set(commands) == {own, "repairwheel"}
    assert all(command[-1] == wheel for command, _ in commands.values())


def test_every_wheel_of_the_benchmarks_can_be_asked_for() -> None:
    for wheels in LISTED.values():
        assert [pin.filename for pin in pins(wheels).values()] == list(wheels)
    assert all(len(sha256) == 64 for wheels in LISTED.values() for sha256 in wheels.values())
