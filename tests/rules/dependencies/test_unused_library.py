"""WC714: well-known DLLs that nothing in the wheel imports or opens."""

from pathlib import Path

from tests.native import extension, inspect, library, of

RUNTIME = "pkg/libwinpthread-1.dll"
WHEEL = {"pkg/__init__.py": b"", "pkg/_a.pyd": extension("_a"), RUNTIME: library("f")}


def test_a_stray_runtime(tmp_path: Path) -> None:
    [finding] = of(inspect(tmp_path, {**WHEEL, "pkg/libgcc_s_seh-1.dll": library("g")}), "WC714")
    assert finding.severity == "note"
    assert finding.evidence["files"] == ("pkg/libgcc_s_seh-1.dll", RUNTIME)
    assert "that nothing in the wheel imports or opens" in finding.message


def test_what_is_imported_is_used(tmp_path: Path) -> None:
    by_module = {**WHEEL, "pkg/_a.pyd": extension("_a", {"libwinpthread-1.dll": ["f"]})}
    assert of(inspect(tmp_path, by_module), "WC714") == []


def test_what_may_be_opened_is_left_alone(tmp_path: Path) -> None:
    source = b"import ctypes, os\nfor n in os.listdir('.'):\n    ctypes.WinDLL(n)\n"
    assert of(inspect(tmp_path, {**WHEEL, "pkg/__init__.py": source}), "WC714") == []


def test_own_plugins_and_runtimes_of_visual_studio_are_left_alone(tmp_path: Path) -> None:
    files = {"pkg/_a.pyd": extension("_a"), "pkg/plugin.dll": library("f")}
    assert of(inspect(tmp_path, {**files, "pkg/msvcp140.dll": library("f")}), "WC714") == []


def test_a_wheel_of_libraries_alone_brings_them_for_others(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": b"", RUNTIME: library("f")}
    assert of(inspect(tmp_path, files, "py3-none-win_amd64"), "WC714") == []
