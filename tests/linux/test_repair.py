"""Repairs of Linux wheels; troubles of users are named by their issue (pypa/auditwheel)."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import wheelcheck
from tests.elf_samples import elf, sample
from tests.linux.inputs import MANY, PLAIN, edited, leaf, mid, pair
from tests.wheels import WheelBuilder
from wheelcheck import RepairError
from wheelcheck.binary.elf_object import ElfObject, StackExecution
from wheelcheck.errors import UsageError
from wheelcheck.repairing.run import Repair
from wheelcheck.report.plan import render_repair

PROGRAM_TAG = "py3-none-manylinux_2_34_x86_64"


def put(folder: Path, data: bytes, name: str = "libleaf.so.1") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder


def repaired(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    tag: str = MANY,
    environ: Mapping[str, str] | None = None,
    requires: list[str] | None = None,
    **options: object,
) -> Repair:
    builder = WheelBuilder(tag=tag, files=dict(files), fields={"Requires-Dist": requires or []})
    wheel = builder.write(put(folder / "in", b"", ".keep"))
    options.setdefault("sysroot", put(folder / "no-system", b"", ".keep"))
    return wheelcheck.repair(wheel, folder / "out", environ=environ or {}, **options)  # type: ignore[arg-type]


def members(done: Repair) -> dict[str, bytes]:
    assert done.output is not None
    with zipfile.ZipFile(done.output) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def objects(done: Repair) -> dict[str, ElfObject]:
    return {n: elf(d) for n, d in members(done).items() if d[:4] == b"\x7fELF"}


def bundled(done: Repair) -> list[str]:
    return [bundle.member for bundle in done.plan.bundles]


def test_a_library_is_bundled_and_bound(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf())
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[lib])
    [name] = bundled(done)
    assert name.startswith("demo.libs/libleaf-")
    assert name.endswith(".so.1")
    last = name.rpartition("/")[2]
    found = objects(done)
    importer = found["demo/libmid.so.2"]
    assert last in importer.needed
    assert importer.version_needs[last] == ("LEAF_1.0",)
    assert (importer.rpath, importer.runpath) == ("$ORIGIN/../demo.libs", None)
    assert (found[name].soname, found[name].rpath) == (last, None)
    assert done.report is not None
    assert not [f for f in done.report.findings if f.severity is wheelcheck.Severity.ERROR]


def test_libraries_of_libraries(tmp_path: Path) -> None:
    lib = put(put(tmp_path / "lib", leaf()), mid(), "libmid.so.2").resolve()
    files = {"demo-1.0.data/platlib/demo/libtop.so": edited("x86_64-gnu/program", soname="t")}
    done = repaired(tmp_path, files, tag=PROGRAM_TAG, add_paths=[lib])
    found = objects(done)
    [middle] = [n for n in bundled(done) if "libmid" in n]
    assert middle.startswith("demo-1.0.data/platlib/demo.libs/")
    assert found[middle].rpath == "$ORIGIN"


def test_the_result_needs_no_repair(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf())
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[lib])
    assert done.output is not None
    again = wheelcheck.repair(done.output, tmp_path / "again", environ={})
    assert again.action == "unchanged"


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf())
    first = repaired(tmp_path / "1", {"demo/libmid.so.2": mid()}, add_paths=[lib])
    second = repaired(tmp_path / "2", {"demo/libmid.so.2": mid()}, add_paths=[lib])
    assert first.output is not None
    assert second.output is not None
    assert first.output.read_bytes() == second.output.read_bytes()


def test_each_importer_gets_the_file_of_its_own_loader(tmp_path: Path) -> None:
    """Two libraries of one soname; the second would never be loaded beside the first."""
    one = put(tmp_path / "one", leaf())
    two = put(tmp_path / "two", leaf("x86_64-gnu-joined"))
    files = {"demo/liba.so": mid(rpath=str(one)), "demo/b/libb.so": mid(rpath=str(two))}
    done = repaired(tmp_path, files, sysroot=None)
    found = objects(done)
    needs = {name: {n for n in found[name].needed if "leaf" in n} for name in files}
    assert len(bundled(done)) == 2
    assert not needs["demo/liba.so"] & needs["demo/b/libb.so"]
    assert found["demo/b/libb.so"].rpath == "$ORIGIN/../../demo.libs"
    sources = {b.source.path: b.member.rpartition("/")[2] for b in done.plan.bundles}
    assert needs["demo/liba.so"] == {sources[(one / "libleaf.so.1").resolve()]}


def test_the_order_is_the_loader_s(tmp_path: Path) -> None:
    """737: what the user names beats a RUNPATH, and all else."""
    folders = {
        name: put(tmp_path / name, leaf(soname=f"lib{name}.so"))
        for name in ("user", "rpath", "variable", "runpath")
    }

    def chosen(*, user: bool, runpath: bool) -> str:
        place = folders["runpath" if runpath else "rpath"]
        done = repaired(
            tmp_path / f"{user}{runpath}",
            {"demo/libmid.so.2": mid(rpath=str(place), runpath=runpath)},
            environ={"LD_LIBRARY_PATH": str(folders["variable"])},
            add_paths=[folders["user"]] if user else [],
            sysroot=None,
        )
        [bundle] = done.plan.bundles
        assert bundle.source.path is not None
        return bundle.source.path.parent.name

    assert chosen(user=True, runpath=False) == "user"
    assert chosen(user=True, runpath=True) == "user"
    assert chosen(user=False, runpath=False) == "rpath"
    assert chosen(user=False, runpath=True) == "variable"


def test_the_configuration_of_a_sysroot(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root / "etc", b"include ld.so.conf.d/*.conf\n", "ld.so.conf")
    put(root / "etc/ld.so.conf.d", b"# comment\n/opt/leaf/lib\n", "leaf.conf")
    put(root / "opt/leaf/lib", leaf("aarch64-gnu"))
    put(root / "lib/aarch64-linux-gnu", leaf())  # for another machine
    files = {"demo/libmid.so.2": mid("aarch64-gnu")}
    done = repaired(tmp_path, files, tag="py3-none-linux_aarch64", sysroot=root)
    [bundle] = done.plan.bundles
    assert bundle.source.path == root / "opt/leaf/lib/libleaf.so.1"
    assert done.plan.output.endswith("-manylinux2014_aarch64.manylinux_2_17_aarch64.whl")


def test_other_machines_and_libcs_are_passed_over(tmp_path: Path) -> None:
    wrong = [put(tmp_path / c, leaf(c)) for c in ("aarch64-gnu", "x86_64-musl", "i686-zig")]
    right = put(tmp_path / "right", leaf())
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[*wrong, right])
    assert [b.source.path for b in done.plan.bundles] == [(right / "libleaf.so.1").resolve()]


def test_nothing_is_written_when_a_library_is_missing(tmp_path: Path) -> None:
    wrong = put(tmp_path / "wrong", leaf("aarch64-gnu"))
    with pytest.raises(RepairError, match=r"libleaf\.so\.1, needed by demo/libmid") as caught:
        repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[wrong])
    assert "built for arm64" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_symlinks_and_read_only_sources(tmp_path: Path) -> None:
    """237: sources of Nix and Bazel are read-only; the members are not."""
    real = put(tmp_path / "real", leaf(), "libleaf.so.1.2.3")
    (real / "libleaf.so.1.2.3").chmod(0o555)
    real.chmod(0o555)
    links = tmp_path / "links"
    links.mkdir()
    (links / "libleaf.so.1").symlink_to(real / "libleaf.so.1.2.3")
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[links])
    real.chmod(0o755)
    assert bundled(done)[0].endswith(".so.1.2.3")
    assert done.output is not None
    with zipfile.ZipFile(done.output) as archive:
        assert archive.getinfo(bundled(done)[0]).external_attr >> 16 == 0o100644


def test_an_absolute_needed_entry(tmp_path: Path) -> None:
    path = put(tmp_path / "build", leaf()) / "libleaf.so.1"
    files = {"demo/libmid.so.2": mid(needed={"libleaf.so.1": str(path)})}
    done = repaired(tmp_path, files, sysroot=None)
    assert not any("/" in name for name in objects(done)["demo/libmid.so.2"].needed)


def test_libpython_is_removed(tmp_path: Path) -> None:
    """589."""
    files = pair(needed={"libc.so.6": "libpython3.12.so.1.0"})
    done = repaired(tmp_path, files)
    assert objects(done)["demo/libmid.so.2"].needed == ("libleaf.so.1",)
    assert bundled(done) == []


def test_build_paths_go_even_when_nothing_is_bundled(tmp_path: Path) -> None:
    """617, 344, 451; 69 and 257: paths inside the wheel stay."""
    files = pair(path="/home/me/lib:$ORIGIN:$ORIGIN/../../../../../../build")
    done = repaired(tmp_path, files)
    assert objects(done)["demo/libmid.so.2"].rpath == "$ORIGIN"
    runpath = repaired(tmp_path / "2", pair(path="$ORIGIN::/opt", runpath=True))
    importer = objects(runpath)["demo/libmid.so.2"]
    assert (importer.rpath, importer.runpath) == (None, "$ORIGIN")


def test_a_library_of_the_wheel_where_nobody_looks(tmp_path: Path) -> None:
    done = repaired(tmp_path, {"demo/_mid.abi3.so": mid(), "demo/sub/libleaf.so.1": leaf()})
    assert bundled(done) == []
    assert objects(done)["demo/_mid.abi3.so"].rpath == "$ORIGIN/sub"


def test_a_program_among_the_scripts(tmp_path: Path) -> None:
    """340, 443: it moves, and a script of its name runs it."""
    lib = put(put(tmp_path / "lib", leaf()), mid(), "libmid.so.2")
    files = {"demo-1.0.data/scripts/tool": sample("x86_64-gnu/program")}
    done = repaired(tmp_path, files, tag=PROGRAM_TAG, add_paths=[lib])
    found = members(done)
    assert found["demo-1.0.data/scripts/tool"].startswith(b"#!python\n")
    compile(found["demo-1.0.data/scripts/tool"], "tool", "exec")
    assert elf(found["demo.scripts/tool"]).rpath == "$ORIGIN/../demo.libs"
    assert done.output is not None
    with zipfile.ZipFile(done.output) as archive:
        assert archive.getinfo("demo.scripts/tool").external_attr >> 16 == 0o100755


@pytest.mark.parametrize("pattern", ["libleaf.so.1", "libleaf.so", "libleaf*"])
def test_exclude_matches_with_and_without_the_version(tmp_path: Path, pattern: str) -> None:
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, exclude=[pattern])
    assert bundled(done) == []
    assert done.plan.excluded == ("libleaf.so.1",)


def test_a_pattern_that_matches_nothing_is_told(tmp_path: Path) -> None:
    """ROCm/aiter 5318: 890 MB were bundled by a pattern that never matched."""
    done = repaired(tmp_path, pair(), exclude=["libfoo.so"])
    assert "--exclude libfoo.so fits no library that would be bundled" in done.notes


def test_provided_by_another_distribution(tmp_path: Path) -> None:
    """391, 392, 76."""
    files = {"demo/sub/libmid.so.2": mid()}
    rule = ["leaf-cu12=nvidia/leaf/lib/libleaf.so.*"]
    done = repaired(tmp_path, files, requires=["leaf_cu12"], provided_by=rule)
    assert objects(done)["demo/sub/libmid.so.2"].rpath == "$ORIGIN/../../nvidia/leaf/lib"
    assert done.plan.excluded == ("libleaf.so.1",)
    with pytest.raises(RepairError, match="does not require leaf-cu12"):
        repaired(tmp_path / "2", files, provided_by=rule)
    short = ["leaf-cu12=libleaf.so"]
    with pytest.raises(RepairError, match="no installed leaf-cu12 holds"):
        repaired(tmp_path / "3", files, requires=["leaf_cu12"], provided_by=short)
    with pytest.raises(UsageError, match="DIST=PATTERN"):
        repaired(tmp_path / "4", files, provided_by=["libleaf"])


def test_what_a_bundled_library_needs_may_be_provided_too(tmp_path: Path) -> None:
    lib = put(put(tmp_path / "lib", mid(), "libmid.so.2"), leaf())
    rule = ["leaf-cu12=nvidia/leaf/LIBLEAF.so"]
    requires = ["leaf_cu12"]
    done = repaired(
        tmp_path,
        {"demo/__init__.py": b"", "demo/libleaf.so": leaf(soname="libleaf.so")},
        requires=requires,
        provided_by=rule,
        include=["libmid.so.2"],
        add_paths=[lib],
    )
    assert bundled(done) == ["demo.libs/libmid.so.2"]
    assert objects(done)["demo.libs/libmid.so.2"].rpath == "$ORIGIN/../nvidia/leaf"
    assert "libleaf.so.1 is left to leaf-cu12" in done.notes


@pytest.mark.parametrize("rule", ["x=/abs/lib.so", "x=a/../lib.so", "x=a//lib.so", "=lib.so", "x="])
def test_a_provider_s_folder_is_in_site_packages(tmp_path: Path, rule: str) -> None:
    with pytest.raises(UsageError, match="FOLDER/PATTERN"):
        repaired(tmp_path, pair(), requires=["x"], provided_by=[rule])


def test_the_folder_of_an_installed_distribution_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    info = put(site / "leaf_cu12-1.dist-info", b"Name: leaf-cu12\nVersion: 1\n", "METADATA")
    put(info, b"nvidia/leaf/libleaf.so.1,,\n", "RECORD")
    # Since Python 3.12 files that RECORD lists count only where they are.
    put(site / "nvidia" / "leaf", leaf())
    monkeypatch.syspath_prepend(str(site))
    rule = ["leaf-cu12=libleaf.so"]
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, requires=["leaf_cu12"], provided_by=rule)
    assert objects(done)["demo/libmid.so.2"].rpath == "$ORIGIN/../nvidia/leaf"


def test_include_brings_what_nothing_imports(tmp_path: Path) -> None:
    """594, 197: for ctypes, under its own name, with all it needs."""
    lib = put(put(tmp_path / "lib", leaf()), mid(), "libmid.so.2")
    done = repaired(tmp_path, pair(), include=["libmid.so.2"], add_paths=[lib])
    found = objects(done)
    assert found["demo.libs/libmid.so.2"].soname == "libmid.so.2"
    assert found["demo.libs/libmid.so.2"].rpath == "$ORIGIN"
    assert len(bundled(done)) == 2


def tags_of(done: Repair) -> str:
    return done.plan.output.removesuffix(".whl").rpartition("-")[2]


def test_a_plain_tag_is_replaced_though_nothing_is_bundled(tmp_path: Path) -> None:
    done = repaired(tmp_path, pair(), tag=PLAIN)
    assert tags_of(done) == "manylinux1_x86_64.manylinux_2_5_x86_64"
    lines = members(done)["demo-1.0.dist-info/WHEEL"].decode().splitlines()
    assert [line for line in lines if line.startswith("Tag")] == [
        "Tag: py3-none-manylinux1_x86_64",
        "Tag: py3-none-manylinux_2_5_x86_64",
    ]
    assert done.report is not None
    assert {f.code for f in done.report.findings} == set()


def test_a_refuted_tag_is_never_kept(tmp_path: Path) -> None:
    files = {"demo/program": edited("x86_64-gnu/program", rpath="$ORIGIN"), **pair()}
    done = repaired(tmp_path, files, tag="py3-none-manylinux2014_x86_64")
    assert tags_of(done) == "manylinux_2_34_x86_64"
    demanding = {"demo/libleaf.so.1": sample("x86_64-grudged/libleaf.so.1")}
    plain = repaired(tmp_path / "2", demanding, tag="py3-none-manylinux2014_x86_64")
    assert tags_of(plain) == "linux_x86_64"
    assert any("no policy is satisfied" in note for note in plain.notes)


def test_a_tag_that_holds_is_kept_beside_the_best(tmp_path: Path) -> None:
    done = repaired(tmp_path, pair(), tag="py3-none-manylinux_2_28_x86_64")
    assert tags_of(done) == "manylinux1_x86_64.manylinux_2_28_x86_64.manylinux_2_5_x86_64"


def test_plat(tmp_path: Path) -> None:
    done = repaired(tmp_path, pair(), tag=PLAIN, plat="manylinux_2_28")
    assert "manylinux_2_28_x86_64" in tags_of(done)
    only = repaired(tmp_path / "2", pair(), plat="manylinux2014_x86_64", only_plat=True)
    assert tags_of(only) == "manylinux_2_17_x86_64"
    program = {"demo/program": sample("x86_64-gnu/program"), **pair()}
    program["demo/program"] = edited("x86_64-gnu/program", rpath="$ORIGIN")
    with pytest.raises(RepairError, match=r"does not satisfy manylinux_2_17.*GLIBC_2\.34"):
        repaired(tmp_path / "3", program, tag=PLAIN, plat="manylinux2014")
    with pytest.raises(UsageError, match=r"there is no policy .*; did you mean .*\? There are: "):
        repaired(tmp_path / "4", pair(), plat="musllinux_1_2")
    with pytest.raises(UsageError, match="--only-plat needs --plat"):
        repaired(tmp_path / "5", pair(), only_plat=True)


def test_musl_gets_its_own_tag(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf("x86_64-musl"))
    files = {"demo/libmid.so.2": mid("x86_64-musl")}
    done = repaired(tmp_path, files, tag=PLAIN, add_paths=[lib])
    assert tags_of(done) == "musllinux_1_2_x86_64"


def test_android_gets_a_runpath_and_keeps_its_tag(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", sample("aarch64-android/libleaf.so"), "libleaf.so")
    importer = edited(
        "aarch64-zig-musl/libmid.so.2", needed={"libleaf.so.1": "libleaf.so"}, runpath=True
    )
    tag = "cp313-cp313-android_24_arm64_v8a"
    done = repaired(tmp_path, {"demo/libmid.so": importer}, tag=tag, add_paths=[lib])
    found = objects(done)["demo/libmid.so"]
    assert (found.rpath, found.runpath) == (None, "$ORIGIN/../demo.libs")
    assert tags_of(done) == "android_24_arm64_v8a"


def test_the_stack_is_cleared_on_request(tmp_path: Path) -> None:
    """634."""
    grudged = "x86_64-grudged/libmid.so.2"
    files = {"demo/libmid.so.2": sample(grudged), "demo/libleaf.so.1": leaf()}
    files["demo/libmid.so.2"] = edited(grudged, rpath="$ORIGIN")
    kept = repaired(tmp_path, files, tag=PLAIN)
    assert objects(kept)["demo/libmid.so.2"].stack is StackExecution.REQUESTED
    done = repaired(tmp_path / "2", files, tag=PLAIN, clear_execstack=True)
    assert objects(done)["demo/libmid.so.2"].stack is StackExecution.FORBIDDEN


def test_strip(tmp_path: Path) -> None:
    """716: a patched object that is stripped still loads; here it is stripped first."""
    heavy = leaf("x86_64-gnu-joined")
    assert elf(heavy).debug
    lib = put(tmp_path / "lib", heavy)
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[lib], strip=True)
    [name] = bundled(done)
    found = objects(done)[name]
    assert found.debug == ()
    assert len(members(done)[name]) < len(heavy)
    assert found.exports.names == elf(heavy).exports.names


def test_the_level_of_compression(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf())
    sizes = []
    for level in (0, 9):
        done = repaired(
            tmp_path / str(level), {"demo/libmid.so.2": mid()}, add_paths=[lib], level=level
        )
        assert done.output is not None
        sizes.append(done.output.stat().st_size)
    assert sizes[0] > sizes[1]
    with pytest.raises(UsageError, match="compression level 10"):
        repaired(tmp_path, pair(), level=10)


def test_a_lib_suffix(tmp_path: Path) -> None:
    """89, 132."""
    lib = put(tmp_path / "lib", leaf())
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[lib], lib_suffix=".so")
    assert bundled(done)[0].startswith("demo.so/")


def test_a_loop_of_symlinks_ends(tmp_path: Path) -> None:
    """RunanywhereAI 736."""
    loop = tmp_path / "loop"
    loop.mkdir()
    (loop / "libleaf.so.1").symlink_to(loop / "libleaf.so.1")
    lib = put(tmp_path / "lib", leaf())
    done = repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[loop, lib])
    assert len(bundled(done)) == 1


def test_a_linker_script_is_no_library(tmp_path: Path) -> None:
    text = put(tmp_path / "text", b"/* GNU ld script */\nINPUT(libleaf.so.2)\n")
    with pytest.raises(RepairError, match="linker script"):
        repaired(tmp_path, {"demo/libmid.so.2": mid()}, add_paths=[text])


def test_the_plan_can_be_printed(tmp_path: Path) -> None:
    lib = put(tmp_path / "lib", leaf())
    builder = WheelBuilder(tag=PLAIN, files={"demo/libmid.so.2": mid()})
    plan = wheelcheck.plan_repair(builder.write(tmp_path), add_paths=[lib], environ=os.environ)
    [bundle] = plan.to_dict()["bundles"]
    assert bundle["elf"]["soname"] == bundle["member"].rpartition("/")[2]
    assert plan.to_dict()["contents"] == ["demo-1.0.dist-info/WHEEL"]


def test_what_is_done_to_paths_is_told(tmp_path: Path) -> None:
    done = repaired(tmp_path, pair(path="/opt", needed={"libc.so.6": "libpython3.12.so.1.0"}))
    text = render_repair(done)
    assert "search path: none\n" in text
    assert "libpython3.12.so.1.0 is no longer needed\n" in text


def test_in_place_the_name_follows_the_tag(tmp_path: Path) -> None:
    wheel = WheelBuilder(tag=PLAIN, files=pair()).write(tmp_path)
    done = wheelcheck.repair(wheel, in_place=True, environ={})
    assert done.output is not None
    assert [path.name for path in tmp_path.iterdir()] == [done.output.name]
    assert "manylinux_2_5" in done.output.name
