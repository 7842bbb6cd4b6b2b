"""WC501 and WC502: what abi3 wheels take from CPython, in each of the three formats."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import wheelcheck
from tests import elf_builder, macho_builder
from tests.elf_builder import Elf
from tests.pe_builder import Pe
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Severity
from wheelcheck.patch.macho_fat import fuse

WINDOWS, LINUX, MAC = "win_amd64", "manylinux_2_28_x86_64", "macosx_11_0_arm64"
BASE = "PyModule_Create2"


def module(platform: str, *uses: str, dll: str = "python3.dll") -> dict[str, bytes]:
    """Return the extension module demo._x of a platform, which uses these names of CPython."""
    if platform == WINDOWS:
        pe = Pe(imports={dll: [BASE, *uses]}, exports={"PyInit__x": None})
        return {"demo/_x.pyd": pe.build()}
    if platform == LINUX:
        return {"demo/_x.abi3.so": elf_builder.extension("_x", BASE, "malloc", *uses)}
    return {"demo/_x.abi3.so": macho_builder.extension("_x", lookup=(BASE, *uses))}


def found(
    folder: Path, files: Mapping[str, bytes], tag: str, python: str = ">=3.9"
) -> list[Finding]:
    """Return what the family abi finds."""
    fields = {"Requires-Python": python}
    wheel = WheelBuilder(tag=tag, files=dict(files), fields=fields).write(folder)
    report = wheelcheck.inspect(wheel)
    assert report.error is None
    return [f for f in report.findings if f.code.startswith("WC5")]


def codes(findings: list[Finding]) -> list[str]:
    return [f"{f.code} {f.severity}" for f in findings]


@pytest.mark.parametrize("platform", [WINDOWS, LINUX, MAC])
class TestEachFormat:
    def test_the_stable_abi_of_the_floor_is_fine(self, tmp_path: Path, platform: str) -> None:
        files = module(platform, "PyExc_ValueError", "_Py_Dealloc", "PyType_GetModule")
        assert found(tmp_path, files, f"cp310-abi3-{platform}") == []

    def test_a_name_outside(self, tmp_path: Path, platform: str) -> None:
        files = module(platform, "_PyLong_AsInt", "PyType_GetModule")
        [finding] = found(tmp_path, files, f"cp310-abi3-{platform}")
        assert (finding.code, finding.severity) == ("WC501", Severity.ERROR)
        assert finding.evidence["symbols"] == ("_PyLong_AsInt",)
        assert finding.evidence["floor"] == ("3.10",)
        expected = "python3.dll" if platform == WINDOWS else "the running interpreter"
        assert finding.evidence["imported_from"] == (expected,)

    def test_a_newer_name(self, tmp_path: Path, platform: str) -> None:
        files = module(platform, "PyObject_GetTypeData", "PyType_GetModule")
        [finding] = found(tmp_path, files, f"cp39-abi3-{platform}")
        assert (finding.code, finding.severity) == ("WC502", Severity.ERROR)
        expected = "PyObject_GetTypeData 3.12", "PyType_GetModule 3.10"
        assert finding.evidence["symbols"] == expected
        assert finding.evidence["floor"] == ("3.9",)
        assert finding.evidence["needed"] == ("3.12",)
        assert "Py_LIMITED_API=0x030c0000" in finding.help

    def test_a_newer_name_that_the_floor_has_all_the_same(
        self, tmp_path: Path, platform: str
    ) -> None:
        findings = found(tmp_path, module(platform, "PyObject_GetBuffer"), f"cp39-abi3-{platform}")
        # python3.dll has what belongs to the ABI and no more.
        assert codes(findings) == ["WC502 error" if platform == WINDOWS else "WC502 warning"]

    def test_requires_python_may_keep_the_older_ones_away(
        self, tmp_path: Path, platform: str
    ) -> None:
        files, tag = module(platform, "PyObject_GetTypeData"), f"cp39-abi3-{platform}"
        assert codes(found(tmp_path, files, tag, ">=3.12")) == ["WC502 warning"]
        assert codes(found(tmp_path, files, tag, ">=3.11")) == ["WC502 error"]

    def test_names_for_another_system(self, tmp_path: Path, platform: str) -> None:
        foreign = "PyOS_AfterFork_Child" if platform == WINDOWS else "PyErr_SetFromWindowsErr"
        [finding] = found(tmp_path, module(platform, foreign), f"cp39-abi3-{platform}")
        assert finding.code == "WC501"
        assert "on this system" in finding.message

    def test_the_order_of_symbols_is_fixed(self, tmp_path: Path, platform: str) -> None:
        names = [f"PyFoo_{index:03}" for index in range(50)]
        files = module(platform, *reversed(names))
        [finding] = found(tmp_path, files, f"cp310-abi3-{platform}")
        assert finding.evidence["symbols"] == (*names[:20], "... and 30 more")

    def test_tests_of_a_package_weigh_less(self, tmp_path: Path, platform: str) -> None:
        files = module(platform, "_PyLong_AsInt", "PyObject_GetTypeData")
        files = {name.replace("demo/", "demo/tests/"): data for name, data in files.items()}
        # What python3.dll never had fails wherever it is loaded.
        certain = "error" if platform == WINDOWS else "warning"
        findings = found(tmp_path, files, f"cp39-abi3-{platform}")
        assert codes(findings) == [f"WC501 {certain}", "WC502 warning"]


class TestClaims:
    def test_a_wheel_for_one_version_may_use_all_of_its_names(self, tmp_path: Path) -> None:
        files = {"demo/_x.cpython-312-x86_64-linux-gnu.so": elf_builder.extension("_x", "_Py_Foo")}
        assert found(tmp_path, files, f"cp312-cp312-{LINUX}") == []

    def test_a_module_for_one_version_in_an_abi3_wheel_claims_nothing(self, tmp_path: Path) -> None:
        name = "demo/_x.cpython-312-x86_64-linux-gnu.so"
        files = {**module(LINUX), name: elf_builder.extension("_x", "_Py_Foo")}
        assert found(tmp_path, files, f"cp39-abi3-{LINUX}") == []

    def test_a_suffix_claims_it_too(self, tmp_path: Path) -> None:
        findings = found(tmp_path, module(LINUX, "_Py_Foo"), f"cp312-cp312-{LINUX}")
        assert codes(findings) == ["WC501 warning"]
        assert findings[0].evidence["claimed_by"] == ("the suffix .abi3",)

    def test_a_suffix_with_what_the_one_python_lacks(self, tmp_path: Path) -> None:
        findings = found(tmp_path, module(LINUX, "PyLong_Export"), f"cp312-cp312-{LINUX}")
        assert codes(findings) == ["WC502 error"]
        assert "Py_LIMITED_API as the oldest" in findings[0].help

    def test_python3_dll_has_nothing_else_whatever_the_tag(self, tmp_path: Path) -> None:
        findings = found(tmp_path, module(WINDOWS, "_Py_Foo"), f"cp312-cp312-{WINDOWS}")
        assert codes(findings) == ["WC501 error"]
        assert findings[0].evidence["claimed_by"] == ("the import of python3.dll",)

    def test_the_dll_of_one_version_is_told_once(self, tmp_path: Path) -> None:
        files = module(WINDOWS, "_Py_Foo", "PyObject_GetTypeData", dll="python312.dll")
        assert found(tmp_path, files, f"cp39-abi3-{WINDOWS}") == []

    def test_no_floor_no_newer_names(self, tmp_path: Path) -> None:
        assert found(tmp_path, module(LINUX, "PyObject_GetTypeData"), f"py3-none-{LINUX}") == []

    def test_libraries_count_and_programs_do_not(self, tmp_path: Path) -> None:
        library = Elf(uses=("_Py_Foo",), soname="libdemo.so.1").build()
        files = {**module(LINUX), "demo/libdemo.so.1": library}
        [finding] = found(tmp_path, files, f"cp39-abi3-{LINUX}")
        assert finding.member == "demo/libdemo.so.1"

    def test_no_python_of_apples_machines_is_older_than_3_8(self, tmp_path: Path) -> None:
        arm = module(MAC, "PyOS_AfterFork_Child", "PyImport_GetModule")
        assert found(tmp_path, arm, f"cp36-abi3-{MAC}") == []
        intel = macho_builder.extension("_x", arch="x86_64", lookup=("PyImport_GetModule",))
        findings = found(
            tmp_path, {"demo/_x.abi3.so": intel}, "cp36-abi3-macosx_11_0_x86_64", ">=3.6"
        )
        assert codes(findings) == ["WC502 error"]

    def test_import_by_ordinal(self, tmp_path: Path) -> None:
        pe = Pe(imports={"python3.dll": [BASE, 7]}, exports={"PyInit__x": None}).build()
        [finding] = found(tmp_path, {"demo/_x.pyd": pe}, f"cp39-abi3-{WINDOWS}")
        assert finding.evidence["symbols"] == ("ordinal 7",)


class TestOthersMaySupply:
    def test_names_that_the_module_or_the_wheel_defines(self, tmp_path: Path) -> None:
        own = Elf(uses=("PyDemo_Use",), defines=("PyInit__x", "PyDemo_Own")).build()
        library = Elf(defines=("PyDemo_Use",), soname="libdemo.so.1").build()
        files = {"demo/_x.abi3.so": own, "demo/libdemo.so.1": library}
        assert found(tmp_path, files, f"cp39-abi3-{LINUX}") == []

    def test_a_library_of_another_machine_supplies_nothing(self, tmp_path: Path) -> None:
        library = Elf(defines=("_Py_Foo",), soname="libdemo.so.1", machine=elf_builder.ARM64)
        files = {**module(LINUX, "_Py_Foo"), "demo/libdemo.so.1": library.build()}
        assert codes(found(tmp_path, files, f"cp39-abi3-{LINUX}")) == ["WC501 error"]

    def test_a_library_that_is_not_in_the_wheel(self, tmp_path: Path) -> None:
        direct = elf_builder.extension("_x", "PyDemo_Use", needed=("libother.so.1",))
        [finding] = found(tmp_path, {"demo/_x.abi3.so": direct}, f"cp39-abi3-{LINUX}")
        assert finding.severity is Severity.NOTE
        assert finding.evidence["others"] == ("libother.so.1",)

    def test_a_library_behind_one_of_the_wheel(self, tmp_path: Path) -> None:
        edge = elf_builder.extension("_x", "PyDemo_Use", needed=("libdemo.so.1",))
        library = Elf(needed=("libother.so.1",), soname="libdemo.so.1").build()
        files = {"demo/_x.abi3.so": edge, "demo/libdemo.so.1": library}
        assert codes(found(tmp_path, files, f"cp39-abi3-{LINUX}")) == ["WC501 note"]

    def test_names_of_the_stable_abi_are_cpythons_all_the_same(self, tmp_path: Path) -> None:
        data = elf_builder.extension("_x", "PyObject_GetTypeData", needed=("libother.so.1",))
        findings = found(tmp_path, {"demo/_x.abi3.so": data}, f"cp39-abi3-{LINUX}")
        assert codes(findings) == ["WC502 error"]

    def test_weak_names_are_a_note(self, tmp_path: Path) -> None:
        data = elf_builder.extension("_x", BASE, weak=("_Py_Foo", "PyObject_GetTypeData"))
        findings = found(tmp_path, {"demo/_x.abi3.so": data}, f"cp39-abi3-{LINUX}")
        assert codes(findings) == ["WC501 note"]

    def test_two_level_names_of_another_library(self, tmp_path: Path) -> None:
        data = macho_builder.extension(
            "_x", "@rpath/libother.dylib", imports={"PyDemo_Use": "@rpath/libother.dylib"}
        )
        assert found(tmp_path, {"demo/_x.abi3.so": data}, f"cp39-abi3-{MAC}") == []

    def test_two_level_names_of_python_itself(self, tmp_path: Path) -> None:
        python = "/Library/Frameworks/Python.framework/Versions/3.12/Python"
        data = macho_builder.extension("_x", python, imports={"_Py_Foo": python})
        [finding] = found(tmp_path, {"demo/_x.abi3.so": data}, f"cp39-abi3-{MAC}")
        assert finding.evidence["imported_from"] == (python,)

    def test_names_imported_from_another_dll(self, tmp_path: Path) -> None:
        imports = {"python3.dll": [BASE], "shiboken6.abi3.dll": ["PyRun_String"]}
        pe = Pe(imports=imports, exports={"PyInit__x": None}).build()
        assert found(tmp_path, {"demo/_x.pyd": pe}, f"cp39-abi3-{WINDOWS}") == []

    @pytest.mark.parametrize("name", ["PyInit_other", "Pyramid", "pyFoo", "_Pyx", "Py"])
    def test_names_that_are_not_spelled_as_cpythons(self, tmp_path: Path, name: str) -> None:
        assert found(tmp_path, module(LINUX, name), f"cp39-abi3-{LINUX}") == []


def test_each_slice_is_judged_by_itself(tmp_path: Path) -> None:
    good = macho_builder.extension("_x", arch="x86_64", lookup=(BASE,))
    bad = macho_builder.extension("_x", arch="arm64", lookup=(BASE, "_Py_Foo"))
    [finding] = found(
        tmp_path, {"demo/_x.abi3.so": fuse(good, bad)}, "cp39-abi3-macosx_11_0_universal2"
    )
    assert finding.evidence["arch"] == ("arm64",)
    assert "(arm64)" in finding.message


def test_a_hostile_number_of_symbols(tmp_path: Path) -> None:
    names = [f"_Py_{index:06}" for index in range(200_000)]
    files = {"demo/_x.abi3.so": elf_builder.extension("_x", *names)}
    [finding] = found(tmp_path, files, f"cp39-abi3-{LINUX}")
    assert "199997 more" in finding.message
    assert len(finding.evidence["symbols"]) == 21
