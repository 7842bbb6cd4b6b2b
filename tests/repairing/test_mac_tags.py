"""Which macOS tag a repaired wheel gets."""

from pathlib import Path

import pytest

import wheelcheck
from tests.macho_builder import X86_64, dylib, extension
from tests.repairing.mac_kit import libs, members, repair, wheel
from wheelcheck import RepairError
from wheelcheck.patch.macho_fat import fuse
from wheelcheck.repairing.retag import retagged, retagged_filename

Version = tuple[int, int, int]


@pytest.mark.parametrize(
    ("platform", "intel", "arm", "target", "expected"),
    [
        ("macosx_11_0_arm64", None, (11, 0, 0), "", "macosx_11_0_arm64"),
        ("macosx_11_0_arm64", None, (14, 0, 0), "", "macosx_14_0_arm64"),
        ("macosx_14_0_arm64", None, (11, 0, 0), "", "macosx_14_0_arm64"),
        ("macosx_14_0_arm64", None, (11, 0, 0), "11.0", "macosx_11_0_arm64"),
        ("macosx_12_3_arm64", None, (12, 3, 0), "", "macosx_12_0_arm64"),  # 211, 214, 219
        ("macosx_10_9_arm64", None, (11, 0, 0), "", "macosx_11_0_arm64"),
        ("macosx_13_0_arm64", None, (13, 3, 0), "", "macosx_13_0_arm64"),
        ("macosx_10_9_x86_64", (10, 13, 0), None, "", "macosx_10_13_x86_64"),  # dulwich 2140
        ("macosx_10_9_universal2", (10, 9, 0), (11, 0, 0), "", "macosx_10_9_universal2"),
        ("macosx_10_9_universal2", (10, 13, 0), (11, 0, 0), "", "macosx_10_13_universal2"),
        ("macosx_10_9_universal2", (10, 9, 0), (12, 0, 0), "", "macosx_12_0_universal2"),
        ("macosx_10_9_universal2", (10, 9, 0), (11, 0, 0), "10.13", "macosx_10_13_universal2"),
        (
            "macosx_10_9_x86_64.macosx_11_0_arm64",
            (10, 12, 0),
            (12, 0, 0),
            "",
            "macosx_10_12_x86_64.macosx_12_0_arm64",
        ),
    ],
)
def test_tags_follow_the_content(
    tmp_path: Path,
    platform: str,
    intel: Version | None,
    arm: Version | None,
    target: str,
    expected: str,
) -> None:
    path = wheel(tmp_path / "in", {"pkg/_p.so": _module(intel, arm)}, f"cp312-cp312-{platform}")
    done = repair(path, tmp_path / "out", target_macos=target)
    assert done.output is not None
    assert done.output.name == f"demo-1.0-cp312-cp312-{expected}.whl"
    content = members(done.output)["demo-1.0.dist-info/WHEEL"].decode()
    tags = [line.removeprefix("Tag: ") for line in content.splitlines() if "Tag:" in line]
    assert tags == [f"cp312-cp312-{p}" for p in expected.split(".")]
    report = wheelcheck.inspect(done.output)
    told = {f.code for f in report.findings}
    assert not told & {"WC204", "WC303", "WC420", "WC421"}, told


def _module(intel: Version | None, arm: Version | None) -> bytes:
    parts = []
    if intel is not None:
        parts.append(extension("_p", arch=X86_64, minimum=intel))
    if arm is not None:
        parts.append(extension("_p", minimum=arm))
    return fuse(*parts) if len(parts) > 1 else parts[0]


def test_a_bundled_library_raises_the_tag(tmp_path: Path) -> None:
    """cibuildwheel 1766, passagemath 148: libraries of Homebrew are newer."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib", minimum=(14, 0, 0)))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/liba.dylib")})
    done = repair(path, tmp_path / "out", folder)
    assert done.plan.output.endswith("macosx_14_0_arm64.whl")
    with pytest.raises(RepairError, match=r"liba\.dylib \(arm64\) needs 14\.0"):
        repair(path, tmp_path / "out", folder, target_macos="12.0")


def test_wheel_files_of_all_kinds() -> None:
    name = "a-1-py3.py2-none-win32.whl"
    assert retagged_filename(name, ["x", "y"]) == "a-1-py3.py2-none-x.y.whl"
    crlf = b"Wheel-Version: 1.0\r\nTag: old\r\nTag: older\r\nBuild: 1\r\n"
    assert retagged(crlf, name) == (
        b"Wheel-Version: 1.0\r\nTag: py3-none-win32\r\nTag: py2-none-win32\r\nBuild: 1\r\n"
    )
    assert retagged(b"Wheel-Version: 1.0", "a-1-py3-none-any.whl") == (
        b"Wheel-Version: 1.0\nTag: py3-none-any\n"
    )
