"""Libraries in a folder, a wheel that lacks them, and its repair."""

import zipfile
from pathlib import Path

import wheelcheck
from tests.native import extension
from tests.wheels import WheelBuilder

ENVIRON: dict[str, str] = {}


def libs(folder: Path, **libraries: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, data in libraries.items():
        (folder / f"{name}.dll").write_bytes(data)
    return folder


def wheel(folder: Path, files: dict[str, bytes] | None = None, **options: object) -> Path:
    folder.mkdir(exist_ok=True)
    files = files or {"pkg/__init__.py": b"", "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]})}
    return WheelBuilder(files=files, **options).write(folder)  # type: ignore[arg-type]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repair(path: Path, out: Path, *add: Path, **options: object) -> wheelcheck.Repair:
    return wheelcheck.repair(path, out, add_paths=add, environ=ENVIRON, **options)  # type: ignore[arg-type]
