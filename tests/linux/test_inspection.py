"""What an inspection says of Linux wheels; troubles of users are named by their issue."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck
from tests.elf_samples import elf, sample
from tests.linux.inputs import MANY, PLAIN, edited, inspect, leaf, mid, of, pair
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Severity
from wheelcheck.archive.reader import Archive
from wheelcheck.binary.elf_object import ElfObject, Reference, Relro
from wheelcheck.binary.model import Exports, Libc
from wheelcheck.findings import Outcome
from wheelcheck.inspection import judge
from wheelcheck.platforms.linux.policies import MACHINE_NAMES
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.resolving.closure import resolve

REAL = Path(__file__).parents[2] / "testdata" / "real"
ELF_CODES = {
    *("WC401", "WC414", "WC415", "WC416", "WC417", "WC701", "WC702"),
    *("WC711", "WC712", "WC713", "WC805", "WC806"),
}


def codes(report: wheelcheck.Report) -> set[str]:
    return {f.code for f in report.findings} & ELF_CODES


def end(report: wheelcheck.Report, library: str) -> tuple[Outcome, str | None]:
    [edge] = [d for d in report.dependencies if d.library == library]
    return edge.outcome, edge.target


def real_module() -> bytes:
    [wheel] = REAL.glob("*linux_x86_64.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".so")]
        return archive.read(name)


def test_a_complete_wheel_is_clean_and_its_best_policy_is_told(tmp_path: Path) -> None:
    report = inspect(tmp_path, pair())
    assert codes(report) == set()
    [policy] = report.policies
    assert (policy.best, policy.aliases) == ("manylinux_2_5_x86_64", ("manylinux1_x86_64",))
    assert policy.obstacles == ()


def test_each_better_policy_has_its_obstacles() -> None:
    [wheel] = REAL.glob("*linux_x86_64.whl")
    report = wheelcheck.inspect(wheel)
    [policy] = report.policies
    assert policy.best is None
    reasons = {o.policy: o.reason for o in policy.obstacles if "GLIBC" in o.reason}
    assert reasons["manylinux_2_31_x86_64"].startswith("needs GLIBC_2.34")
    assert "manylinux_2_34_x86_64" not in reasons
    assert "lacks libgmp.so.10" in {o.reason for o in policy.obstacles}
    assert {f.code: f.severity for f in report.findings}["WC405"] is Severity.ERROR
    [missing] = of(report, "WC701")
    assert "Debian package libgmp10" in missing.help


def test_the_tag_claims_more_than_the_content_keeps(tmp_path: Path) -> None:
    report = inspect(
        tmp_path, {"p/_q_kangaroo.abi3.so": real_module()}, "py3-none-manylinux2014_x86_64"
    )
    [claim] = of(report, "WC414")
    assert claim.severity is Severity.ERROR
    assert "GLIBC_2.34" in claim.message
    assert claim.evidence["kept"] == ("manylinux_2_34_x86_64",)


def test_the_same_content_keeps_a_newer_tag(tmp_path: Path) -> None:
    files = {"p/_q_kangaroo.abi3.so": real_module()}
    assert of(inspect(tmp_path, files, "py3-none-manylinux_2_34_x86_64"), "WC414") == []


def test_an_unknown_policy_is_said_to_be_unknown(tmp_path: Path) -> None:
    report = inspect(tmp_path, pair(), "py3-none-manylinux_2_99_x86_64")
    assert of(report, "WC414") == []
    assert [n.subject for n in report.not_checked] == ["manylinux_2_99_x86_64"]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("$ORIGIN", "demo/libleaf.so.1"),
        ("${ORIGIN}/../demo.libs", "demo.libs/libleaf.so.1"),
        ("/nowhere:$ORIGIN/lib", "demo/lib/libleaf.so.1"),
    ],
)
def test_origin_is_followed(tmp_path: Path, path: str, where: str) -> None:
    report = inspect(tmp_path, {"demo/libmid.so.2": mid(rpath=path), where: leaf()})
    assert end(report, "libleaf.so.1") == (Outcome.WHEEL, where)


def test_programs_and_data_platlib_lie_where_installers_put_them(tmp_path: Path) -> None:
    up = "$ORIGIN/../lib/python3.12/site-packages/demo"
    files = {
        "demo-1.0.data/scripts/tool": edited("x86_64-gnu/program", rpath=up),
        "demo-1.0.data/platlib/demo/libmid.so.2": mid(rpath="$ORIGIN"),
        "demo/libleaf.so.1": leaf(),
    }
    report = inspect(tmp_path, files, "py3-none-manylinux_2_34_x86_64")
    assert codes(report) == set()
    assert end(report, "libmid.so.2")[1] == "demo-1.0.data/platlib/demo/libmid.so.2"


def test_rpath_is_inherited_and_runpath_is_not(tmp_path: Path) -> None:
    """glibc; musl hands both down."""
    for tag, runpath, outcome in (
        ("manylinux_2_28", False, Outcome.WHEEL),
        ("manylinux_2_28", True, Outcome.MISSING),
        ("musllinux_1_2", True, Outcome.WHEEL),
    ):
        chain = "x86_64-gnu" if "many" in tag else "x86_64-musl"
        program = edited(f"{chain}/program", rpath="$ORIGIN/a:$ORIGIN/b", runpath=runpath)
        files = {
            "demo-1.0.data/scripts/tool": program,
            "demo-1.0.data/scripts/a/libmid.so.2": mid(chain),
            "demo-1.0.data/scripts/b/libleaf.so.1": leaf(chain),
        }
        report = inspect(tmp_path, files, f"py3-none-{tag}_x86_64")
        assert end(report, "libleaf.so.1")[0] is outcome, tag


def test_what_is_loaded_before_serves(tmp_path: Path) -> None:
    """A RUNPATH reaches the importer's own imports only, but breadth comes first."""
    program = edited(
        "x86_64-gnu/program", rpath="$ORIGIN", runpath=True, needed={"libc.so.6": "libleaf.so.1"}
    )
    scripts = "demo-1.0.data/scripts"
    files = {
        f"{scripts}/tool": program,
        f"{scripts}/libmid.so.2": mid(),
        f"{scripts}/libleaf.so.1": leaf(),
    }
    report = inspect(tmp_path, files)
    ends = {(d.importer, d.library): d for d in report.dependencies}
    edge = ends[f"{scripts}/libmid.so.2", "libleaf.so.1"]
    assert edge.outcome is Outcome.WHEEL
    assert "loaded before" in edge.reason


