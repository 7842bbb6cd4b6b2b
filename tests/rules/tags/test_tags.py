"""WC401 and WC403 to WC410: tags by themselves and against the content, in all formats."""

from pathlib import Path

import pytest

from tests import heads
from tests.native import extension, library
from tests.pe_builder import Pe
from tests.rules.judged import findings, pure, report_of, verdict
from tests.wheels import WheelBuilder

MANYLINUX = "manylinux_2_28_x86_64"
MACOS = "macosx_11_0_arm64"
BOTH = (heads.MAC_X86_64, heads.MAC_ARM64)
SO = "cpython-312-x86_64-linux-gnu.so"


def holding(tag: str, *names: str, data: bytes = heads.elf()) -> WheelBuilder:
    return WheelBuilder(tag=tag, files=dict.fromkeys(names, data))


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("cp312-cp312", ""),
        ("cp39-abi3", ""),
        ("cp37-cp37m", ""),
        ("cp313-cp313t", ""),
        ("cp315-abi3.abi3t", ""),
        ("cp312-none", ""),
        ("py3-none", ""),
        ("py2.py3-none", ""),
        ("cp311.cp312-cp311.cp312", ""),
        ("cp312.pp310-cp312.pypy310_pp73", ""),
        ("pp3-none", ""),
        ("graalpy312-graalpy250_312_native", ""),
        ("cp09-abi3", "cp39 may be meant"),
        ("cp9-abi3", "cp39 may be meant"),
        ("cp3-abi3", "names a version"),
        ("cp27-abi3", "since Python 3.2"),
        ("cp31-abi3", "since Python 3.2"),
        ("cp312-abi3t", "since Python 3.15"),
        ("py3-abi3", "CPython tags only"),
        ("cp313t-cp313t", "belong to the ABI tag"),
        ("cp312-cp312t", "has no such build"),
        ("cp38-cp38m", "has no such build"),
        ("cp312-cp311", "not that of cp312"),
        ("py3-cp312", "not that of py3"),
        ("pp310-pypy39_pp73", "not that of pp310"),
        ("xy3-none", "no known interpreter"),
        ("py3-any", "no known ABI"),
        ("cp312-abi4", "no known ABI"),
        ("python3-none", "no known interpreter"),
        ("cp311.cp312-cp311", "not that of cp312"),
    ],
)
def test_python_and_abi_tags(tmp_path: Path, tag: str, said: str) -> None:
    builder = holding(f"{tag}-win_amd64", "demo/tool.exe", data=heads.as_program(library()))
    builder.fields = {"Requires-Python": None}
    found = [f for f in findings(tmp_path, builder) if f.code == "WC404"]
    assert [f.severity for f in found] == (["error"] if said else [])
    assert not said or said in found[0].message


def test_an_abi_without_native_code(tmp_path: Path) -> None:
    assert verdict(tmp_path, pure(tag="cp39-abi3-any")) == ["WC404 warning"]
    assert verdict(tmp_path, pure(tag="cp312-none-any")) == []


@pytest.mark.parametrize(
    ("platform", "taken", "known"),
    [
        ("manylinux_2_28_x86_64", True, True),
        ("manylinux2014_aarch64", True, True),
        ("manylinux1_aarch64", False, True),
        ("manylinux_2_28_loongarch64", False, True),
        ("manylinux_2_28_ppc64", True, True),
        ("musllinux_1_2_ppc64", False, True),
        ("musllinux_1_2_riscv64", True, True),
        ("linux_x86_64", False, True),
        ("linux_armv7l", True, True),
        ("macosx_10_9_universal2", True, True),
        ("macosx_11_0_arm64", True, True),
        ("macosx_11_3_arm64", False, True),
        ("macosx_27_0_arm64", False, True),
        ("win_arm64", True, True),
        ("win64", False, False),
        ("windows_amd64", False, False),
        ("ios_13_0_arm64_iphoneos", True, True),
        ("android_21_arm64_v8a", True, True),
        ("pyemscripten_2026_0_wasm32", True, True),
        ("pyodide_2025_0_wasm32", False, True),
        ("freebsd_14_0_release_amd64", False, True),
        ("manylinux_2_28", False, False),
    ],
)
def test_platform_tags(tmp_path: Path, platform: str, taken: bool, known: bool) -> None:
    builder = WheelBuilder(tag=f"py3-none-{platform}", files={"lib.a": b"!<arch>\n"})
    found = findings(tmp_path, builder)
    assert [f"{f.code} {f.severity}" for f in found] == ([] if taken else ["WC405 error"])
    assert taken or ("no platform tag that any tool makes" in found[0].message) != known
    private = verdict(tmp_path, builder, "private")
    # There, too, a wheel that no installer takes is of no use.
    useless = ["WC421 error"] if platform == "macosx_11_3_arm64" else []
    assert private == useless + ([] if taken else ["WC405 warning"])


