"""The largest wheels that the limits let pass: slow, so in a session of their own (nox -s slow)."""

import base64
import hashlib
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import wheelcheck
from tests.elf_builder import Elf
from tests.wheels import WheelBuilder

pytestmark = pytest.mark.slow

_GIB = 1 << 30
_MIB = 1 << 20
_TAG = "py3-none-manylinux_2_28_x86_64"
_METADATA = b"Metadata-Version: 2.1\nName: big\nVersion: 1.0\nSummary: big\n\n"
_WHEEL = f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: false\nTag: {_TAG}\n".encode()


def row(name: str, digest: bytes, size: int) -> str:
    text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return f"{name},sha256={text},{size}\n"


def large_wheel(folder: Path, size: int, method: int) -> Path:
    """Write a wheel with one library of that size, nearly all of it zeros."""
    path = folder / f"big-1.0-{_TAG}.whl"
    head = Elf(defines=("f",), needed=()).build()
    noise, zeros = bytes(range(256)) * 128, bytes(_MIB)
    rows = []
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("pkg/libbig.so", (2024, 1, 1, 0, 0, 0))
        info.compress_type = method
        digest = hashlib.sha256()
        with archive.open(info, "w", force_zip64=True) as file:
            left = size
            for piece in (head, *[noise + zeros] * (size // _MIB)):
                part = piece[:left]
                file.write(part)
                digest.update(part)
                left -= len(part)
        rows.append(row(info.filename, digest.digest(), size))
        for name, data in (("METADATA", _METADATA), ("WHEEL", _WHEEL)):
            archive.writestr(f"big-1.0.dist-info/{name}", data)
            rows.append(row(f"big-1.0.dist-info/{name}", hashlib.sha256(data).digest(), len(data)))
        rows.append("big-1.0.dist-info/RECORD,,\n")
        archive.writestr("big-1.0.dist-info/RECORD", "".join(rows))
    return path


def own_memory() -> int:
    """Return the bytes that this process holds beside files that the system may take back."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024


def peak_during(work: Callable[[], object]) -> int:
    """Return by how many bytes the process's own memory grew at most."""
    before = peak = own_memory()
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, own_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return peak - before


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told in /proc")
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_two_gibibytes_in_one_member(tmp_path: Path, method: int) -> None:
    path = large_wheel(tmp_path, 2 * _GIB + 17, method)
    reports: list[wheelcheck.Report] = []
    limits = wheelcheck.Limits(ratio=10_000)
    grown = peak_during(lambda: reports.append(wheelcheck.inspect(path, limits=limits)))
    [report] = reports
    assert report.error is None
    assert report.inflated_size is not None
    assert report.inflated_size > 2 * _GIB
    assert [binary.member for binary in report.binaries] == ["pkg/libbig.so"]
    assert not {f.code for f in report.findings if f.code.startswith(("WC1", "WC2"))}
    assert grown < limits.spill + 64 * _MIB


def test_a_hundred_thousand_members(tmp_path: Path) -> None:
    count = 99_990
    files = {
        f"pkg/d{i % 997}/f{i}.{'py' if i % 2 else 'txt'}": b"x = %d\n" % i for i in range(count)
    }
    report = wheelcheck.inspect(WheelBuilder(tag="py3-none-any", files=files).write(tmp_path))
    assert report.error is None
    assert report.members is not None
    assert report.members > count
    assert not {f.code for f in report.findings if f.code.startswith(("WC1", "WC2"))}
