import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelcheck.distinfo.tag_sets import expand
from wheelcheck.platforms.base import load_data
from wheelcheck.platforms.windows.runtimes import is_debug_runtime, is_msvc_runtime
from wheelcheck.platforms.windows.supply import classify, is_api_set
from wheelcheck.platforms.windows.target import WindowsTarget

ABI3 = "cp39-abi3-win_amd64"
MACHINES = ("win32", "win_amd64", "win_arm64")


def target(tag: str) -> WindowsTarget:
    found = WindowsTarget.from_tags(expand(tag))
    assert found is not None
    return found


def kind(name: str, tag: str) -> str | None:
    supplied = classify(name, target(tag))
    return None if supplied is None else supplied.kind


@pytest.mark.parametrize("platform", MACHINES)
@pytest.mark.parametrize(
    "name",
    [
        "KERNEL32.dll", "kernel32", "ntdll.dll", "USER32.DLL", "advapi32.dll", "ws2_32.dll",
        "WINSPOOL.DRV", "msvcrt.dll", "ucrtbase.dll", "bcryptprimitives.dll", "msvcp60.dll",
        "msvcirt.dll", "mfc42.dll", "mfc42u.dll", "atl.dll", "dbghelp.dll", "d3d11.dll",
        "opengl32.dll", "bthprops.cpl", "combase.dll", "d3d12.dll", "dcomp.dll", "icu.dll",
        "msvcp_win.dll", "msvcp110_win.dll", "ucrtbase_enclave.dll", "msvcp140_clr0400.dll",
        "api-ms-win-crt-runtime-l1-1-0.dll", "API-MS-Win-Core-Synch-L1-2-0.dll",
        "ext-ms-win-ntuser-window-l1-1-0.dll",
    ],
)  # fmt: skip
def test_windows_has_it(name: str, platform: str) -> None:
    assert kind(name, f"cp311-abi3-{platform}") == "system"


@pytest.mark.parametrize("platform", MACHINES)
@pytest.mark.parametrize(
    "name",
    [
        "msvcp140.dll", "msvcp140_1.dll", "vcomp140.dll", "concrt140.dll", "mfc140u.dll",
        "vccorlib140.dll", "vcruntime140_threads.dll", "msvcr100.dll", "msvcr120.dll",
        "msvcp140d.dll", "vcruntime140d.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll",
        "libcrypto.dll", "libgmp-10.dll", "cudart64_12.dll", "python.dll", "apims.dll",
        "api-ms-win-crt-heap-l1-1-0.exe", "", ".dll", "kernel32.dll.local", "../kernel32.dll",
    ],
)  # fmt: skip
def test_nobody_has_it(name: str, platform: str) -> None:
    assert kind(name, f"cp311-abi3-{platform}") is None


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("nvcuda.dll", "NVIDIA"),
        ("nvml.dll", "NVIDIA"),
        ("VULKAN-1.dll", "graphics driver"),
        ("OpenCL.dll", "graphics driver"),
        ("amdhip64_6.dll", "AMD"),
        ("ze_loader.dll", "Intel"),
    ],
)
def test_drivers_bring_it(name: str, owner: str) -> None:
    supplied = classify(name, target(ABI3))
    assert supplied is not None
    assert supplied.kind == "driver"
    assert owner in supplied.reason


@pytest.mark.parametrize(
    ("tag", "has", "has_not"),
    [
        ("cp39-abi3-win_amd64", ["vcruntime140", "vcruntime140_1"], ["vcruntime140d"]),
        ("cp39-abi3-win32", ["vcruntime140"], ["vcruntime140_1"]),
        ("cp311-cp311-win_arm64", ["vcruntime140", "vcruntime140_1"], []),
        ("cp313-cp313t-win_amd64", ["vcruntime140", "vcruntime140_1"], []),
        ("cp38-cp38-win_amd64", ["vcruntime140"], ["vcruntime140_1"]),
        ("cp38-abi3-win_amd64", ["vcruntime140"], ["vcruntime140_1"]),
        ("cp38.cp312-cp38.cp312-win_amd64", ["vcruntime140"], ["vcruntime140_1"]),
        ("cp312-cp312d-win_amd64", ["vcruntime140d", "ucrtbased"], ["vcruntime140"]),
        ("cp34-cp34m-win32", ["msvcr100"], ["vcruntime140", "msvcr90"]),
        ("cp33-abi3-win32", [], ["vcruntime140", "msvcr100"]),
        ("cp27-cp27m-win32", ["msvcr90"], ["msvcr100"]),
        ("cp25-cp25m-win32", [], ["msvcr71", "msvcr90"]),
        ("pp310-pypy310_pp73-win_amd64", ["vcruntime140"], ["vcruntime140_1"]),
        ("graalpy312-graalpy250_312_native-win_amd64", ["vcruntime140", "vcruntime140_1"], []),
        ("py3-none-win_amd64", ["vcruntime140"], ["vcruntime140_1"]),
        ("py3-none-win32", ["vcruntime140"], ["vcruntime140_1"]),
        ("py3-none-win_arm64", ["vcruntime140", "vcruntime140_1"], []),
    ],
)
def test_the_runtimes_beside_every_promised_python(
    tag: str, has: list[str], has_not: list[str]
) -> None:
    for name in has:
        assert kind(f"{name}.dll", tag) == "python", name
    for name in has_not:
        assert kind(f"{name}.dll", tag) is None, name


