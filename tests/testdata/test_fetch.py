"""What is fetched is never run."""

import hashlib
import importlib.util
import io
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pip")

SCRIPT = Path(__file__).parents[2] / "testdata" / "fetch.py"


@pytest.fixture
def fetch() -> Any:
    spec = importlib.util.spec_from_file_location("fetch", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "fetch", module)  # for its dataclass
        spec.loader.exec_module(module)
        yield module


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "setup-was-run"


@pytest.fixture
def pin(fetch: Any, tmp_path: Path, mark: Path) -> Any:
    """A source archive whose setup.py leaves a mark."""
    archive = tmp_path / "index" / "some_thing-1.5.tar.gz"
    archive.parent.mkdir()
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in {
            "PKG-INFO": "Metadata-Version: 2.1\nName: some-thing\nVersion: 1.5\n",
            "setup.py": f"open({str(mark)!r}, 'w').close()\n",
        }.items():
            member = tarfile.TarInfo(f"some_thing-1.5/{name}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return fetch.Pin(
        "some-thing==1.5",
        archive.name,
        hashlib.sha256(archive.read_bytes()).hexdigest(),
        fetch.SOURCE,
    )


@pytest.fixture(autouse=True)
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


def test_a_source_archive_is_stored_and_its_code_not_run(
    fetch: Any, pin: Any, tmp_path: Path, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A relative cache: pip's subprocesses work in another folder.
    monkeypatch.chdir(tmp_path)
    stored = fetch.fetch(pin, Path("cache"))
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == pin.sha256
    assert [path.name for path in Path("cache").iterdir()] == [pin.filename]
    assert not mark.exists()


def test_nothing_is_fetched_where_pip_would_run_setup(
    fetch: Any, pin: Any, tmp_path: Path, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stand-in that runs setup.py is no worse than one that is not found.
    monkeypatch.setattr(fetch, "_STAND_IN_BACKEND", "exec(open('setup.py').read())")
    with pytest.raises(fetch.FetchError, match="nothing was fetched"):
        fetch.fetch(pin, tmp_path / "cache")
    assert not mark.exists()
    assert list((tmp_path / "cache").iterdir()) == []


def test_other_bytes_than_the_pinned_are_refused(fetch: Any, pin: Any, tmp_path: Path) -> None:
    archive = tmp_path / "index" / pin.filename
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(fetch.FetchError, match="could not fetch"):
        fetch.fetch(pin, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (
            "a-1-pp311-pypy311_pp73-win_amd64.whl",
            {"--python-version=3.11.99", "--implementation=pp", "--abi=pypy311_pp73"},
        ),
        ("a-1-cp315-cp315t-win32.whl", {"--python-version=3.15.99", "--abi=cp315t"}),
        ("a-1-cp315-abi3.abi3t-win_arm64.whl", {"--python-version=3.15.99"}),
        ("a-1-py2.py3-none-win32.whl", {"--python-version=3.12.99"}),
    ],
)
def test_pip_is_told_for_which_python_a_wheel_is(fetch: Any, name: str, options: set[str]) -> None:
    [pin] = fetch.pins({name: "0" * 64}).values()
    platform = name.removesuffix(".whl").rpartition("-")[2]
    assert set(pin.options) == options | {"--only-binary=:all:", f"--platform={platform}"}
