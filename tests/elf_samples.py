"""The ELF objects that tests read and patch: those of testdata, and this machine's own."""

import platform
import struct
import subprocess
import sys
from pathlib import Path

from wheelcheck.binary.elf import read_elf
from wheelcheck.binary.elf_object import ElfObject

TESTDATA = Path(__file__).parent.parent / "testdata" / "elf"
CHAINS = sorted(folder.name for folder in TESTDATA.iterdir() if (folder / "libmid.so.2").is_file())
OBJECTS = sorted(
    path.relative_to(TESTDATA).as_posix()
    for path in TESTDATA.glob("*/*")
    if path.parent.name != "src"
)


def sample(name: str) -> bytes:
    return (TESTDATA / name).read_bytes()


def elf(data: bytes) -> ElfObject:
    (only,) = read_elf(data).slices
    assert isinstance(only, ElfObject)
    return only


def without_sections(data: bytes) -> bytes:
    """Forget where the section headers are, as the harshest strippers do."""
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    changed = bytearray(data)
    struct.pack_into(order + ("Q" if wide else "I"), changed, 40 if wide else 32, 0)
    struct.pack_into(order + "HHH", changed, 58 if wide else 46, 0, 0, 0)
    return bytes(changed)


def own_objects() -> list[Path]:
    """Return extension modules and libraries of the running machine, if it is a Linux."""
    if not sys.platform.startswith("linux"):
        return []
    folders = [Path(sys.base_prefix, "lib", f"python3.{sys.version_info.minor}", "lib-dynload")]
    folders += [Path("/usr/lib64"), Path("/usr/lib", f"{platform.machine()}-linux-gnu")]
    found = {path.resolve() for folder in folders for path in sorted(folder.glob("*.so*"))[:60]}
    return sorted(path for path in found if path.is_file() and path.read_bytes()[:4] == b"\x7fELF")


def output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