def test_a_library_where_the_loader_does_not_look(tmp_path: Path) -> None:
    files = {"demo-1.0.data/scripts/tool": sample("x86_64-gnu/program"), "demo/libmid.so.2": mid()}
    report = inspect(tmp_path, files)
    [finding] = [f for f in of(report, "WC701") if f.evidence["library"] == ("libmid.so.2",)]
    assert finding.severity is Severity.ERROR
    assert finding.evidence["elsewhere"] == ("demo/libmid.so.2",)


def test_a_library_for_another_machine_is_passed_over(tmp_path: Path) -> None:
    files = {
        "demo/libmid.so.2": mid(rpath="$ORIGIN/arm:$ORIGIN"),
        "demo/arm/libleaf.so.1": leaf("aarch64-gnu"),
        "demo/libleaf.so.1": leaf(),
    }
    report = inspect(tmp_path, files)
    assert {d.target for d in report.dependencies if d.importer == "demo/libmid.so.2"} == {
        "demo/libleaf.so.1",
        None,
    }


def test_another_libc_among_good_objects(tmp_path: Path) -> None:
    files = {**pair(), "demo/libother.so": leaf("x86_64-musl")}
    [finding] = of(inspect(tmp_path, files), "WC415")
    assert (finding.member, finding.severity) == ("demo/libother.so", Severity.ERROR)
    alpine = {"demo/libmid.so.2": leaf("x86_64-musl"), "demo/libgnu.so": leaf(soname="libgnu.so")}
    files = {**alpine, "demo/libx.so": mid()}
    report = inspect(tmp_path, files, "py3-none-musllinux_1_2_x86_64")
    assert {f.member for f in of(report, "WC415")} == {"demo/libx.so"}


def test_libc_so_is_musl(tmp_path: Path) -> None:
    """zig and musl's own gcc link it by this name; auditwheel opens the host's and may crash."""
    report = inspect(tmp_path, pair("x86_64-musl"), "py3-none-musllinux_1_2_x86_64")
    assert codes(report) == set()
    assert report.policies[0].best == "musllinux_1_2_x86_64"


