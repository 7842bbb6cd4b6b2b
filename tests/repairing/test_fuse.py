"""Two thin wheels joined into one for both machines."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import wheelcheck
from tests import macho_verifier as verifier
from tests.macho_builder import ARM64, X86_64, dylib, extension
from tests.repairing.mac_kit import members, natives
from tests.wheels import WheelBuilder
from wheelcheck import RepairError, UsageError, fuse_wheels
from wheelcheck.cli import main

INTEL_TAG, ARM_TAG = "cp312-cp312-macosx_10_9_x86_64", "cp312-cp312-macosx_11_0_arm64"


def thin(folder: Path, arch: str, tag: str = "", more: Mapping[str, bytes] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    minimum = (10, 9, 0) if arch == X86_64 else (11, 0, 0)
    files = {
        "pkg/__init__.py": b"",
        "pkg/_p.so": extension("_p", "@loader_path/liba.dylib", arch=arch, minimum=minimum),
        "pkg/liba.dylib": dylib("/DLC/pkg/liba.dylib", arch=arch, minimum=minimum),
        **{f"pkg/{name}": data for name, data in (more or {}).items()},
    }
    tag = tag or (INTEL_TAG if arch == X86_64 else ARM_TAG)
    return WheelBuilder(tag=tag, files=files).write(folder)


def test_fused(tmp_path: Path) -> None:
    intel, arm = thin(tmp_path, X86_64), thin(tmp_path, ARM64)
    done = fuse_wheels(intel, arm, tmp_path / "out", environ={})
    assert done.output.name == "demo-1.0-cp312-cp312-macosx_10_9_universal2.whl"
    assert done.report.at_least(wheelcheck.Severity.WARNING) == ()
    assert set(done.fused) == {"pkg/_p.so", "pkg/liba.dylib"}
    for name, slices in natives(done.output).items():
        assert [s.name for s in slices] == ["x86_64", "arm64"]
        verifier.check(members(done.output)[name])
    other = fuse_wheels(arm, intel, tmp_path / "out2", environ={})
    assert other.output.read_bytes() == done.output.read_bytes(), "the order makes no difference"


def test_binaries_without_a_suffix(tmp_path: Path) -> None:
    """#227: the binary of a framework has none."""
    name = "Demo.framework/Versions/A/Demo"
    halves = [
        thin(tmp_path, arch, more={name: dylib(f"@rpath/{name}", arch=arch)})
        for arch in (X86_64, ARM64)
    ]
    done = fuse_wheels(halves[0], halves[1], tmp_path / "out", environ={})
    assert [s.name for s in natives(done.output)[f"pkg/{name}"]] == ["x86_64", "arm64"]


def test_a_newer_arm_half(tmp_path: Path) -> None:
    intel = thin(tmp_path, X86_64)
    arm = thin(tmp_path, ARM64, "cp312-cp312-macosx_14_0_arm64")
    done = fuse_wheels(intel, arm, tmp_path / "out", environ={})
    assert done.output.name.endswith("macosx_14_0_universal2.whl")


def test_differences_are_named(tmp_path: Path) -> None:
    """#180 and #228: files that differ and are no native code."""
    intel = thin(tmp_path, X86_64, more={"a.txt": b"x", "lib.a": b"!<arch>\n1", "only.txt": b""})
    arm = thin(tmp_path, ARM64, more={"a.txt": b"y", "lib.a": b"!<arch>\n2"})
    with pytest.raises(RepairError) as caught:
        fuse_wheels(intel, arm, tmp_path / "out")
    text = str(caught.value)
    assert "pkg/a.txt differs" in text
    assert "pkg/lib.a differs" in text
    assert "pkg/only.txt is in demo-1.0-cp312-cp312-macosx_10_9_x86_64.whl only" in text
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("tag", "error"),
    [
        ("cp312-cp312-macosx_10_13_x86_64", RepairError),
        ("cp312-cp312-macosx_11_0_universal2", RepairError),
        ("cp313-cp313-macosx_11_0_arm64", RepairError),
        ("cp312-cp312-win_amd64", UsageError),
    ],
)
def test_wheels_that_do_not_fit(tmp_path: Path, tag: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        fuse_wheels(thin(tmp_path, X86_64), thin(tmp_path, ARM64, tag), tmp_path / "out")


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intel, arm = thin(tmp_path, X86_64), thin(tmp_path, ARM64)
    assert main(["fuse", str(intel), str(arm), "-w", str(tmp_path / "out")]) == 0
    assert "fused -> " in capsys.readouterr().out
    assert main(["fuse", str(intel), str(intel), "-w", str(tmp_path / "out")]) == 1
    assert "not fused" in capsys.readouterr().err
