"""Where loaders of hosts find libraries: this Linux, a Windows and a macOS made of files."""

import platform
import struct
import sys
from pathlib import Path

import pytest

from tests.elf_samples import TESTDATA
from tests.installed.site import inspect, of, put
from tests.linux.inputs import leaf, mid
from tests.native import extension, library
from wheelcheck.archive.limits import Limits
from wheelcheck.binary.model import Arch, Format, ImportKind
from wheelcheck.findings import Outcome
from wheelcheck.inspection import judge
from wheelcheck.installed.host.ld_cache import read_ld_cache
from wheelcheck.installed.host.macos import MacHost
from wheelcheck.installed.host.windows import WindowsHost
from wheelcheck.installed.store import read_store
from wheelcheck.installed_facts import InstalledFacts
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.walk import OpenLoader, resolve_by

LINUX = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() != "x86_64",
    reason="needs Linux on x86_64",
)
GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
FACTS = InstalledFacts("Python", (".pyd", ".abi3.so", ".so"), editable=False)
MODULE = "demo/_demo.abi3.so"


@LINUX
def test_a_library_that_is_nowhere(tmp_path: Path) -> None:
    site = put(tmp_path, {"demo/__init__.py": b"", MODULE: mid(rpath="$ORIGIN/../demo.libs")})
    [found] = of(inspect(site), "WC004")
    assert found.severity == "error"
    assert found.evidence["chain"] == (MODULE, "libleaf.so.1")
    assert found.evidence["searched"][0].startswith(f"{site}/demo/../demo.libs")


@LINUX
def test_libraries_of_the_distribution_and_of_the_variable(tmp_path: Path) -> None:
    files = {MODULE: mid(rpath="$ORIGIN/../demo.libs"), "demo.libs/libleaf.so.1": leaf()}
    report = inspect(put(tmp_path / "site", files))
    assert of(report, "WC004") == []
    ends = {d.library: d.outcome for d in report.dependencies}
    assert ends["libleaf.so.1"] is Outcome.WHEEL
    bare = put(tmp_path / "bare", {MODULE: mid(rpath="")})
    libs = tmp_path / "libs"
    libs.mkdir()
    (libs / "libleaf.so.1").write_bytes(leaf())
    report = inspect(bare, environ={"LD_LIBRARY_PATH": str(libs)})
    assert of(report, "WC004") == []
    [edge] = [d for d in report.dependencies if d.library == "libleaf.so.1"]
    assert (edge.outcome, edge.target) == (Outcome.SYSTEM, str(libs / "libleaf.so.1"))


@LINUX
def test_what_a_library_of_the_host_lacks_in_turn(tmp_path: Path) -> None:
    """The loader's words name a library that the extension itself does not ask for."""
    libs = tmp_path / "libs"
    libs.mkdir()
    (libs / "libleaf.so.1").write_bytes(mid(soname="libleaf.so.1", rpath=""))
    site = put(tmp_path / "site", {MODULE: mid(rpath="")})
    middle = mid(soname="libleaf.so.1", rpath="").replace(b"libleaf.so.1\0", b"libgone.so.1\0")
    (libs / "libleaf.so.1").write_bytes(middle)
    [found] = of(inspect(site, environ={"LD_LIBRARY_PATH": str(libs)}), "WC004")
    assert found.member == str(libs / "libleaf.so.1")
    assert found.evidence["chain"] == (MODULE, str(libs / "libleaf.so.1"), "libgone.so.1")


@LINUX
@GLIBC
def test_a_version_that_this_host_s_libc_has_not(tmp_path: Path) -> None:
    needs = mid(rpath="$ORIGIN")
    assert needs.count(b"GLIBC_2.2.5\0") == 1
    beside = {"demo/libleaf.so.1": leaf()}
    newer = needs.replace(b"GLIBC_2.2.5\0", b"GLIBC_9.2.5\0")
    [found] = of(inspect(put(tmp_path / "bad", {MODULE: newer, **beside})), "WC005")
    assert found.evidence["versions"] == ("GLIBC_9.2.5",)
    assert found.evidence["library"] == ("libc.so.6",)
    good = put(tmp_path / "good", {MODULE: needs, **beside})
    assert of(inspect(good), "WC005") == []


def cache(entries: dict[str, str], *, old: int | None = None) -> bytes:
    """Return a cache of the loader, behind one of the old format with so many entries."""
    strings, rows = b"", b""
    base = 48 + 24 * len(entries)
    for name, file in entries.items():
        key = base + len(strings)
        strings += name.encode() + b"\0"
        rows += struct.pack("<iIIIQ", 0x0303, key, base + len(strings), 0, 0)
        strings += file.encode() + b"\0"
    new = b"glibc-ld.so.cache1.1" + struct.pack("<II", len(entries), len(strings)) + bytes(20)
    if old is None:
        return new + rows + strings
    head = b"ld.so-1.7.0\0" + struct.pack("<I", old) + bytes(12 * old)
    return head + bytes(-len(head) % 8) + new + rows + strings


