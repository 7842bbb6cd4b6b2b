"""Wheels installed in fresh environments and imported: what is told of each module."""

import os
import shutil
import signal
import subprocess
import sys
import time
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck
from tests.linux.inputs import mid
from tests.native import extension
from tests.wheels import WheelBuilder
from wheelcheck import ModuleTrial, PythonTrial, WheelTrial
from wheelcheck.trying.model import ModuleStatus, PythonStatus

pytestmark = pytest.mark.skipif(find_spec("pip") is None, reason="pip is not installed")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
ELF = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.uname().machine != "x86_64",
    reason="needs Linux on x86_64",
)
ENTRIES = b"""[console_scripts]
good = demo.cli:main
gone = demo.cli:absent
extra = nowhere:main [gui]
[some.host]
plugin = demo.plugin
"""


def tried(wheel: Path, **options: object) -> PythonTrial:
    """Try a wheel on the Python that runs the tests."""
    trial = on_this_python(wheel, **options)
    [python] = trial.pythons
    return python


def on_this_python(wheel: Path, **options: object) -> WheelTrial:
    keywords = {"pythons": [sys.executable], "installer": "pip", **options}
    return wheelcheck.try_wheel(wheel, **keywords)  # type: ignore[arg-type]


def pure(folder: Path, name: str = "demo", **sources: bytes) -> Path:
    files = {f"{module}.py": data for module, data in sources.items()}
    return WheelBuilder(name=name, tag="py3-none-any", files=files).write(folder)


LONELY = b"""import os, sys
assert not os.listdir('.'), os.listdir('.')
assert os.getcwd() not in sys.path and sys.flags.isolated
assert 'LD_LIBRARY_PATH' not in os.environ and os.environ['PATH']
assert sys.prefix != sys.base_prefix
import built
"""
STARTS = """import subprocess
child = subprocess.Popen([{python!r}, '-c', 'import time; time.sleep(600)'])
open({marker!r}, 'w').write(str(child.pid))
"""


def by_module(python: PythonTrial) -> dict[str, ModuleTrial]:
    return {module.module: module for module in python.modules}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trials")


@pytest.fixture(scope="module")
def python(folder: Path) -> PythonTrial:
    """A wheel of many troubles, tried in a folder that looks like a build tree."""
    starts, hangs = (
        STARTS.format(python=sys.executable, marker=str(folder / name)).encode()
        for name in ("starts", "hangs")
    )
    files = {
        "demo/__init__.py": b"",
        "demo/cli.py": b"def main(): ...\n",
        "demo/plugin.py": b"import the_host_of_plugins\n",
        "demo/inner.py": b"raise RuntimeError('nobody asks for it')\n",
        "space/part/__init__.py": b"",
        "tests/__init__.py": b"import a_test_runner\n",
        "demo-1.0.dist-info/entry_points.txt": ENTRIES,
        "lonely/__init__.py": LONELY,
        "crash.py": b"import os\nprint('about to', flush=True)\nos.abort()\n",
        "left.py": b"import os\nos._exit(0)\n",
        "quits.py": b"raise SystemExit(3)\n",
        "wrong.py": b"def broken(:\n",
        "segfault.py": b"import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
        "later.py": b"import atexit, os\natexit.register(os.abort)\n",
        "starts.py": starts,
        "hangs.py": hangs + b"import time\ntime.sleep(600)\n",
    }
    wheel = WheelBuilder(tag="py3-none-any", files=files).write(folder)
    (folder / "built.py").write_bytes(b"")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PYTHONPATH", str(folder))
        monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))
        return tried(wheel, timeout=5)


def test_what_is_declared_is_imported_and_no_more(python: PythonTrial) -> None:
    modules = by_module(python)
    assert modules.keys() == {
        *("demo", "space.part", "lonely", "crash", "left", "quits", "wrong"),
        *("segfault", "later", "starts", "hangs"),
        *("demo.cli:main", "demo.cli:absent", "demo.plugin"),
    }
    for good in ("demo", "space.part", "starts", "demo.cli:main"):
        assert modules[good].status is ModuleStatus.IMPORTED, good
    assert modules["demo.cli:absent"].message.startswith("AttributeError: ")
    assert modules["demo.plugin"].status is ModuleStatus.SKIPPED
    assert python.status is PythonStatus.BAD