def test_libgcc_s_does_not_make_it_glibc(tmp_path: Path) -> None:
    """libgcc_s defines a version GLIBC_2.0 wherever it is (rpds-py for musl on aarch64)."""
    files = {"demo/libmid.so.2": mid("x86_64-musl", rpath="$ORIGIN")}
    needs = elf(files["demo/libmid.so.2"]).version_needs
    assert needs == {"libleaf.so.1": ("LEAF_1.0",)}
    gcc = mid("x86_64-musl", needed={"libleaf.so.1": "libgcc_s-1.so"})
    gcc = gcc.replace(b"LEAF_1.0\0", b"GLIBC_2\0\0")
    assert elf(gcc).version_needs == {"libgcc_s-1.so": ("GLIBC_2",)}
    assert elf(gcc).libc is Libc.UNNAMED
    report = inspect(tmp_path, {"demo/libmid.so.2": gcc}, "py3-none-musllinux_1_2_x86_64")
    assert of(report, "WC415") == []


def test_a_plain_tag_takes_the_libc_of_the_objects(tmp_path: Path) -> None:
    report = inspect(tmp_path, pair("x86_64-musl"), PLAIN)
    assert [p.best for p in report.policies] == ["musllinux_1_2_x86_64"]


def test_what_loaders_grudge(tmp_path: Path) -> None:
    """pypa/auditwheel 634 (stack), 344 and 671 (build paths), 645 (instruction set)."""
    files = {
        "demo/libmid.so.2": sample("x86_64-grudged/libmid.so.2"),
        "demo/libleaf.so.1": leaf(),
    }
    report = inspect(tmp_path, files)
    assert codes(report) == {"WC416", "WC713", "WC805", "WC806"}
    assert {f.severity for f in of(report, "WC713")} == {Severity.WARNING}
    assert of(report, "WC713")[0].evidence["rpath"] == ("/home/builder/lib",)
    assert report.policies[0].best is None


def test_a_library_that_only_the_builder_finds(tmp_path: Path) -> None:
    report = inspect(tmp_path, {"demo/libmid.so.2": mid(rpath="/opt/leaf/lib")})
    [finding] = of(report, "WC701")
    assert finding.evidence["folders_of_the_builder"] == ("/opt/leaf/lib",)
    assert "it was found in /opt/leaf/lib" in finding.help


def test_libpython(tmp_path: Path) -> None:
    """pypa/auditwheel 589."""
    [finding] = of(inspect(tmp_path, pair(needed={"libc.so.6": "libpython3.12.so.1.0"})), "WC711")
    assert finding.severity is Severity.ERROR


def test_a_path_instead_of_a_name(tmp_path: Path) -> None:
    report = inspect(tmp_path, pair(needed={"libleaf.so.1": "/home/me/build/libleaf.so.1"}))
    assert codes(report) == {"WC712"}
    [finding] = of(report, "WC712")
    assert finding.evidence["elsewhere"] == ("demo/libleaf.so.1",)


def test_pages_of_64_kib(tmp_path: Path) -> None:
    """numpy 16677, pypa/manylinux 735; x86_64 has pages of 4 KiB only."""
    tag = "py3-none-manylinux_2_28_aarch64"
    assert of(inspect(tmp_path, pair("aarch64-gnu"), tag), "WC417") == []
    narrow = bytearray(leaf("aarch64-gnu"))
    at = int.from_bytes(narrow[32:40], "little")
    for index in range(int.from_bytes(narrow[56:58], "little")):
        header = at + 56 * index
        if narrow[header : header + 4] == b"\x01\0\0\0":
            narrow[header + 48 : header + 56] = (4096).to_bytes(8, "little")
    [finding] = of(inspect(tmp_path, {"demo/libleaf.so.1": bytes(narrow)}, tag), "WC417")
    assert finding.severity is Severity.ERROR


def test_android(tmp_path: Path) -> None:
    files = {"demo/libleaf.so": sample("aarch64-android/libleaf.so")}
    report = inspect(tmp_path, files, "cp313-cp313-android_21_arm64_v8a")
    assert [p.libc for p in report.policies] == ["bionic"]
    [claim] = of(report, "WC414")
    assert "Android API level" in claim.message
    level = elf(files["demo/libleaf.so"]).android_api
    assert level is not None
    exact = inspect(tmp_path, files, f"cp313-cp313-android_{level}_arm64_v8a")
    assert of(exact, "WC414") == []


