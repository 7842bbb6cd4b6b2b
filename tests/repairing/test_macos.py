"""Repairs of wheels for macOS. Numbers are those of issues of delocate where no other is named."""

from pathlib import Path

import pytest

import wheelcheck
from tests.macho_builder import BUNDLE, PROGRAM, X86_64, dylib, extension, universal
from tests.macho_images import built
from tests.repairing.mac_kit import libs, members, natives, needs, repair, wheel
from tests.rules.mac import BOTH
from wheelcheck import RepairError, UsageError
from wheelcheck.patch.macho_fat import fuse

GMP = "/opt/build/lib/libgmp.10.dylib"


def test_a_library_is_bundled(tmp_path: Path) -> None:
    name = "@rpath/liba.dylib"
    folder = libs(
        tmp_path / "l",
        liba=dylib(name, "@rpath/libb.dylib", exports=("a",), rpaths=("/opt/x", "@loader_path")),
        libb=dylib("/opt/build/libb.dylib"),
    )
    module = extension("_p", name, imports={"a": name}, rpaths=("/opt/x",))
    path = wheel(tmp_path / "in", {"pkg/_p.so": module})
    done = repair(path, tmp_path / "out", folder)
    assert done.output is not None
    found = natives(done.output)
    [extension_] = found["pkg/_p.so"]
    assert needs(extension_) == ["@loader_path/.dylibs/liba.dylib"]
    assert extension_.imports[0].symbols == ("a",), "ordinals stay"
    assert extension_.rpaths == ()
    [a] = found["pkg/.dylibs/liba.dylib"]
    assert a.install_name == "/DLC/pkg/.dylibs/liba.dylib"
    assert needs(a) == ["@loader_path/libb.dylib"]
    assert a.rpaths == ("@loader_path",)
    [b] = found["pkg/.dylibs/libb.dylib"]
    assert b.install_name == "/DLC/pkg/.dylibs/libb.dylib"
    assert done.report is not None
    assert done.report.at_least(wheelcheck.Severity.WARNING) == ()


def test_no_tool_of_apple_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """#73: no otool, install_name_tool or codesign, nor any other program."""
    monkeypatch.setenv("PATH", "")
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/liba.dylib")})
    assert repair(path, tmp_path / "out", folder).action == "repaired"


def test_one_library_for_two_packages(tmp_path: Path) -> None:
    """#35: one copy would do, where several packages of a wheel need a library."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    files = {f"{name}/_p.so": extension("_p", "@rpath/liba.dylib") for name in ("one", "two")}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", folder)
    assert done.output is not None
    found = natives(done.output)
    copies = [name for name in found if name.endswith("/liba.dylib")]
    assert len(copies) == 1
    for name in ("one", "two"):
        [needed] = needs(found[f"{name}/_p.so"][0])
        assert needed.startswith("@loader_path/")
        assert needed.endswith("liba.dylib")


def test_a_second_repair_changes_nothing(tmp_path: Path) -> None:
    """Seen in peers: delocate signs again what it did not change."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/liba.dylib")})
    first = repair(path, tmp_path / "out", folder)
    assert first.output is not None
    second = repair(first.output, tmp_path / "again", folder)
    assert second.action == "unchanged"
    assert second.output is not None
    assert second.output.read_bytes() == first.output.read_bytes()