@pytest.mark.parametrize(
    ("tag", "names", "data", "expected"),
    [
        (f"cp312-cp312-{MANYLINUX}", [f"demo/_d.{SO}"], heads.elf(), []),
        (f"cp312-cp312-{MANYLINUX}", [f"demo/_d.{SO}"], heads.macho(), ["WC403 error"]),
        (f"cp312-cp312-{MANYLINUX}", ["demo/_d.pyd"], extension("_d"), ["WC403 error"]),
        (f"py3-none-{MACOS}", ["demo/lib.dylib"], heads.elf(), ["WC403 error"]),
        ("cp312-cp312-win_amd64", ["demo/_d.pyd"], heads.elf(), ["WC403 error"]),
        (f"py3-none-{MANYLINUX}", ["demo/tests/x.dylib", "demo/lib.so"], heads.elf(), []),
    ],
)
def test_formats(
    tmp_path: Path, tag: str, names: list[str], data: bytes, expected: list[str]
) -> None:
    assert verdict(tmp_path, holding(tag, *names, data=data)) == expected


def test_another_format_beside_the_right_one(tmp_path: Path) -> None:
    builder = holding(f"cp312-cp312-{MANYLINUX}", f"demo/_d.{SO}")
    builder.files["demo/agent.dylib"] = heads.macho(kind=6)
    assert verdict(tmp_path, builder) == ["WC403 note"]
    builder.files["demo/_e.cpython-312-darwin.so"] = heads.macho()
    assert verdict(tmp_path, builder) == ["WC403 error", "WC403 note"]


@pytest.mark.parametrize(
    ("platform", "data", "expected"),
    [
        (MANYLINUX, heads.elf(), []),
        (MANYLINUX, heads.elf(heads.ARM64), ["WC401 error"]),
        (MANYLINUX, heads.elf(heads.X86), ["WC401 error"]),
        (MANYLINUX, heads.elf(0), ["WC401 error"]),
        ("manylinux_2_28_aarch64", heads.elf(heads.ARM64), []),
        ("manylinux_2_28_i686", heads.elf(heads.X86), []),
        ("musllinux_1_2_armv7l", heads.elf(heads.ARM), []),
        ("manylinux_2_28_s390x", heads.elf(heads.S390X, order=">"), []),
        ("manylinux_2_28_ppc64le", heads.elf(heads.PPC64), []),
        ("manylinux_2_28_ppc64le", heads.elf(heads.PPC64, order=">"), ["WC401 error"]),
        ("android_21_arm64_v8a", heads.elf(heads.ARM64), []),
        ("android_21_x86_64", heads.elf(heads.ARM64), ["WC401 error"]),
        ("ios_13_0_arm64_iphoneos", heads.macho(heads.MAC_ARM64), []),
        (MACOS, heads.macho(heads.MAC_ARM64), []),
        (MACOS, heads.macho(heads.MAC_X86_64), ["WC401 error"]),
        (MACOS, heads.fat(*BOTH), []),
        ("macosx_10_9_universal2", heads.fat(*BOTH), []),
        ("macosx_10_9_universal2", heads.fat(heads.MAC_ARM64), ["WC408 error"]),
        ("macosx_10_9_universal2", heads.macho(heads.MAC_X86_64), ["WC408 error"]),
        ("macosx_10_9_x86_64.macosx_11_0_arm64", heads.macho(heads.MAC_ARM64), ["WC408 error"]),
        ("macosx_10_6_intel", heads.macho(heads.MAC_X86_64), []),
    ],
)
def test_machines(tmp_path: Path, platform: str, data: bytes, expected: list[str]) -> None:
    builder = holding(f"cp39-abi3-{platform}", "demo/_d.abi3.so", data=data)
    assert verdict(tmp_path, builder) == expected


