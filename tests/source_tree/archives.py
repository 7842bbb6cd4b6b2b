"""Source trees for tests: as a folder, and as archives."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tests.wheels import zip_bytes

Files = Mapping[str, str]


def folder(root: Path, files: Files) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def tar_gz(path: Path, files: Files, *, top: str = "demo-1.0", form: int | None = None) -> Path:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT if form is None else form) as archive:
        for name, text in files.items():
            data = text.encode()
            info = tarfile.TarInfo(f"{top}/{name}" if top else name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def zip_sdist(path: Path, files: Files, *, top: str = "demo-1.0") -> Path:
    path.write_bytes(zip_bytes({f"{top}/{name}": text.encode() for name, text in files.items()}))
    return path


def raw_tar(path: Path, *blocks: bytes) -> Path:
    path.write_bytes(gzip.compress(b"".join(blocks) + bytes(1024)))
    return path


def header(name: str, size: int = 0, kind: bytes = b"0") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)