@pytest.mark.parametrize(
    "name",
    [
        "python3.dll", "python311.dll", "python313t.dll", "python312_d.dll", "libpypy3.10-c.dll",
        "python-native.dll",
    ],
)  # fmt: skip
def test_a_python_dll_is_never_the_wheels_to_bring(name: str) -> None:
    assert kind(name, ABI3) == "python"


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("cp38-cp38-win_amd64", "part of Windows 10 and later, while the tags admit Windows 7"),
        (ABI3, "part of Windows 10 and later, while the tags admit Windows 8.1"),
        ("cp313-cp313-win_amd64", "part of Windows 10 and later"),
    ],
)
def test_a_part_of_windows_that_is_newer_than_promised_says_so(tag: str, reason: str) -> None:
    supplied = classify("d3d12.dll", target(tag))
    assert supplied is not None
    assert supplied.reason == reason


def test_a_feature_update_is_named() -> None:
    supplied = classify("icu.dll", target("cp313-cp313-win32"))
    assert supplied is not None
    assert supplied.reason == "part of Windows 10 and later (from version 1903 on)"


def test_the_universal_runtime_is_explained_where_windows_came_without() -> None:
    old, new = (classify("ucrtbase.dll", target(tag)) for tag in (ABI3, "cp313-cp313-win_amd64"))
    assert old is not None
    assert new is not None
    assert "came by update" in old.reason
    assert "came by update" not in new.reason


def test_what_only_arm64_discs_hold_is_not_taken_over() -> None:
    assert kind("wowarmhw.dll", "cp313-cp313-win_arm64") == "system"
    assert kind("wowarmhw.dll", "cp313-cp313-win_amd64") is None


@pytest.mark.parametrize(
    ("name", "is_set"),
    [
        ("api-ms-win-core-file-l1-1-0.dll", True),
        ("EXT-MS-WIN-GDI-DC-L1-2-0.DLL", True),
        ("api-ms-win-core-file-l1-1-0.exe", False),
        ("apim.dll", False),
        ("kernel32.dll", False),
    ],
)
def test_api_sets(name: str, is_set: bool) -> None:
    assert is_api_set(name) is is_set


def test_no_list_holds_a_runtime_that_wheels_must_bring() -> None:
    data = load_data("windows-system.json")
    for names in (*data["discs"].values(), data["added"], data["drivers"]):
        assert [n for n in names if is_msvc_runtime(n) or is_debug_runtime(n)] == []
        assert [n for n in names if n.startswith(("lib", "python"))] in (
            [],
            ["libmfx64-gen.dll", "libmfxhw32.dll", "libmfxhw64.dll"],
        )


def test_lists_are_sorted_lower_case_and_disjoint() -> None:
    data = load_data("windows-system.json")
    for names in data["discs"].values():
        assert names == sorted(set(names))
        assert [n for n in names if n != n.lower()] == []
        assert not set(names) & set(data["drivers"])
    assert not set(data["added"]) & set(data["drivers"])
    assert {len(names) > 1000 for names in data["discs"].values()} == {True}


@settings(max_examples=100)
@given(st.sampled_from(["cp39-abi3-win_amd64", "py3-none-win32", "cp313-cp313t-win_arm64"]),
       st.text(max_size=40))  # fmt: skip
def test_any_name_has_an_answer_whatever_its_case(tag: str, name: str) -> None:
    ascii_name = name.encode("ascii", "replace").decode()
    assert kind(ascii_name.upper(), tag) == kind(ascii_name.lower(), tag)
    kind(name, tag)