def test_a_library_for_another_machine_may_be_meant_on_macos_only(tmp_path: Path) -> None:
    builder = holding(f"py3-none-{MANYLINUX}", "demo/lib.so.1")
    builder.files["demo/agent.so.1"] = heads.elf(heads.ARM64)
    assert verdict(tmp_path, builder) == ["WC401 error"], "the tag vouches for every object"
    arm = heads.macho(heads.MAC_ARM64, kind=6)
    builder = holding(f"py3-none-{MACOS}", "demo/lib.dylib", data=arm)
    builder.files["demo/agent.dylib"] = heads.macho(heads.MAC_X86_64, kind=6)
    assert verdict(tmp_path, builder) == ["WC401 note"]
    del builder.files["demo/lib.dylib"]
    assert verdict(tmp_path, builder) == ["WC401 error"]


def test_libraries_with_one_slice_each(tmp_path: Path) -> None:
    builder = holding("py3-none-macosx_11_0_universal2", "demo/l.dylib", data=heads.macho(kind=6))
    assert verdict(tmp_path, builder) == ["WC408 warning"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({f"demo/_d.{SO}": heads.elf()}, ["WC406 error"]),
        ({"demo/lib.so": heads.elf()}, ["WC406 error"]),
        ({"demo/_d.pyd": extension("_d")}, ["WC406 error"]),
        ({"demo/lib.so": heads.elf(), "demo/lib.dylib": heads.macho()}, ["WC406 warning"]),
        ({"demo/tests/lib.so": heads.elf()}, ["WC406 note"]),
        ({"demo/tool": heads.elf(kind=2)}, []),
        ({"demo/cli-32.exe": heads.as_program(library())}, []),
        ({"demo/kernel.o": heads.elf(kind=1)}, []),
        ({"demo/page.wasm": heads.WASM}, []),
    ],
)
def test_native_code_in_a_wheel_for_any_platform(
    tmp_path: Path, files: dict[str, bytes], expected: list[str]
) -> None:
    assert verdict(tmp_path, pure(files=files)) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["demo/a.py"], ["WC407 warning"]), (["demo/lib.a"], []), (["demo-1.0.data/scripts/t"], [])],
)
def test_no_native_code(tmp_path: Path, names: list[str], expected: list[str]) -> None:
    data = heads.elf(kind=2) if "scripts" in names[0] else b"!<arch>\n"
    assert verdict(tmp_path, holding(f"py3-none-{MANYLINUX}", *names, data=data)) == expected


