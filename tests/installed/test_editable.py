"""Editable installations: found, built for this Python, and newer than their sources."""

import os
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from tests.elf_samples import sample
from tests.installed.site import inspect, of, put, put_editable

SUFFIX = EXTENSION_SUFFIXES[0]
OBJECT = sample("x86_64-gnu/libleaf.so.1")


def write(folder: Path, *names: str, age: int = 0, data: bytes = b"") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))


def test_an_extension_older_than_the_source_of_its_name(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(project, "src/demo/__init__.py")
    write(project, f"src/demo/_old{SUFFIX}", f"src/demo/_new{SUFFIX}", age=100, data=OBJECT)
    write(project, "src/demo/_old.pyx", age=50)
    write(project, "src/demo/_new.pyx", age=150)
    pth = f"{project / 'src'}\n".encode()
    site = put_editable(tmp_path / "site", project, {"__editable__.demo-1.0.pth": pth})
    report = inspect(site)
    [stale] = of(report, "WC007")
    assert stale.message == f"demo/_old{SUFFIX} was built before src/demo/_old.pyx was changed"
    assert stale.confidence == "high"


def test_an_extension_older_than_any_native_source_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(project, "python/demo/__init__.py")
    write(project, f"python/demo/_core{SUFFIX}", age=100, data=OBJECT)
    write(project, "src/lib.rs", age=60)
    write(project, "target/debug/build/out.rs", "tests/t.c", ".git/x.c", age=10)
    site = put_editable(tmp_path / "site", project, {"demo.pth": f"{project}/python\n".encode()})
    [stale] = of(inspect(site), "WC007")
    assert stale.evidence["source"] == ("src/lib.rs",)
    assert stale.confidence == "medium"
    os.utime(project / "python" / "demo" / f"_core{SUFFIX}")
    assert of(inspect(site), "WC007") == []


def test_the_finder_of_setuptools_is_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(project, "lib/__init__.py", "lib/_a.pyx", "lib/_b.pyx", "lib/_c.pyx", "lib/_c.py")
    write(project, f"lib/_b{SUFFIX}", data=OBJECT)
    finder = (
        "from __future__ import annotations\nimport sys\n"
        f"MAPPING: dict[str, str] = {{'demo': {str(project / 'lib')!r}}}\n"
        "raise SystemExit('this is not run')\n"
    )
    files = {
        "__editable__.demo-1.0.pth": b"import __editable___demo_1_0_finder\n",
        "__editable___demo_1_0_finder.py": finder.encode(),
    }
    report = inspect(put_editable(tmp_path / "site", project, files))
    assert [f.member for f in of(report, "WC008")] == ["demo/_a.pyx"]
    assert [b.member for b in report.binaries] == [f"demo/_b{SUFFIX}"]
    assert of(report, "WC003") == []


def test_what_builds_at_import_is_not_checked(tmp_path: Path) -> None:
    files = {"_demo_editable_loader.py": b"", "demo-editable.pth": b"import _demo_editable_loader"}
    report = inspect(put_editable(tmp_path / "site", tmp_path, files))
    assert [n.subject for n in report.not_checked] == ["_demo_editable_loader.py"]


def test_an_extension_for_another_python(tmp_path: Path) -> None:
    foreign = "demo/_core.cpython-27-x86_64-linux-gnu.so"
    both = {f"demo/_both{SUFFIX}": OBJECT, "demo/_both.cpython-27-x86_64-linux-gnu.so": OBJECT}
    slow = {"demo/_slow.py": b"", "demo/_slow.cpython-27-x86_64-linux-gnu.so": OBJECT}
    files = {"demo/__init__.py": b"", foreign: OBJECT, **both, **slow}
    report = inspect(put(tmp_path, files))
    assert [f.member for f in of(report, "WC006")] == [foreign]
