"""WC713, WC802, WC811 and WC812 on Mach-O images."""

from pathlib import Path

import pytest

from tests.macho_builder import X86_64, dylib, extension
from tests.macho_images import built
from tests.rules.mac import codes, inspect, of
from wheelcheck.patch.macho_fat import fuse

INTEL = "cp312-cp312-macosx_11_0_x86_64"


def test_unsigned(tmp_path: Path) -> None:
    module = extension("_p", signed=False)
    assert codes(inspect(tmp_path, {"pkg/_p.so": module})) == ["WC811 error"]


def test_intel_needs_no_signature(tmp_path: Path) -> None:
    module = extension("_p", arch=X86_64)
    assert codes(inspect(tmp_path, {"pkg/_p.so": module}, INTEL)) == []


@pytest.mark.parametrize(
    ("arch", "tag"), [(X86_64, INTEL), ("arm64", "cp312-cp312-macosx_11_0_arm64")]
)
def test_edited_after_signing(tmp_path: Path, arch: str, tag: str) -> None:
    """python-mip 428, cbcbox 1, tvm 19664: edited and never signed again."""
    module = extension("_p", arch=arch, signed=True, salt=b"before")
    edited = module.replace(b"before", b"behind")
    [finding] = of(inspect(tmp_path, {"pkg/_p.so": edited}, tag), "WC811")
    assert finding.severity == "error"
    assert finding.evidence["slice"] == (arch,)


def test_one_slice_of_two(tmp_path: Path) -> None:
    both = fuse(extension("_p", arch=X86_64), extension("_p", signed=False))
    report = inspect(tmp_path, {"pkg/_p.so": both}, "cp312-cp312-macosx_11_0_universal2")
    [finding] = of(report, "WC811")
    assert "(arm64)" in finding.message


def test_simulator(tmp_path: Path) -> None:
    """#273."""
    files = {"pkg/_p.so": extension("_p"), "pkg/libsim.dylib": built("libsim.dylib")}
    report = inspect(tmp_path, files)
    [finding] = of(report, "WC812")
    assert (finding.member, finding.severity) == ("pkg/libsim.dylib", "error")
    files = {"pkg/_p.so": extension("_p"), "pkg/tests/libsim.dylib": built("libsim.dylib")}
    assert of(inspect(tmp_path, files), "WC812") == []


def test_build_paths(tmp_path: Path) -> None:
    """Seen in peers: rpaths of leaf libraries stay in published wheels."""
    files = {
        "pkg/_p.so": extension("_p", "@loader_path/liba.dylib", rpaths=("/usr/lib",)),
        "pkg/liba.dylib": dylib("/opt/build/liba.dylib", rpaths=("/opt/zmq/lib", "@loader_path")),
        "pkg/libb.dylib": dylib("/DLC/pkg/libb.dylib"),
    }
    [finding] = of(inspect(tmp_path, files), "WC713")
    assert finding.member == "pkg/liba.dylib"
    assert finding.evidence["rpath"] == ("/opt/zmq/lib",)
    assert finding.evidence["install_name"] == ("/opt/build/liba.dylib",)
    assert finding.severity == "warning"


def test_a_map_to_debug_data_is_no_debug_data(tmp_path: Path) -> None:
    files = {"pkg/demo.cpython-312-darwin.so": built("demo.cpython-312-darwin.so")}
    report = inspect(tmp_path, files, "cp312-cp312-macosx_11_0_universal2")
    assert of(report, "WC802") == []
