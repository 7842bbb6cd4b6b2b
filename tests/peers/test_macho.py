"""Mach-O files of published wheels: read as others read them, patched without a loss."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import macho_verifier as verifier
from tests.macho_images import BUILT, FOLDER, built
from tests.macho_verifier import Thin
from wheelcheck.binary import identify
from wheelcheck.binary.macho import read_macho
from wheelcheck.binary.macho_layout import read_image
from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Format
from wheelcheck.patch.codesign import resign, sign
from wheelcheck.patch.macho import MachoEdit, rewrite
from wheelcheck.patch.macho_shift import shift

pytestmark = pytest.mark.peers

WHEELS = ("macos-arm64", "macos-x86_64", "macos-universal2", "macos-rust")
SCRIPT = Path(__file__).parents[2] / "testdata" / "fetch.py"
BASE = 0x7000_0000_0000


@pytest.fixture(scope="module", params=["built", *WHEELS])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """The Mach-O files of testdata, or of one published wheel."""
    if request.param == "built":
        return {name: built(name) for name in BUILT}
    command = [sys.executable, str(SCRIPT), request.param]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    with zipfile.ZipFile(done.stdout.strip()) as wheel:
        found = {name: wheel.read(name) for name in wheel.namelist()}
    return {name: data for name, data in found.items() if identify(data[:4096]) is Format.MACHO}


def thin_files(files: dict[str, bytes], folder: Path) -> list[tuple[MachoSlice, Path]]:
    """Write each slice into a file of its own."""
    found: list[tuple[MachoSlice, Path]] = []
    for data in files.values():
        for piece in read_macho(data).slices:
            assert isinstance(piece, MachoSlice)
            path = folder / f"{len(found)}"
            path.write_bytes(data[piece.offset : piece.offset + piece.size])
            found.append((piece, path))
    assert found
    return found


def run(*command: str) -> list[str]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_commands_as_macholib_reads_them(files: dict[str, bytes], tmp_path: Path) -> None:
    macholib = pytest.importorskip("macholib.MachO")
    kinds = {0xC: "regular", 0x80000018: "weak", 0x8000001F: "reexport"}
    for found, path in thin_files(files, tmp_path):
        [header] = macholib.MachO(str(path)).headers
        named = [
            (command.cmd, data.rstrip(b"\0").decode())
            for command, _, data in header.commands
            if command.cmd in {*kinds, 0xD, 0x8000001C}
        ]
        assert [(str(i.kind), i.library) for i in found.imports] == [
            (kinds[kind], name) for kind, name in named if kind in kinds
        ]
        assert list(found.rpaths) == [name for kind, name in named if kind == 0x8000001C]
        assert found.install_name == next((name for kind, name in named if kind == 0xD), None)
        versions = [
            (int(fields.minos if command.cmd == 0x32 else fields.version), int(fields.sdk))
            for command, fields, _ in header.commands
            if command.cmd in {0x24, 0x32}
        ]
        packed = [tuple(a << 16 | b << 8 | c for a, b, c in build[1:]) for build in found.builds]
        assert packed == versions
        assert found.room == header.low_offset - 32 - header.header.sizeofcmds


def test_undefined_symbols_as_llvm_reads_them(files: dict[str, bytes], tmp_path: Path) -> None:
    for found, path in thin_files(files, tmp_path):
        names = [s for i in found.imports for s in i.symbols]
        names += [*found.lookup, *found.program_symbols]
        seen = run("llvm-nm-19", "--undefined-only", "--format=just-symbols", str(path))
        assert sorted(names) == sorted(name.removeprefix("_") for name in seen)


def test_exports_as_llvm_reads_them(files: dict[str, bytes], tmp_path: Path) -> None:
    for found, path in thin_files(files, tmp_path):
        lines = run("llvm-objdump-19", "--macho", "--exports-trie", str(path))
        rows = [line.split() for line in lines if line.startswith(("0x", "[re-export]"))]
        assert found.exports.names == {row[1].removeprefix("_") for row in rows}


def test_right_signatures_and_edits_that_change_nothing(files: dict[str, bytes]) -> None:
    for data in files.values():
        verifier.check(data)
        assert resign(data, "x") == data
        assert rewrite(data, MachoEdit(), identifier="x").data == data
        for piece in read_macho(data).slices:
            assert isinstance(piece, MachoSlice)
            assert piece.signature.fault is None


def test_names_of_the_same_length_leave_all_other_bytes(files: dict[str, bytes]) -> None:
    for data in files.values():
        before = verifier.thins(data)
        names = {name: name[:-1] + "~" for image in before for _, name in image.loads}
        gone: dict[str, str | None] = {name: None for image in before for name in image.rpaths}
        patch = rewrite(data, MachoEdit(libraries=names, rpaths=gone), identifier="x")
        assert patch.notes == ()
        for old, new in zip(before, verifier.check(patch.data), strict=True):
            assert new.loads == [(kind, names[name]) for kind, name in old.loads]
            assert new.rpaths == []
            assert new.ident == old.ident
            end = old.signature[0] if old.signature else len(old.data)
            assert new.data[old.content_start : end] == old.data[old.content_start : end]


def test_a_moved_image_looks_the_same_to_a_process(files: dict[str, bytes]) -> None:
    for data in files.values():
        for image in verifier.thins(data):
            new = shift(read_image(image.data), 5000)
            [moved] = verifier.check(sign(new, "x"))
            compare(image, moved)


def test_llvm_reads_what_was_patched(files: dict[str, bytes], tmp_path: Path) -> None:
    long = "@loader_path/" + "x" * 5000
    for index, data in enumerate(files.values()):
        name = verifier.thins(data)[0].loads[0][1]
        patch = rewrite(data, MachoEdit(libraries={name: long}), identifier="x")
        path = tmp_path / f"{index}"
        path.write_bytes(patch.data)
        lines = run("llvm-objdump-19", "--macho", "--arch=all", "--dylibs-used", str(path))
        used = [line.split(" (")[0].strip() for line in lines if line.startswith("\t")]
        # It names the identity of a library first, as if it were one of those it loads.
        assert used == [n for image in verifier.check(patch.data) for n in listed(image)]


def test_fused_as_lipo_does(tmp_path: Path) -> None:
    thin = [tmp_path / "a", tmp_path / "b"]
    for path, arch in zip(thin, ("x86_64", "arm64"), strict=True):
        run("llvm-lipo-19", str(FOLDER / "libleaf.1.dylib"), "-thin", arch, "-output", str(path))
    run("llvm-lipo-19", "-create", *map(str, thin), "-output", str(tmp_path / "fat"))
    assert (tmp_path / "fat").read_bytes() == built("libleaf.1.dylib")


def listed(image: Thin) -> list[str]:
    return image.ident + [name for _, name in image.loads]


def compare(old: Thin, new: Thin) -> None:
    """Assert that both images are one in memory, once the header is left out."""
    by = new.segs[1].vmaddr - old.segs[1].vmaddr
    low, high = verifier.mapped(old, BASE + by), verifier.mapped(new, BASE)
    high["__TEXT"] = high["__TEXT"][by:]
    for name, address, size, _, _ in old.segs[0].sections:
        if name in {"__unwind_info", "__init_offsets"}:  # they count from the header
            start = address - old.segs[0].vmaddr
            low["__TEXT"][start : start + size] = high["__TEXT"][start : start + size] = b""
    for segment in old.segs[:-1]:
        assert low[segment.name] == high[segment.name], segment.name
    assert verifier.function_starts(new) == [s + by for s in verifier.function_starts(old)]
    assert verifier.exports(new).keys() == verifier.exports(old).keys()
    for name, (flags, value, *_) in verifier.exports(old).items():
        # Re-exports hold an ordinal, absolute symbols no place in the image.
        stays = flags & 0x08 or flags & 0x03 == 2
        assert verifier.exports(new)[name][1] == value + (0 if stays else by)
    for a, b in zip(verifier.unwind_functions(old), verifier.unwind_functions(new), strict=True):
        assert b == (a[0], a[1] + by, *((a[2] + by,) if a[0] == 1 else a[2:]))