def test_the_import_is_away_from_all_that_helps_it_here(python: PythonTrial) -> None:
    """Neither the build tree as working folder, nor PYTHONPATH, nor the loader's variables."""
    module = by_module(python)["lonely"]
    assert module.message == "ModuleNotFoundError: No module named 'built'"
    assert module.where == "lonely/__init__.py:6"


def test_one_crash_hides_no_other_import(python: PythonTrial) -> None:
    modules = by_module(python)
    assert modules["crash"].status is ModuleStatus.CRASHED
    assert "about to" in modules["crash"].output
    assert modules["left"].message == "the process ended with status 0"
    assert modules["quits"].message == "SystemExit: 3"
    assert modules["wrong"].message.startswith("SyntaxError: ")


@POSIX
def test_signals_are_named_also_at_the_end_of_the_process(python: PythonTrial) -> None:
    modules = by_module(python)
    assert modules["segfault"].message == "it was ended by SIGSEGV"
    assert 'File "segfault.py", line 2' in modules["segfault"].output
    assert modules["later"].message.startswith("it was ended by SIGABRT after the import")


@POSIX
def test_an_import_that_hangs_is_stopped_with_all_that_it_started(
    folder: Path, python: PythonTrial
) -> None:
    module = by_module(python)["hangs"]
    assert module.status is ModuleStatus.STOPPED
    assert module.message == "it was stopped after 5 seconds"
    assert is_gone(int((folder / "hangs").read_text()))


@POSIX
def test_what_an_import_leaves_running_ends_with_it(folder: Path, python: PythonTrial) -> None:
    assert by_module(python)["starts"].status is ModuleStatus.IMPORTED
    assert is_gone(int((folder / "starts").read_text()))


@ELF
def test_a_missing_library_is_told_in_the_words_of_loader_and_rule(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": b"",
        "demo/_demo.abi3.so": mid(),
        "through/__init__.py": b"from . import _inner\n",
        "through/_inner.abi3.so": mid(),
        # A driver's library is no fault of the wheel: only the host can tell that it is missing.
        "demo/_driver.abi3.so": mid().replace(b"libleaf.so.1", b"libcuda.so.1"),
    }
    wheel = WheelBuilder(tag="cp39-abi3-linux_x86_64", files=files).write(tmp_path)
    modules = by_module(tried(wheel))
    assert modules["demo"].status is ModuleStatus.IMPORTED
    failed = modules["demo._demo"]
    assert failed.message == (
        "ImportError: libleaf.so.1: cannot open shared object file: No such file or directory"
    )
    assert failed.member == "demo/_demo.abi3.so"
    assert failed.findings[0].code == "WC701"
    if find_library("cuda") is None:
        [on_host] = modules["demo._driver"].findings
        assert on_host.code == "WC004"
        assert on_host.evidence["chain"] == ("demo/_driver.abi3.so", "libcuda.so.1")
    package = modules["through"]
    assert package.member == "through/_inner.abi3.so"
    assert package.where == "through/__init__.py:1"
    assert package.findings[0].code == "WC701"


@pytest.mark.skipif(sys.platform == "win32", reason="the wheel is for Windows")
def test_a_wheel_for_another_host_is_refused_with_the_reason(tmp_path: Path) -> None:
    wheel = WheelBuilder(files={"demo/_demo.pyd": extension("_demo")}).write(tmp_path)
    trial = on_this_python(wheel)
    [python] = trial.pythons
    assert python.status is PythonStatus.UNFIT
    assert python.reason.startswith("platform: the wheel is for win_amd64, this is ")
    assert not trial.tried


@pytest.mark.parametrize(
    ("tag", "requires", "reason"),
    [
        ("cp27-none-any", ">=3.9", "Python: the wheel is for cp27"),
        ("py3-none-any", ">=4", "Python: the wheel requires >=4"),
    ],
)
def test_a_wheel_for_another_python_is_refused(
    tmp_path: Path, tag: str, requires: str, reason: str
) -> None:
    fields = {"Requires-Python": requires}
    wheel = WheelBuilder(tag=tag, fields=fields, files={"demo.py": b""}).write(tmp_path)
    python = tried(wheel)
    assert (python.status, python.reason) == (PythonStatus.UNFIT, reason)


def test_the_abi_is_told_from_the_python(tmp_path: Path) -> None:
    release = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    wheel = WheelBuilder(tag=f"{release}-{release}d-any", files={"demo.py": b""}).write(tmp_path)
    assert tried(wheel).reason.startswith(f"ABI: the wheel is for {release}d, this has ")


