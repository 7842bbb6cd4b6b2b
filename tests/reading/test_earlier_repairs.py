"""Wheels that a tool has repaired before: named, and audited in full."""

from pathlib import Path

import pytest

import wheelcheck
from tests.native import extension, inspect, library, of
from tests.wheels import WheelBuilder
from wheelcheck import Report
from wheelcheck.audit import Audit
from wheelcheck.findings import Outcome
from wheelcheck.patch.dll_folder import dll_folder_patch
from wheelcheck.patch.python_source import insert_patch
from wheelcheck.report.text import render_text

NEW = b""""doc"


# start delvewheel patch
def _delvewheel_patch_1_13_1():
    import os
    if os.path.isdir(libs_dir := os.path.abspath(
            os.path.join(os.path.dirname(__file__), os.pardir, 'demo.libs'))):
        os.add_dll_directory(libs_dir)


_delvewheel_patch_1_13_1()
del _delvewheel_patch_1_13_1
# end delvewheel patch

x = "bin"
"""
OLD = b'''""""""  # start delvewheel patch
def _delvewheel_init_patch_0_0_9():
    import ctypes
    import os
    import sys
    libs_dir = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, 'demo.libs'))
    load_order_filepath = os.path.join(libs_dir, '.load-order-demo-1.0')
    with open(os.path.join(libs_dir, '.load-order-demo-1.0')) as file:
        load_order = file.read().split()
    for lib in load_order:
        lib_path = ctypes.c_wchar_p(os.path.join(libs_dir, lib))
        ctypes.windll.kernel32.LoadLibraryExW(lib_path, None, 8)


_delvewheel_init_patch_0_0_9()
del _delvewheel_init_patch_0_0_9
# end delvewheel patch
'''
PRELOADING = b"""
import ctypes, glob, os
for dll in glob.glob(os.path.join(os.path.dirname(__file__), "..", "demo.libs", "*.dll")):
    ctypes.WinDLL(dll)
"""
OURS = insert_patch(b"x = 1\n", dll_folder_patch(1, "demo.libs"))


def repaired(source: bytes, *, dll: str = "a.dll") -> dict[str, bytes]:
    return {
        "demo/__init__.py": source,
        "demo/_p.pyd": extension("_p", {dll: ["f"]}),
        "demo.libs/a.dll": library("f"),
        "demo/bin/b.dll": library("f"),
    }


@pytest.mark.parametrize("source", [NEW, OLD, PRELOADING, OURS])
def test_the_folders_of_a_repair_are_searched(tmp_path: Path, source: bytes) -> None:
    report = inspect(tmp_path, repaired(source))
    assert of(report, "WC701") == []
    [edge] = [d for d in report.dependencies if d.library == "a.dll"]
    assert (edge.outcome, edge.target) == (Outcome.WHEEL, "demo.libs/a.dll")


@pytest.mark.parametrize("source", [NEW, OLD, OURS])
def test_only_those_and_what_is_missing_is_found(tmp_path: Path, source: bytes) -> None:
    """The word "bin" elsewhere in the module opens nothing, and a repair may have left holes."""
    for dll in ("b.dll", "gone.dll"):
        [finding] = of(inspect(tmp_path, repaired(source, dll=dll)), "WC701")
        assert finding.evidence["library"] == (dll,)


def tools(folder: Path, files: dict[str, bytes]) -> tuple[str, ...]:
    return inspect(folder, {"demo/_p.pyd": extension("_p"), **files}).repaired_by


def marker(text: bytes) -> dict[str, bytes]:
    return {"demo-1.0.dist-info/DELVEWHEEL": text}


def own_marker(text: bytes) -> dict[str, bytes]:
    return {"demo-1.0.dist-info/wheelcheck.json": text}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ()),
        (marker(b"Version: 1.13.1\nArguments: ['C:\\\\x']\n"), ("delvewheel 1.13.1",)),
        (marker(b"Version: 1.13.1\r\n"), ("delvewheel 1.13.1",)),
        (marker(b"Version: " + b"9" * 99), ("delvewheel",)),
        (marker(b"\xff\0"), ("delvewheel",)),
        (own_marker(b'{"wheelcheck": "0.1.0"}'), ("wheelcheck 0.1.0",)),
        (own_marker(b'{"wheelcheck": ["\\u001b"]}'), ("wheelcheck",)),
        (own_marker(b"[" * 100_000), ("wheelcheck",)),
        (own_marker(b"\xff"), ("wheelcheck",)),
        ({"demo/__init__.py": NEW}, ("delvewheel",)),
        ({"demo/__init__.py": OURS}, ("wheelcheck",)),
        ({"demo-1.0.dist-info/sboms/auditwheel.cdx.json": b"{}"}, ("auditwheel",)),
        ({"demo.libs/a.dll": library()}, ("an unknown tool (demo.libs)",)),
        ({"demo/.dylibs/a.dll": library()}, ("delocate",)),
        ({"demo.libs/readme.txt": b""}, ()),
        (
            {**marker(b"Version: 1.0\n"), "demo/__init__.py": OURS, "demo.libs/a.dll": library()},
            ("delvewheel 1.0", "wheelcheck"),
        ),
    ],
)
def test_traces(tmp_path: Path, files: dict[str, bytes], expected: tuple[str, ...]) -> None:
    assert tools(tmp_path, files) == expected


def test_the_report_says_so(tmp_path: Path) -> None:
    report = inspect(tmp_path, {"demo/_p.pyd": extension("_p"), **marker(b"Version: 1.13.1\n")})
    assert "\n  repaired  by delvewheel 1.13.1\n" in render_text(Audit((report,)))
    assert report.to_dict()["repaired_by"] == ["delvewheel 1.13.1"]
    assert "repaired" not in render_text(Audit((inspect(tmp_path, {"demo/__init__.py": b""}),)))


# -- dist-info and .data folders in another spelling --------------------------------


def spelled(folder: Path, dist_info: str, data: str) -> Report:
    """Inspect a wheel of demo_pkg 1.0 whose folders are called otherwise."""
    builder = WheelBuilder(
        name="demo_pkg",
        files={
            f"{data}/platlib/demo/_p.pyd": extension("_p", {"a.dll": ["f"]}),
            f"{data}/platlib/demo/__init__.py": NEW,
            f"{data}/platlib/demo.libs/a.dll": library("f"),
        },
    )
    members = {
        name.replace("demo_pkg-1.0.dist-info", dist_info): data.replace(
            b"demo_pkg-1.0.dist-info", dist_info.encode()
        )
        for name, data in builder.members().items()
    }
    from tests.wheels import zip_bytes

    path = folder / builder.filename
    path.write_bytes(zip_bytes(members))
    return wheelcheck.inspect(path)


@pytest.mark.parametrize("dist_info", ["demo_pkg-1.0", "Demo.Pkg-1.0", "demo-pkg-1.0"])
@pytest.mark.parametrize("data", ["demo_pkg-1.0", "Demo.Pkg-1.0"])
def test_spellings_that_pip_takes(tmp_path: Path, dist_info: str, data: str) -> None:
    report = spelled(tmp_path, f"{dist_info}.dist-info", f"{data}.data")
    assert [b.module for b in report.binaries if b.module] == ["demo._p"]
    assert of(report, "WC701") == []
    assert of(report, "WC325") == []
    assert of(report, "WC306") == [], "METADATA is found"
    assert report.repaired_by == ("delvewheel",)