def test_a_second_repair_adds_a_library(tmp_path: Path) -> None:
    """Seen in peers: they fail when the folder exists and a new library is needed."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"), libb=dylib("@rpath/libb.dylib"))
    files = {
        "pkg/_p.so": extension("_p", "@loader_path/.dylibs/libz.dylib", "@rpath/liba.dylib"),
        "pkg/.dylibs/libz.dylib": dylib("/DLC/pkg/.dylibs/libz.dylib"),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", folder)
    assert done.output is not None
    assert {"pkg/.dylibs/libz.dylib", "pkg/.dylibs/liba.dylib"} <= natives(done.output).keys()


def test_same_name_other_content(tmp_path: Path) -> None:
    """#53, #69, #133, #148, #165: two libraries of one base name."""
    one = libs(tmp_path / "one", libz=dylib("@rpath/libz.dylib", salt=b"one"))
    two = libs(tmp_path / "two", libz=dylib("@rpath/libz.dylib", salt=b"two"))
    files = {
        "pkg/_p.so": extension("_p", f"{one}/libz.dylib"),
        "pkg/_q.so": extension("_q", f"{two}/libz.dylib"),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out")
    assert done.output is not None
    found = natives(done.output)
    bundled = {name: pieces[0] for name, pieces in found.items() if ".dylibs" in name}
    assert len(bundled) == 2
    assert len({piece.install_name for piece in bundled.values()}) == 2
    assert needs(found["pkg/_p.so"][0]) != needs(found["pkg/_q.so"][0])
    for member, mark in (("pkg/_p.so", b"one"), ("pkg/_q.so", b"two")):
        target = "pkg/" + needs(found[member][0])[0].removeprefix("@loader_path/")
        assert mark in members(done.output)[target], "each gets the one it was linked with"


def test_one_library_under_two_paths(tmp_path: Path) -> None:
    """#53, passagemath 739 and 944, rasterio-wheels 84: opt is a link to Homebrew's Cellar."""
    cellar = libs(tmp_path / "Cellar", libz=dylib("@rpath/libz.dylib"))
    (tmp_path / "opt").symlink_to(cellar)
    files = {
        "pkg/_p.so": extension("_p", f"{cellar}/libz.dylib"),
        "pkg/_q.so": extension("_q", f"{tmp_path}/opt/libz.dylib"),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out")
    assert [b.member for b in done.plan.bundles] == ["pkg/.dylibs/libz.dylib"]


def test_one_image_names_a_library_twice(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    module = extension("_p", "@rpath/liba.dylib", f"{folder}/liba.dylib", rpaths=(str(folder),))
    done = repair(wheel(tmp_path / "in", {"pkg/_p.so": module}), tmp_path / "out")
    assert done.output is not None
    [piece] = natives(done.output)["pkg/_p.so"]
    assert needs(piece) == ["@loader_path/.dylibs/liba.dylib", "@loader_path/./.dylibs/liba.dylib"]


def test_indirect_rpaths(tmp_path: Path) -> None:
    """#271: dyld looks in the rpaths of all images on the way."""
    folder = libs(
        tmp_path / "l",
        liba=dylib("@rpath/liba.dylib", "@rpath/libb.dylib"),
        libb=dylib("@rpath/libb.dylib"),
    )
    module = extension("_p", "@rpath/liba.dylib", rpaths=(str(folder),))
    done = repair(wheel(tmp_path / "in", {"pkg/_p.so": module}), tmp_path / "out")
    assert len(done.plan.bundles) == 2


def test_loader_path_of_a_library(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", liba=dylib("x", "@loader_path/sub/libb.dylib"))
    libs(folder / "sub", libb=dylib("y", "@loader_path/../libc.dylib"))
    libs(folder, libc=dylib("z"))
    module = extension("_p", "@rpath/liba.dylib")
    done = repair(wheel(tmp_path / "in", {"pkg/_p.so": module}), tmp_path / "out", folder)
    assert [b.library for b in done.plan.bundles] == ["liba.dylib", "libb.dylib", "libc.dylib"]


def test_dyld_variables_come_after_add_path(tmp_path: Path) -> None:
    """#155."""
    named = libs(tmp_path / "a", libx=dylib("@rpath/libx.dylib", salt=b"named"))
    other = libs(tmp_path / "b", libx=dylib("@rpath/libx.dylib", salt=b"other"))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/libx.dylib")})
    environ = {"DYLD_LIBRARY_PATH": str(other)}
    done = repair(path, tmp_path / "out", named, environ=environ)
    assert done.plan.bundles[0].source.path == named / "libx.dylib"
    environ = {"DYLD_FALLBACK_LIBRARY_PATH": str(other)}
    done = repair(path, tmp_path / "out2", environ=environ)
    assert done.plan.bundles[0].source.path == other / "libx.dylib"


def test_sysroot(tmp_path: Path) -> None:
    libs(tmp_path / "root/opt/build/lib", **{"libgmp.10": dylib(GMP, "/opt/build/lib/liba.dylib")})
    libs(tmp_path / "root/opt/build/lib", liba=dylib("/opt/build/lib/liba.dylib"))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", GMP)})
    done = repair(path, tmp_path / "out", sysroot=tmp_path / "root")
    assert [b.library for b in done.plan.bundles] == ["liba.dylib", "libgmp.10.dylib"]


def test_a_library_of_the_wheel_is_not_copied(tmp_path: Path) -> None:
    files = {
        "pkg/_p.so": extension("_p", "/opt/build/libown.dylib"),
        "pkg/lib/libown.dylib": dylib("/opt/build/libown.dylib"),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out")
    assert done.output is not None
    assert done.plan.bundles == ()
    found = natives(done.output)
    assert needs(found["pkg/_p.so"][0]) == ["@loader_path/lib/libown.dylib"]
    [own] = found["pkg/lib/libown.dylib"]
    assert own.install_name is not None
    assert own.install_name.startswith("/DLC/")


def test_installed_layout(tmp_path: Path) -> None:
    """#233, #241: ``.data/platlib`` is counted from where it is installed."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    files = {"demo-1.0.data/platlib/pkg/sub/_p.so": extension("_p", "@rpath/liba.dylib")}
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", folder)
    assert done.output is not None
    [piece] = natives(done.output)["demo-1.0.data/platlib/pkg/sub/_p.so"]
    assert needs(piece) == ["@loader_path/../.dylibs/liba.dylib"]


def test_top_level_modules(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    from tests.wheels import WheelBuilder

    files = {"_p.so": extension("_p", "@rpath/liba.dylib")}
    path = WheelBuilder(tag="cp312-cp312-macosx_11_0_arm64", files=files).write(tmp_path)
    done = repair(path, tmp_path / "out", folder)
    assert [b.member for b in done.plan.bundles] == ["demo.dylibs/liba.dylib"]


def test_programs_in_scripts_are_refused(tmp_path: Path) -> None:
    """#233: no relative path leads from bin/ to site-packages."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    tool = extension("x", "@rpath/liba.dylib", kind=PROGRAM)
    path = wheel(tmp_path / "in", {"demo-1.0.data/scripts/tool": tool})
    with pytest.raises(RepairError, match="outside of site-packages"):
        repair(path, tmp_path / "out", folder)


def test_missing_libraries_are_named(tmp_path: Path) -> None:
    """cibuildwheel 1989, 2111: an error must say what to do, and leave nothing behind."""
    folder = libs(tmp_path / "l", **{"libgmp.10": dylib(GMP, arch=X86_64)})
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", GMP)})
    with pytest.raises(RepairError, match="has code for x86_64 only, arm64 is needed") as caught:
        repair(path, tmp_path / "out", folder)
    assert "needed by pkg/_p.so" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_objects_for_simulators_are_not_taken(tmp_path: Path) -> None:
    """#273."""
    folder = libs(tmp_path / "l", libsim=built("libsim.dylib"))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/libsim.dylib")})
    with pytest.raises(RepairError, match="built for iOS Simulator"):
        repair(path, tmp_path / "out", folder)


def test_modules_are_no_libraries(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", liba=extension("a", kind=BUNDLE))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/liba.dylib")})
    with pytest.raises(RepairError, match="no library, but a Mach-O bundle"):
        repair(path, tmp_path / "out", folder)


def test_weak_libraries(tmp_path: Path) -> None:
    """Seen in peers: both peers fail when a weak library is missing."""
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "weak:@rpath/libm.dylib")})
    done = repair(path, tmp_path / "out")
    assert done.action == "unchanged"
    assert any("may be absent" in note for note in done.notes)
    folder = libs(tmp_path / "l", libm=dylib("@rpath/libm.dylib"))
    done = repair(path, tmp_path / "out2", folder)
    assert done.output is not None
    [piece] = natives(done.output)["pkg/_p.so"]
    assert str(piece.imports[0].kind) == "weak"


