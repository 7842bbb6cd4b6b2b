"""Whose rules a wheel is repaired by."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.wheels import WheelBuilder
from wheelcheck import Config, RepairError, RepairSettings, plan_repair, repair

if TYPE_CHECKING:
    from wheelcheck import RepairKeywords

MAC = "cp312-cp312-macosx_11_0_arm64"
LINUX = "cp312-cp312-linux_x86_64"
KEPT = "libraries keep their names unless two have the same"
WINDOWS = "cp312-cp312-win_amd64"


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


@pytest.mark.parametrize(
    ("tag", "options", "told"),
    [
        (MAC, {"strip": True}, ["--strip has no effect on wheels for macOS"]),
        (
            MAC,
            {"include": ["liba.dylib"], "exclude": ()},
            ["--include has no effect on wheels for macOS"],
        ),
        (
            MAC,
            {"no_mangle": ["*"]},
            [f"--no-mangle has no effect on wheels for macOS: {KEPT}"],
        ),
        (
            MAC,
            {"lib_suffix": ".dlls", "layout": "libs"},
            [
                "--layout has no effect on wheels for macOS",
                "--lib-sdir has no effect on wheels for macOS",
            ],
        ),
        (MAC, {"layout": "auto", "strip": False, "level": 9}, []),
        (LINUX, {"with_symbols": True}, ["--with-symbols has no effect on wheels for Linux"]),
        (LINUX, {"strip": True, "target_macos": "11.0"}, []),
        (WINDOWS, {"strip": True, "plat": "auto", "require_archs": "arm64"}, []),
        ("py3-none-any", {"strip": True}, []),
    ],
)
def test_options_without_effect_are_told(
    tmp_path: Path, tag: str, options: "RepairKeywords", told: list[str]
) -> None:
    wheel = WheelBuilder(tag=tag, files={"demo.py": b""}).write(tmp_path)
    plan = plan_repair(wheel, environ={}, **options)
    assert [note for note in plan.notes if "has no effect" in note] == told


def test_settings_may_say_what_is_for_other_wheels(tmp_path: Path) -> None:
    wheel = WheelBuilder(tag=MAC, files={"demo.py": b""}).write(tmp_path)
    config = Config(repair=RepairSettings(everywhere={"strip": True}))
    done = repair(wheel, tmp_path / "out", environ={}, config=config)
    assert done.notes == ()
    done = repair(wheel, tmp_path / "out", environ={}, strip=True, dry_run=True)
    assert done.notes == ("--strip has no effect on wheels for macOS",)