@pytest.mark.parametrize("old", [None, 0, 3])
def test_the_cache_of_the_loader(tmp_path: Path, old: int | None) -> None:
    entries = {"libz.so.1": "/usr/lib/libz.so.1", "liba.so": "/opt/liba.so"}
    path = tmp_path / "cache"
    data = cache(entries, old=old)
    path.write_bytes(data)
    assert read_ld_cache(path) == {name: [file] for name, file in entries.items()}
    for end in range(len(data)):
        path.write_bytes(data[:end])
        read_ld_cache(path)
    path.write_bytes(data.replace(b"cache1.1", b"cache9.9"))
    assert read_ld_cache(path) is None
    assert read_ld_cache(tmp_path / "absent") is None


def closure(site: Path, format_: Format, make: type, *arguments: object) -> Closure:
    store = read_store(site, "demo-1.0.dist-info", {}, Limits())
    wheel = read_wheel(store, "demo-1.0", sources=False)
    installs = {native.install: store.places[native.name] for native in wheel.natives}
    loader: OpenLoader[object] = make(installs, *arguments)
    found = resolve_by(wheel, format_, loader)
    report = judge(wheel, found, str(site), host=FACTS)
    missing = [
        e
        for e in found.edges
        if e.outcome is Outcome.MISSING and e.wanted.kind is not ImportKind.WEAK
    ]
    assert bool(of(report, "WC004")) is bool(missing)
    return found


def outcomes(found: Closure) -> dict[tuple[str, str], Outcome]:
    return {(d.importer, d.library): d.outcome for d in found.dependencies}


def test_windows(tmp_path: Path) -> None:
    wanted = ["a.dll", "Added.dll", "System.dll", "outside.dll", "onpath.dll"]
    imports = {name: ["f"] for name in wanted} | {"api-ms-win-crt-heap-l1-1-0.dll": ["free"]}
    files = {
        "demo/_demo.pyd": extension("_demo", imports),
        "demo/a.dll": library("f", imports={"b.dll": ["f"]}),
        "demo/b.dll": library("f"),
        "demo/elsewhere/onpath.dll": library("f"),
    }
    site = put(tmp_path / "site", files)
    python, system, added = tmp_path / "python", tmp_path / "System32", tmp_path / "added"
    for folder, names in {
        python: ["python3.dll"],
        system: ["SYSTEM.DLL", "kernel32.dll"],
        added: ["added.dll"],
    }.items():
        folder.mkdir()
        for name in names:
            (folder / name).write_bytes(library("f"))
    deep = library("f", imports={"deep.dll": ["f"]})
    (added / "outside.dll").write_bytes(deep)
    found = closure(
        site, Format.PE, WindowsHost, python, system, {added: "added by demo/__init__.py"}
    )
    ends = outcomes(found)
    module = "demo/_demo.pyd"
    assert ends[module, "a.dll"] is Outcome.WHEEL
    assert ends["demo/a.dll", "b.dll"] is Outcome.WHEEL
    for name in ("Added.dll", "System.dll", "api-ms-win-crt-heap-l1-1-0.dll", "python3.dll"):
        assert ends[module, name] is Outcome.SYSTEM, name
    assert ends[module, "onpath.dll"] is Outcome.MISSING
    # What was found lacks something in turn: Windows does not say which.
    assert ends[str(added / "outside.dll"), "deep.dll"] is Outcome.MISSING
    assert found.chain(str(added / "outside.dll"))[0] == module


def test_macos(tmp_path: Path) -> None:
    machos = TESTDATA.parent / "macho"
    demo = (machos / "demo.cpython-312-darwin.so").read_bytes()
    site = put(tmp_path / "site", {"demo/_demo.abi3.so": demo})
    first = closure(site, Format.MACHO, MacHost, tmp_path / "bin", Arch.ARM64, {})
    regular = (d for d in first.dependencies if d.kind != "weak")
    missing = {d.library for d in regular if d.outcome is Outcome.MISSING}
    assert missing
    libs = tmp_path / "libs"
    libs.mkdir()
    for path in machos.glob("*.dylib"):
        (libs / path.name).write_bytes(path.read_bytes())
    second = closure(
        site, Format.MACHO, MacHost, tmp_path / "bin", Arch.ARM64, {"DYLD_LIBRARY_PATH": str(libs)}
    )
    native = (d for d in second.dependencies if d.arch == str(Arch.ARM64))
    ends = {(d.importer, d.library): d.outcome for d in native}
    assert {ends["demo/_demo.abi3.so", name] for name in missing} == {Outcome.SYSTEM}
    assert Outcome.SYSTEM in {end for (_, name), end in ends.items() if "libSystem" in name}
