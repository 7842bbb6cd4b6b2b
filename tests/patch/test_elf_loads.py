"""Patched objects under real loaders: the machine's own, and others where they are installed."""

import platform
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.elf_samples import TESTDATA, elf, output, own_objects
from wheelcheck.binary.elf_image import PT, ElfImage
from wheelcheck.patch.elf import ElfEdit, rewrite

LEAF, MID = "libleaf-0a1b2c3d4e5f.so.1", "libmid-0a1b2c3d4e5f.so.2"
EDIT = {"libleaf.so.1": LEAF, "libmid.so.2": MID}
TOOLS = [
    pytest.param([], id="as patched"),
    pytest.param(["strip", "--strip-debug"], id="strip --strip-debug"),
    pytest.param(["strip"], id="strip"),
    pytest.param(["objcopy"], id="objcopy"),
    pytest.param(["objcopy", "--remove-section=.comment"], id="objcopy --remove-section"),
]


@dataclass(frozen=True)
class Loader:
    """What runs a chain's program on this machine."""

    chain: str
    command: tuple[str, ...] = ()
    tools: str = ""
    """The prefix of the binutils for its machine."""

    @property
    def runs(self) -> bool:
        """Whether it is here."""
        if not sys.platform.startswith("linux"):
            return False
        if self.command:
            return all(Path(part).exists() or shutil.which(part) for part in self.command[::2])
        interpreter = elf((TESTDATA / self.chain / "program").read_bytes()).interpreter or ""
        return platform.machine() == "x86_64" and Path(interpreter).exists()


LOADERS = [
    Loader("x86_64-gnu"),
    Loader("x86_64-gnu-joined"),
    Loader("x86_64-musl"),
    Loader(
        "aarch64-gnu", ("qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"), "aarch64-linux-gnu-"
    ),
    Loader("s390x-gnu", ("qemu-s390x-static", "-L", "/usr/s390x-linux-gnu"), "s390x-linux-gnu-"),
]


def _patched(chain: str, folder: Path) -> Path:
    """Give the chain other names, its libraries a folder of their own; return the program."""
    libraries = folder / "demo.libs"
    libraries.mkdir()
    for name in ("libleaf.so.1", "libmid.so.2", "program"):
        edit = ElfEdit(
            needed=EDIT,
            soname=EDIT.get(name),
            rpath="$ORIGIN/demo.libs:/nowhere" if name == "program" else "$ORIGIN:/nowhere/else",
        )
        place = folder / name if name == "program" else libraries / EDIT[name]
        place.write_bytes(rewrite((TESTDATA / chain / name).read_bytes(), edit))
        place.chmod(0o755)
    return folder / "program"


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.chain)
def test_a_patched_chain_runs(loader: Loader, tool: list[str], tmp_path: Path) -> None:
    if not loader.runs:
        pytest.skip("no such loader here")
    if tool and shutil.which(loader.tools + tool[0]) is None:
        pytest.skip("no such binutils here")
    program = _patched(loader.chain, tmp_path)
    objects = [program, *(tmp_path / "demo.libs").iterdir()]
    for path in objects if tool else []:
        done = subprocess.run(
            [loader.tools + tool[0], *tool[1:], path], check=True, capture_output=True, text=True
        )
        assert done.stderr == ""
        assert elf(path.read_bytes()).rpath
    assert output(*loader.command, program) == "41"


def test_a_library_whose_header_table_had_to_move_loads(tmp_path: Path) -> None:
    """Its notes are hidden, so that nothing behind the table is known."""
    loader = LOADERS[0]
    if not loader.runs:
        pytest.skip("no such loader here")
    program = _patched(loader.chain, tmp_path)
    data = bytearray((TESTDATA / loader.chain / "libmid.so.2").read_bytes())
    image = ElfImage(data)
    for index, segment in enumerate(image.segments):
        if segment.type in (PT.NOTE, PT.GNU_PROPERTY):
            struct.pack_into("<I", data, image.phoff + 56 * index, 0)
    result = rewrite(bytes(data), ElfEdit(needed=EDIT, soname=MID, rpath="$ORIGIN:/nowhere/else"))
    assert ElfImage(result).phoff > image.phoff
    (tmp_path / "demo.libs" / MID).write_bytes(result)
    assert output(program) == "41"


def test_readelf_has_nothing_to_warn_of(tmp_path: Path) -> None:
    if shutil.which("readelf") is None:
        pytest.skip("no binutils here")
    for loader in LOADERS:
        folder = tmp_path / loader.chain
        folder.mkdir()
        program = _patched(loader.chain, folder)
        for path in (program, *(folder / "demo.libs").iterdir()):
            command = ["readelf", "-aW", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            assert "arning" not in done.stdout + done.stderr


def test_extension_modules_of_this_python_still_load(tmp_path: Path) -> None:
    modules = [path for path in own_objects() if path.parent.name == "lib-dynload"]
    if not modules:
        pytest.skip("this Python has no extension modules in files")
    for path in modules:
        edit = ElfEdit(soname="lib-with-a-name-of-its-own-0a1b2c3d.so", rpath="/nowhere" * 40)
        data = path.read_bytes()
        old = elf(data)
        if old.rpath or old.runpath:
            edit = ElfEdit(soname=edit.soname)  # it may be needed
        (tmp_path / path.name).write_bytes(rewrite(data, edit))
    script = (
        "import importlib.util, pathlib, sys\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n"
        "    spec = importlib.util.spec_from_file_location(path.name.split('.')[0], path)\n"
        "    importlib.util.module_from_spec(spec)\n"
        "    print(path.name)\n"
    )
    assert output(sys.executable, "-I", "-c", script, tmp_path).splitlines() == sorted(
        path.name for path in modules
    )