def test_a_symbol_that_the_bundled_library_lacks(tmp_path: Path) -> None:
    hollow = leaf("x86_64-gnu").replace(b"leaf_value\0", b"leaf_other\0")
    files = {"demo/libmid.so.2": mid(rpath="$ORIGIN"), "demo/libleaf.so.1": hollow}
    [finding] = of(inspect(tmp_path, files), "WC702")
    assert finding.severity is Severity.ERROR
    assert finding.evidence["symbols"] == ("leaf_value",)


def unversioned(folder: Path, names: set[str], wanted: str, relro: Relro) -> list[Finding]:
    """Say what WC702 finds where libmid wants a symbol without a version, and libleaf has names."""
    files = {"demo/libmid.so.2": mid(rpath="$ORIGIN"), "demo/libleaf.so.1": leaf("x86_64-gnu")}
    path = WheelBuilder(tag=MANY, files=files).write(folder)
    with Archive.open(path) as archive:
        wheel = read_wheel(archive, path.name)
    natives = []
    for native in wheel.natives:
        assert native.binary is not None
        [piece] = native.binary.slices
        assert isinstance(piece, ElfObject)
        if native.name == "demo/libmid.so.2":
            wants = Reference(wanted, weak=False, version=None, library=None)
            piece = replace(piece, references=(wants,), relro=relro)
        else:
            piece = replace(piece, exports=Exports(frozenset(names)))
        natives.append(replace(native, binary=replace(native.binary, slices=(piece,))))
    wheel = replace(wheel, natives=tuple(natives))
    return of(judge(wheel, resolve(wheel), str(path)), "WC702")


def test_a_symbol_without_a_version_counts_by_its_family(tmp_path: Path) -> None:
    """It may come from anywhere, but not if all that the library defines is called alike."""
    names = {f"__gmpz_{index}" for index in range(11)}
    [finding] = unversioned(tmp_path, names, "__gmpz_new", Relro.PARTIAL)
    assert finding.severity is Severity.WARNING  # bound at the first call
    assert finding.evidence["symbols"] == ("__gmpz_new",)
    assert finding.evidence["library"] == ("demo/libleaf.so.1",)
    [finding] = unversioned(tmp_path, names, "__gmpz_new", Relro.FULL)
    assert finding.severity is Severity.ERROR
    for wanted in ("__gmpz_3", "dladdr"):
        assert unversioned(tmp_path, names, wanted, Relro.FULL) == []
    few = {f"__gmpz_{index}" for index in range(10)}
    mixed = names | {f"other{index}_x" for index in range(12)}
    for others in (few, mixed, {f"_ZN3gmp{index}" for index in range(11)}, set[str]()):
        assert unversioned(tmp_path, others, f"{min(others, default='x')[:4]}new", Relro.FULL) == []


def test_another_distribution_may_bring_a_library(tmp_path: Path) -> None:
    """pypa/auditwheel 391: a search path that leads to a distribution that is required."""
    files = {"demo/libmid.so.2": mid(rpath="$ORIGIN/../leaf_pkg/lib")}
    program = edited("x86_64-gnu/program", rpath="$ORIGIN/../lib/python3.12/site-packages/demo")
    files["demo-1.0.data/scripts/tool"] = program
    for required, severity in ((["leaf-pkg"], Severity.WARNING), ([], Severity.ERROR)):
        builder = WheelBuilder(tag=MANY, files=files, fields={"Requires-Dist": required})
        [finding] = of(wheelcheck.inspect(builder.write(tmp_path)), "WC701")
        assert finding.severity is severity


def test_every_machine_of_the_policies_has_a_name() -> None:
    spec = find_spec("auditwheel")
    assert spec is not None
    assert spec.origin is not None
    named: set[str] = set()
    for path in (Path(spec.origin).parent / "policy").glob("*-policy.json"):
        for row in json.loads(path.read_text()):
            named |= set(row["symbol_versions"])
    assert named <= set(MACHINE_NAMES.values())


def test_inspection_never_imports_auditwheel(tmp_path: Path) -> None:
    wheel = WheelBuilder(tag=MANY, files=pair()).write(tmp_path)
    code = f"import wheelcheck; wheelcheck.inspect({str(wheel)!r})"
    code = f"import sys; {code}; print('auditwheel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