def test_slices_that_need_different_libraries(tmp_path: Path) -> None:
    folder = libs(
        tmp_path / "l",
        libarm=dylib("@rpath/libarm.dylib"),
        libintel=dylib("@rpath/libintel.dylib", arch=X86_64),
    )
    both = fuse(
        extension("_p", "@rpath/libarm.dylib"),
        extension("_p", "@rpath/libintel.dylib", arch=X86_64),
    )
    done = repair(wheel(tmp_path / "in", {"pkg/_p.so": both}, BOTH), tmp_path / "out", folder)
    assert done.output is not None
    found = {s.name: needs(s) for s in natives(done.output)["pkg/_p.so"]}
    assert found == {
        "x86_64": ["@loader_path/.dylibs/libintel.dylib"],
        "arm64": ["@loader_path/.dylibs/libarm.dylib"],
    }


def test_a_universal_wheel_needs_universal_libraries(tmp_path: Path) -> None:
    """Seen in peers: they accept a library for one of two machines."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    both = universal(extension, "_p", "@rpath/liba.dylib")
    path = wheel(tmp_path / "in", {"pkg/_p.so": both}, BOTH)
    with pytest.raises(RepairError, match="arm64 only, x86_64 is needed"):
        repair(path, tmp_path / "out", folder)


def test_modules_that_are_dylibs(tmp_path: Path) -> None:
    """Seen in peers: the identity of a Rust extension is a path of the build tree."""
    module = dylib("/Users/me/target/release/deps/lib_p.dylib", exports=("PyInit__p",))
    path = wheel(tmp_path / "in", {"pkg/_p.abi3.so": module}, "cp312-abi3-macosx_11_0_arm64")
    done = repair(path, tmp_path / "out")
    assert done.output is not None
    [piece] = natives(done.output)["pkg/_p.abi3.so"]
    assert piece.install_name == "/DLC/pkg/_p.abi3.so"


def test_no_room(tmp_path: Path) -> None:
    """#147, nrn 3277: an identity is as short as the header demands."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib", pad=16))
    files = {
        "a_package_of_a_long_name_for_identities/__init__.py": b"",
        "a_package_of_a_long_name_for_identities/_p.so": extension("_p", "@rpath/liba.dylib"),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", folder)
    assert done.output is not None
    [member] = [bundle.member for bundle in done.plan.bundles]
    [piece] = natives(done.output)[member]
    assert piece.install_name is not None
    assert piece.install_name.startswith("/DLC/")
    assert "long_name" not in piece.install_name
    assert not any("moved" in note for note in done.notes)


def test_real_images_without_room(tmp_path: Path) -> None:
    folder = libs(
        tmp_path / "l",
        **{"libleaf.1": built("libleaf.1.dylib"), "libmid": built("libmid.dylib")},
    )
    files = {"pkg/demo.cpython-312-darwin.so": built("demo.cpython-312-darwin.so")}
    path = wheel(tmp_path / "in", files, "cp312-cp312-macosx_11_0_arm64")
    done = repair(path, tmp_path / "out", folder)
    assert done.output is not None
    found = natives(done.output)
    arm = next(s for s in found["pkg/demo.cpython-312-darwin.so"] if s.name == "arm64")
    assert "@loader_path/.dylibs/libmid.dylib" in needs(arm)
    assert any("x86_64, which the tag does not promise" in note for note in done.notes)


def test_the_library_of_an_interpreter_is_never_bundled(tmp_path: Path) -> None:
    """#25, cibuildwheel: libpython gets bundled."""
    folder = libs(tmp_path / "l", **{"libpython3.12": dylib("@rpath/libpython3.12.dylib")})
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "@rpath/libpython3.12.dylib")})
    done = repair(path, tmp_path / "out", folder)
    assert done.plan.bundles == ()
    assert any("never bundled" in note for note in done.notes)


