"""The target folder holds whole wheels only, whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

import wheelcheck
from tests.native import extension, library
from tests.wheels import WheelBuilder
from wheelcheck import RepairError, UsageError
from wheelcheck.repairing.delivery import Delivery


@pytest.fixture(params=["unnamed", "hidden", "no links"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Hosts with unnamed files, without them, and without hard links either."""
    kind: str = request.param
    if kind == "unnamed" and not hasattr(os, "O_TMPFILE"):
        pytest.skip("this host has no unnamed files")
    if kind != "unnamed":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    if kind == "no links":

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
    return kind


def deliver(folder: Path, data: bytes, *, force: bool = False) -> Path:
    with Delivery.into(folder, "a.whl") as parcel:
        parcel.file.write(data)
        return parcel.commit(force=force)


@pytest.mark.usefixtures("host")
def test_it_appears_whole_under_its_name(tmp_path: Path) -> None:
    path = deliver(tmp_path / "new" / "folder", b"data")
    assert path.read_bytes() == b"data"
    assert [p.name for p in path.parent.iterdir()] == ["a.whl"]


@pytest.mark.usefixtures("host")
def test_what_is_not_committed_leaves_no_trace(tmp_path: Path) -> None:
    with Delivery.into(tmp_path, "a.whl") as parcel:
        parcel.file.write(b"data")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("host")
def test_another_file_is_only_replaced_by_force(tmp_path: Path) -> None:
    deliver(tmp_path, b"old")
    with pytest.raises(RepairError, match="--force"):
        deliver(tmp_path, b"new")
    assert (tmp_path / "a.whl").read_bytes() == b"old"
    deliver(tmp_path, b"new", force=True)
    assert (tmp_path / "a.whl").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("host")
def test_the_same_content_is_no_conflict(tmp_path: Path) -> None:
    deliver(tmp_path, b"data")
    deliver(tmp_path, b"data")
    assert (tmp_path / "a.whl").read_bytes() == b"data"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write into"):
        deliver(tmp_path / "file", b"data")


def broken_wheel(folder: Path) -> tuple[Path, Path]:
    (folder / "libs").mkdir()
    (folder / "libs" / "liba.dll").write_bytes(library("a"))
    files = {"pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]}), "pkg/data": os.urandom(1 << 20)}
    return WheelBuilder(files=files).write(folder), folder / "libs"


@pytest.mark.skipif(sys.platform != "linux", reason="needs unnamed files and SIGKILL")
@pytest.mark.parametrize("after", [0, 1, 2, 5, 8])
def test_killed_at_any_point(tmp_path: Path, after: int) -> None:
    """The process kills itself at a chosen write into the new wheel."""
    wheel, libs = broken_wheel(tmp_path)
    before = wheel.read_bytes()
    script = f"""
import os, signal
from wheelcheck.archive import writer
import wheelcheck
count = 0
def lethal(original):
    def wrapped(*arguments, **options):
        global count
        if count == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1
        return original(*arguments, **options)
    return wrapped
for name in ("copy", "write", "close"):
    setattr(writer.ArchiveWriter, name, lethal(getattr(writer.ArchiveWriter, name)))
wheelcheck.repair({str(wheel)!r}, {str(tmp_path / "out")!r}, add_paths=[{str(libs)!r}])
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert wheel.read_bytes() == before
    found = list((tmp_path / "out").iterdir())
    if done.returncode == -signal.SIGKILL:
        assert found == []
    else:
        assert done.returncode == 0, done.stderr
        assert [p.name for p in found] == [wheel.name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, libs = broken_wheel(tmp_path)

    def full(_self: Delivery, _folder: Path) -> BinaryIO:
        return Path("/dev/full").open("r+b")

    monkeypatch.setattr(Delivery, "_open", full)
    with pytest.raises(RepairError, match="No space left"):
        wheelcheck.repair(wheel, tmp_path / "out", add_paths=[libs])
    assert not (tmp_path / "out").exists()


def test_two_repairs_into_one_folder_at_once(tmp_path: Path) -> None:
    wheel, libs = broken_wheel(tmp_path)
    command = [sys.executable, "-m", "wheelcheck", "repair", str(wheel), "--add-path", str(libs)]
    command += ["-w", str(tmp_path / "out")]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [run.wait() for run in runs] == [0, 0, 0, 0]
    [delivered] = (tmp_path / "out").iterdir()
    assert wheelcheck.inspect(delivered).findings == ()
