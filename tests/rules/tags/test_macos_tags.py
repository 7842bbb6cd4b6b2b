"""WC420, WC421 and WC422: what macOS tags promise."""

from pathlib import Path

import pytest

import wheelcheck
from tests.macho_builder import ARM64, PROGRAM, X86_64, dylib, extension
from tests.rules.mac import codes, inspect, of
from tests.wheels import WheelBuilder
from wheelcheck.patch.macho_fat import fuse


@pytest.mark.parametrize(
    ("platform", "minimum", "expected"),
    [
        ("macosx_11_0_arm64", (11, 0, 0), []),
        ("macosx_11_0_arm64", (12, 0, 0), ["WC420 error"]),
        ("macosx_14_0_arm64", (11, 0, 0), []),
        ("macosx_13_0_arm64", (13, 3, 0), ["WC422 warning"]),
        ("macosx_12_0_arm64", (13, 3, 0), ["WC420 error"]),
        ("macosx_11_0_arm64", None, []),
    ],
)
def test_arm64(
    tmp_path: Path, platform: str, minimum: tuple[int, int, int] | None, expected: list[str]
) -> None:
    module = extension("_p", minimum=minimum)
    report = inspect(tmp_path, {"pkg/_p.so": module}, f"cp312-cp312-{platform}")
    assert codes(report) == expected


@pytest.mark.parametrize(
    ("platform", "severity"),
    [
        ("macosx_12_3_arm64", "error"),
        ("macosx_10_9_arm64", "error"),
        ("macosx_11_0_arm64.macosx_12_3_arm64", "warning"),
    ],
)
def test_what_no_installer_asks_for(tmp_path: Path, platform: str, severity: str) -> None:
    """#211: cryptic tags such as 14_2."""
    builder = WheelBuilder(
        tag=f"cp312-cp312-{platform}", files={"pkg/_p.so": extension("_p", minimum=None)}
    )
    wheel = builder.write(tmp_path)
    [finding] = of(wheelcheck.inspect(wheel, profile="private"), "WC421")
    assert finding.severity == severity
    on_pypi = wheelcheck.inspect(wheel)
    assert len(of(on_pypi, "WC421")) + len(of(on_pypi, "WC405")) == 1, "told once"


@pytest.mark.parametrize(
    ("platform", "intel", "arm", "wrong"),
    [
        # pypa/wheel 387 and 390: there is no macOS 10 for arm64.
        ("macosx_10_9_universal2", (10, 9, 0), (11, 0, 0), []),
        ("macosx_10_9_universal2", (10, 13, 0), (11, 0, 0), ["x86_64"]),
        ("macosx_10_13_universal2", (10, 13, 0), (12, 0, 0), ["arm64"]),
        ("macosx_10_9_x86_64.macosx_12_0_arm64", (10, 9, 0), (12, 0, 0), []),
        ("macosx_10_9_x86_64.macosx_12_0_arm64", (10, 12, 0), (13, 0, 0), ["x86_64", "arm64"]),
    ],
)
def test_each_slice(
    tmp_path: Path,
    platform: str,
    intel: tuple[int, int, int],
    arm: tuple[int, int, int],
    wrong: list[str],
) -> None:
    """jelmer/dulwich 2140: Rust needs 10.12, the tag says 10.9."""
    both = fuse(extension("_p", arch=X86_64, minimum=intel), extension("_p", minimum=arm))
    report = inspect(tmp_path, {"pkg/_p.so": both}, f"cp312-cp312-{platform}")
    assert sorted(f.evidence["slice"][0] for f in of(report, "WC420")) == sorted(wrong)


def test_bundled_libraries_and_programs(tmp_path: Path) -> None:
    """#211, #214: a library of Homebrew is newer than the tag."""
    files = {
        "pkg/_p.so": extension("_p", "@loader_path/liba.dylib"),
        "pkg/liba.dylib": dylib("/DLC/liba.dylib", minimum=(14, 0, 0)),
        "pkg/tool": extension("x", kind=PROGRAM, arch=ARM64, minimum=(14, 0, 0)),
    }
    report = inspect(tmp_path, files)
    assert {(f.member, str(f.severity)) for f in of(report, "WC420")} == {
        ("pkg/liba.dylib", "error"),
        ("pkg/tool", "warning"),
    }
