"""Libraries in folders, a wheel for macOS that lacks them, and its repair."""

import zipfile
from pathlib import Path

import wheelcheck
from tests import macho_verifier as verifier
from tests.rules.mac import ARM
from tests.wheels import WheelBuilder
from wheelcheck.binary.macho import read_macho
from wheelcheck.binary.macho_slice import MachoSlice


def libs(folder: Path, **libraries: bytes) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    for name, data in libraries.items():
        (folder / f"{name}.dylib").write_bytes(data)
    return folder


def wheel(folder: Path, files: dict[str, bytes], tag: str = ARM, **options: object) -> Path:
    folder.mkdir(exist_ok=True)
    files = {"pkg/__init__.py": b"", **files}
    return WheelBuilder(tag=tag, files=files, **options).write(folder)  # type: ignore[arg-type]


def repair(path: Path, out: Path, *add: Path, **options: object) -> wheelcheck.Repair:
    options.setdefault("environ", {})
    done = wheelcheck.repair(path, out, add_paths=add, **options)  # type: ignore[arg-type]
    if done.output is not None and done.action == "repaired":
        for name, data in members(done.output).items():
            if data[:4] in (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"):
                for thin in verifier.check(data):
                    assert thin.signature or thin.cputype != 0x0100000C, name
    return done


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def natives(path: Path) -> dict[str, tuple[MachoSlice, ...]]:
    """Return the slices of each Mach-O member."""
    found = {}
    for name, data in members(path).items():
        if data[:4] in (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"):
            found[name] = tuple(s for s in read_macho(data).slices if isinstance(s, MachoSlice))
    return found


def needs(piece: MachoSlice) -> list[str]:
    """Return what a slice loads besides the system, in order."""
    return [i.library for i in piece.imports if not i.library.startswith("/usr/lib/")]