def test_what_it_requires_is_installed_from_a_folder(tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    pure(links, "needed", needed=b"")
    pure(links, "other", other=b"")
    fields: dict[str, str | list[str] | None] = {
        "Requires-Dist": ["needed", "other; extra == 'more'"],
        "Provides-Extra": "more",
    }
    files = {"demo/__init__.py": b"import needed\n", "demo/more.py": b"import other\n"}
    wheel = WheelBuilder(tag="py3-none-any", fields=fields, files=files).write(tmp_path)
    modules = ["demo", "demo.more"]
    offline = {"index": False, "find_links": [links], "imports": modules}
    first = tried(wheel, **offline).modules
    assert [str(m.status) for m in first] == ["imported", "raised"]
    assert first[1].message == "ModuleNotFoundError: No module named 'other'"
    assert tried(wheel, extras=["more"], **offline).status is PythonStatus.GOOD
    [module] = tried(wheel, deps=False, imports=["demo"]).modules
    assert module.message == "ModuleNotFoundError: No module named 'needed'"


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on PATH")
def test_uv_installs_the_same(tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    pure(links, "other", other=b"")
    fields = {"Requires-Dist": "other; extra == 'more'", "Provides-Extra": "more"}
    wheel = WheelBuilder(
        tag="py3-none-any", fields=fields, files={"demo.py": b"import other\n"}
    ).write(tmp_path)
    python = tried(wheel, installer="uv", extras=["more"], index=False, find_links=[links])
    assert python.status is PythonStatus.GOOD, python
    foreign = tried(wheel, installer="uv", requirements=["not-to-be-had"], index=False)
    assert foreign.status is PythonStatus.UNPREPARED


def test_what_cannot_be_had_is_no_fault_of_the_wheel(tmp_path: Path) -> None:
    fields = {"Requires-Dist": "not-to-be-had"}
    wheel = WheelBuilder(tag="py3-none-any", fields=fields, files={"demo.py": b""}).write(tmp_path)
    trial = on_this_python(wheel, index=False)
    assert trial.pythons[0].status is PythonStatus.UNPREPARED
    assert "not-to-be-had" in trial.pythons[0].reason
    assert not trial.tried


def test_a_wheel_that_no_installer_takes(tmp_path: Path) -> None:
    wheel = WheelBuilder(
        tag="py3-none-any", files={"demo.py": b""}, left_out=frozenset({"METADATA"})
    ).write(tmp_path)
    trial = on_this_python(wheel)
    assert trial.pythons[0].status is PythonStatus.REFUSED
    assert trial.tried
    assert not trial.good


def test_a_command_runs_in_the_environment_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    wheel = pure(tmp_path, demo=b"import tempfile\ntempfile.mkdtemp()\n")
    failed = tried(wheel, command="python -c 'import demo; print(1); raise SystemExit(5)'")
    assert [str(m.status) for m in failed.modules] == ["imported"]
    assert failed.status is PythonStatus.BAD
    assert failed.reason.endswith("the process ended with status 5\n1")
    assert list(folder.iterdir()) == []


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_behind_by_an_interrupted_call(tmp_path: Path, number: int) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    marker = tmp_path / "pid"
    code = (
        "import os, time\n"
        f"open({str(marker)!r} + '.part', 'w').write(str(os.getpid()))\n"
        f"os.rename({str(marker)!r} + '.part', {str(marker)!r})\n"
        "time.sleep(600)\n"
    )
    wheel = pure(tmp_path, hangs=code.encode())
    options = ["--isolated", "--python", sys.executable, "--installer", "pip"]
    process = subprocess.Popen(
        [sys.executable, "-m", "wheelcheck", "test", wheel, *options],
        env={**os.environ, "TMPDIR": str(folder)},
        stderr=subprocess.DEVNULL,
    )
    while not marker.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait() in {130, 143}
    assert is_gone(int(marker.read_text()))
    assert list(folder.iterdir()) == []


def test_wrong_calls(tmp_path: Path) -> None:
    wheel = pure(tmp_path, demo=b"")
    for wrong in (
        {"pythons": ["no-such-python"]},
        {"pythons": [str(tmp_path)]},
        {"imports": ["os; import sys"]},
        {"timeout": 0},
        {"installer": "conda"},
        {"find_links": [tmp_path / "absent"]},
        {"command": "'"},
    ):
        with pytest.raises(wheelcheck.UsageError):
            on_this_python(wheel, **wrong)


def is_gone(pid: int) -> bool:
    """Tell whether a process ends within some seconds, be it as a zombie of init's."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            state = "R"
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
