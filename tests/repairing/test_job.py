"""Whose rules a wheel is repaired by."""

from pathlib import Path

import pytest

from tests.wheels import WheelBuilder
from wheelcheck import RepairError, plan_repair


@pytest.mark.parametrize(
    ("tag", "platform"),
    [
        ("py3-none-any", "any"),
        ("cp312-cp312-win32.win_amd64", "windows"),
        ("cp312-cp312-linux_x86_64.manylinux2014_x86_64.musllinux_1_2_x86_64", "linux"),
        ("cp312-cp312-macosx_10_9_intel.macosx_11_0_arm64", "macos"),
    ],
)
def test_tags_choose_the_platform(tmp_path: Path, tag: str, platform: str) -> None:
    wheel = WheelBuilder(tag=tag, files={"demo.py": b""}).write(tmp_path)
    assert plan_repair(wheel, environ={}).platform == platform


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        ("cp312-cp312-win_amd64.linux_x86_64", "is tagged for several systems at once"),
        ("cp312-cp312-freebsd_13_amd64", "platform freebsd_13_amd64 is not known"),
        ("cp312-cp312-windows.manylinux", "platform manylinux is not known"),
    ],
)
def test_what_no_rules_are_for_is_refused(tmp_path: Path, tag: str, problem: str) -> None:
    wheel = WheelBuilder(tag=tag, files={"demo.py": b""}).write(tmp_path)
    with pytest.raises(RepairError, match=problem):
        plan_repair(wheel, environ={})