def test_system_volumes_are_not_the_system(tmp_path: Path) -> None:
    """#278."""
    name = "/System/Volumes/Data/opt/liba.dylib"
    libs(tmp_path / "root/System/Volumes/Data/opt", liba=dylib(name))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", name)})
    done = repair(path, tmp_path / "out", sysroot=tmp_path / "root")
    assert len(done.plan.bundles) == 1


def test_what_the_system_needs_is_not_followed(tmp_path: Path) -> None:
    """#119."""
    libs(tmp_path / "root/usr/lib", libz=dylib("/usr/lib/libz.dylib", "/usr/local/lib/x.dylib"))
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", "/usr/lib/libz.dylib")})
    assert repair(path, tmp_path / "out", sysroot=tmp_path / "root").action == "unchanged"


def test_exclude(tmp_path: Path) -> None:
    """#77, #207, #252: what is left out is not missed, nor what it needs."""
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p", GMP)})
    done = repair(path, tmp_path / "out", exclude=["libgmp*", "libnone*"])
    assert done.output is not None
    assert done.plan.excluded == (GMP,)
    assert any("libnone* fits no library" in note for note in done.notes)


def test_provided_by(tmp_path: Path) -> None:
    files = {"pkg/sub/_p.so": extension("_p", "@rpath/libfoo.1.dylib")}
    pattern = "foo-libs=foo_libs/lib/libfoo*.dylib"
    path = wheel(tmp_path / "in", files)
    with pytest.raises(RepairError, match="does not require foo-libs"):
        repair(path, tmp_path / "out", provided_by=[pattern])
    path = wheel(tmp_path / "in2", files, fields={"Requires-Dist": ["Foo_Libs>=1"]})
    done = repair(path, tmp_path / "out", provided_by=[pattern])
    assert done.output is not None
    [piece] = natives(done.output)["pkg/sub/_p.so"]
    assert needs(piece) == ["@loader_path/../../foo_libs/lib/libfoo.1.dylib"]