@pytest.mark.parametrize(
    ("tag", "name", "good"),
    [
        ("cp312-cp312", f"_d.{SO}", True),
        ("cp312-cp312", "_d.cpython-312.so", True),
        ("cp312-cp312", "_d.abi3.so", True),
        ("cp312-cp312", "_d.cpython-311-x86_64-linux-gnu.so", False),
        ("cp312-cp312", "_d.cpython-312-aarch64-linux-gnu.so", False),
        ("cp312-cp312", "_d.cpython-312-x86_64-linux-musl.so", False),
        ("cp312-cp312", "_d.cpython-312-darwin.so", False),
        ("cp312-cp312", "_d.cpython-312t-x86_64-linux-gnu.so", False),
        ("cp312-cp312", "_d.pypy310-pp73-x86_64-linux-gnu.so", False),
        ("cp313-cp313t", "_d.cpython-313t-x86_64-linux-gnu.so", True),
        ("cp313-cp313t", "_d.cpython-313-x86_64-linux-gnu.so", False),
        ("cp313-cp313t", "_d.abi3.so", False),
        ("cp39-abi3", "_d.abi3.so", True),
        ("cp39-abi3", f"_d.{SO}", False),
        ("cp315-abi3", "_d.abi3t.so", True),
        ("cp315-abi3", "_d.abi3-x86_64-linux-gnu.so", True),
        ("cp314-abi3", "_d.abi3t.so", False),
        ("cp315-abi3t", "_d.abi3t.so", True),
        ("cp315-abi3t", "_d.abi3.so", False),
        ("cp315-abi3.abi3t", "_d.abi3.so", False),
        ("pp310-pypy310_pp73", "_d.pypy310-pp73-x86_64-linux-gnu.so", True),
        ("pp310-pypy310_pp73", "_d.pypy39-pp73-x86_64-linux-gnu.so", False),
        ("pp310-pypy310_pp73", f"_d.{SO}", False),
        ("cp311.cp312-cp311.cp312", f"_d.{SO}", False),
        ("cp310-cp310", "_d.cpython-310-x86_64-linux-musl.so", True),
    ],
)
def test_module_suffixes_on_linux(tmp_path: Path, tag: str, name: str, good: bool) -> None:
    builder = holding(f"{tag}-{MANYLINUX}", f"demo/{name}")
    builder.fields = {"Requires-Python": f">=3.{tag[3:].partition('-')[0].partition('.')[0]}"}
    assert verdict(tmp_path, builder) == ([] if good else ["WC409 error"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("_d.pyd", []),
        ("_d.cp312-win_amd64.pyd", []),
        ("_d.cp311-win_amd64.pyd", ["WC409 error"]),
        ("_d.cp312-win32.pyd", ["WC409 error"]),
        ("_d.abi3.pyd", ["WC409 error"]),
    ],
)
def test_module_suffixes_on_windows(tmp_path: Path, name: str, expected: list[str]) -> None:
    data = extension("_d", {"python3.dll": ["PyModule_Create2"]})
    builder = holding("cp312-cp312-win_amd64", f"demo/{name}", data=data)
    assert verdict(tmp_path, builder) == expected


def test_one_fault_is_one_finding(tmp_path: Path) -> None:
    """A module built for 3.11 imports python311.dll: its suffix tells nothing new."""
    module = Pe(imports={"python311.dll": ["f"]}, exports={"PyInit__d": None}).build()
    builder = holding("cp312-cp312-win_amd64", "demo/_d.cp311-win_amd64.pyd", data=module)
    assert verdict(tmp_path, builder) == ["WC402 error"]


def test_suffixes_that_complete_each_other(tmp_path: Path) -> None:
    files = ["demo/_d.cpython-311-x86_64-linux-gnu.so", f"demo/_d.{SO}"]
    assert verdict(tmp_path, holding(f"cp311.cp312-cp311.cp312-{MANYLINUX}", *files)) == []


def test_compiled_python_has_its_source_to_fall_back_on(tmp_path: Path) -> None:
    builder = holding(f"cp312-cp312-{MANYLINUX}", "demo/d.cpython-311-x86_64-linux-gnu.so")
    builder.files["demo/d.py"] = b""
    assert verdict(tmp_path, builder) == ["WC409 warning"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([f"demo/_d.{SO}"], ["WC410 error"]),
        ([f"demo/_d.{SO}", "demo/_d.cpython-311-x86_64-linux-gnu.so"], ["WC410 warning"]),
        (["demo/_d.abi3.so"], ["WC410 warning"]),
        (["demo/lib.so"], []),
        (["demo/lib.so.1"], []),
    ],
)
def test_modules_under_any_python(tmp_path: Path, names: list[str], expected: list[str]) -> None:
    assert verdict(tmp_path, holding(f"py3-none-{MANYLINUX}", *names)) == expected


def test_webassembly_is_named_as_not_read(tmp_path: Path) -> None:
    name = "demo/_d.cpython-313-wasm32-emscripten.so"
    builder = holding("cp313-cp313-pyemscripten_2026_0_wasm32", name, data=heads.WASM)
    report = report_of(tmp_path, builder)
    assert report.findings == ()
    assert [(n.subject, n.reason) for n in report.not_checked] == [
        (name, "WebAssembly files are not read")
    ]


def test_a_library_beside_a_pure_module(tmp_path: Path) -> None:
    builder = WheelBuilder(
        tag="py3-none-win_amd64", files={"demo/a.py": b"", "demo/l.dll": library()}
    )
    assert verdict(tmp_path, builder) == []