@pytest.mark.parametrize(
    ("archs", "fits"),
    [
        ("arm64", True),
        ("", True),
        ("x86_64", False),
        ("universal2", False),
        ("x86_64,arm64", False),
    ],
)
def test_require_archs(tmp_path: Path, archs: str, fits: bool) -> None:
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p")})
    if fits:
        assert repair(path, tmp_path / "out", require_archs=archs).output is not None
    else:
        with pytest.raises(RepairError, match=r"pkg/_p\.so has no code for x86_64"):
            repair(path, tmp_path / "out", require_archs=archs)


@pytest.mark.parametrize(
    "options",
    [
        {"require_archs": "sparc"},
        {"target_macos": "eleven"},
        {"provided_by": ["libx"]},
        {"sysroot": "no/such/folder"},
    ],
)
def test_wrong_options(tmp_path: Path, options: dict[str, object]) -> None:
    path = wheel(tmp_path / "in", {"pkg/_p.so": extension("_p")})
    with pytest.raises(UsageError):
        repair(path, tmp_path / "out", **options)


@pytest.mark.parametrize("signed", [False, True])
def test_signatures_of_untouched_files_are_mended(tmp_path: Path, signed: bool) -> None:
    """#144, python-mip 428, cbcbox 1, tvm 19664: killed because of a stale signature."""
    module = extension("_p", signed=signed, salt=b"before").replace(b"before", b"behind")
    done = repair(wheel(tmp_path / "in", {"pkg/_p.so": module}), tmp_path / "out")
    assert done.output is not None
    assert natives(done.output)["pkg/_p.so"][0].signature.valid
    assert any("signed anew" in note for note in done.notes)


def test_rpaths_of_leaf_libraries(tmp_path: Path) -> None:
    """Seen in peers: they leave them in numpy's and pyzmq's libraries; openqp 360."""
    files = {
        "pkg/_p.so": extension("_p", "@loader_path/.dylibs/liba.dylib"),
        "pkg/.dylibs/liba.dylib": dylib("/DLC/liba.dylib", rpaths=("/opt/zmq/lib", "/usr/lib")),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out")
    assert done.output is not None
    assert natives(done.output)["pkg/.dylibs/liba.dylib"][0].rpaths == ("/usr/lib",)


def test_no_path_of_this_machine_enters_the_wheel(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", liba=dylib(f"{tmp_path}/l/liba.dylib"))
    module = extension("_p", f"{folder}/liba.dylib", rpaths=(str(folder),))
    done = repair(wheel(tmp_path / "in", {"pkg/_p.so": module}), tmp_path / "out")
    assert done.output is not None
    for data in members(done.output).values():
        assert str(tmp_path).encode() not in data


def test_a_package_in_platlib(tmp_path: Path) -> None:
    """#233: bundled libraries lie where the package is, in the archive, too."""
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    platlib = "demo-1.0.data/platlib/demo"
    files = {
        f"{platlib}/__init__.py": b"",
        f"{platlib}/_p.so": extension("_p", "@rpath/liba.dylib"),
    }
    done = repair(wheel(tmp_path / "in", files), tmp_path / "out", folder)
    assert [b.member for b in done.plan.bundles] == [f"{platlib}/.dylibs/liba.dylib"]
    assert done.report is not None
    assert done.report.at_least(wheelcheck.Severity.WARNING) == ()


def test_deterministic(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", **{f"l{i}": dylib(f"@rpath/l{i}.dylib") for i in range(5)})
    module = extension("_p", *(f"@rpath/l{i}.dylib" for i in (3, 1, 4, 0, 2)))
    path = wheel(tmp_path / "in", {"pkg/_p.so": module})
    outputs = [repair(path, tmp_path / f"out{i}", folder).output for i in range(2)]
    assert len({o.read_bytes() for o in outputs if o is not None}) == 1


def test_other_members_keep_their_bytes(tmp_path: Path) -> None:
    folder = libs(tmp_path / "l", liba=dylib("@rpath/liba.dylib"))
    files = {
        "pkg/_p.so": extension("_p", "@rpath/liba.dylib"),
        "pkg/_q.so": extension("_q"),
        "pkg/data.txt": b"text",
    }
    path = wheel(tmp_path / "in", files)
    done = repair(path, tmp_path / "out", folder)
    assert done.output is not None
    old, new = members(path), members(done.output)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"pkg/_p.so", "demo-1.0.dist-info/RECORD"}
