"""Wheels made by other tools, and proved here. The tools are scripts that tests write."""

import json
import os
import sys
from pathlib import Path

import pytest

import wheelcheck
from tests.elf_samples import sample
from tests.native import library
from tests.repairing.kit import libs, members, wheel
from tests.wheels import WheelBuilder
from wheelcheck import Action, RepairError, UsageError
from wheelcheck.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tools are scripts with #!")

PYTHON = sys.executable
TOOL = """#!{python}
import json, os, shutil, sys
if sys.argv[1:] in (["--help"], ["--version"]):
    print("{name} 9.8.7: a tool for tests")
    sys.exit()
out = sys.argv[sys.argv.index("-w") + 1]
given = sys.argv[-1]
log = dict(arguments=sys.argv[1:], environ=dict(os.environ), cwd=os.getcwd())
json.dump(log, open({log!r}, "w"))
for made in {made!r}:
    shutil.copy(made or given, out)
print("working", file=sys.stderr)
sys.exit({status})
"""


class Tool:
    """A program of this name on PATH, which writes these wheels; "" stands for the input."""

    def __init__(self, folder: Path, name: str, *made: str | Path, status: int = 0) -> None:
        self._log = folder / f"{name}.json"
        path = folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        text = TOOL.format(
            python=PYTHON,
            name=name,
            log=str(self._log),
            made=[str(m) for m in made],
            status=status,
        )
        path.write_text(text)
        path.chmod(0o755)
        self.environ = {"PATH": str(path.parent)}

    @property
    def arguments(self) -> list[str]:
        """The arguments between the command and the folder of the output."""
        arguments: list[str] = json.loads(self._log.read_text())["arguments"]
        return arguments[: arguments.index("-w")]

    def variable(self, name: str) -> str:
        environ: dict[str, str] = json.loads(self._log.read_text())["environ"]
        return environ[name]


@pytest.fixture(autouse=True)
def _nothing_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """auditwheel is, as wheelcheck requires it; here only PATH counts."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no" / "python"))


@pytest.fixture
def repaired(tmp_path: Path) -> tuple[Path, Path]:
    """A wheel that lacks a DLL, and the same one when it was repaired."""
    bad = wheel(tmp_path / "in")
    found = libs(tmp_path / "libs", liba=library("a"))
    done = wheelcheck.repair(bad, tmp_path / "good", add_paths=[found], environ={})
    assert done.output is not None
    return bad, done.output


def test_what_the_tool_made_is_proved_and_delivered(
    tmp_path: Path, repaired: tuple[Path, Path]
) -> None:
    bad, good = repaired
    tool = Tool(tmp_path, "delvewheel", good)
    before = bad.read_bytes()
    done = wheelcheck.repair(bad, tmp_path / "out", engine="delvewheel", environ=tool.environ)
    assert done.action is Action.REPAIRED
    assert done.output == tmp_path / "out" / bad.name
    assert members(done.output) == members(good)
    assert done.report is not None
    assert not done.report.at_least(wheelcheck.Severity.ERROR)
    program = tmp_path / "bin" / "delvewheel"
    assert done.notes == (f"made by delvewheel 9.8.7 ({program})",)
    assert bad.read_bytes() == before


def test_what_does_not_prove_good_is_not_delivered(
    tmp_path: Path, repaired: tuple[Path, Path]
) -> None:
    bad, _ = repaired
    tool = Tool(tmp_path, "delvewheel", "")
    options = {"engine": "delvewheel", "environ": tool.environ}
    with pytest.raises(RepairError, match=r"not complete.*pkg/_p.pyd needs liba.dll"):
        wheelcheck.repair(bad, tmp_path / "out", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
    done = wheelcheck.repair(bad, tmp_path / "out", exclude=["LIB?.dll"], **options)  # type: ignore[arg-type]
    assert done.plan.excluded == ("liba.dll",)
    assert done.output is not None


def test_a_record_that_lies_is_not_delivered(tmp_path: Path, repaired: tuple[Path, Path]) -> None:
    bad, good = repaired
    kept = {k: v for k, v in members(good).items() if not k.endswith("/RECORD")}
    record = b"pkg/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,7\n"
    made = WheelBuilder(files=kept, record=record)
    (tmp_path / "made").mkdir()
    tool = Tool(tmp_path, "delvewheel", made.write(tmp_path / "made"))
    with pytest.raises(RepairError, match="errors that the input had not"):
        wheelcheck.repair(bad, tmp_path / "out", engine="delvewheel", environ=tool.environ)


def test_a_tool_that_fails_is_quoted(tmp_path: Path, repaired: tuple[Path, Path]) -> None:
    bad, good = repaired
    tool = Tool(tmp_path, "delvewheel", good, status=3)
    with pytest.raises(RepairError, match=r"delvewheel failed with status 3\n  \| working"):
        wheelcheck.repair(bad, tmp_path / "out", engine="delvewheel", environ=tool.environ)
    other = WheelBuilder(tag="py3-none-any").write(tmp_path)
    for made, said in (((), "no wheel"), ((good, other), "2 wheels")):
        tool = Tool(tmp_path, "delvewheel", *made)
        with pytest.raises(RepairError, match=f"delvewheel wrote {said}"):
            wheelcheck.repair(bad, tmp_path / "out", engine="delvewheel", environ=tool.environ)
    assert not (tmp_path / "out").exists()


def test_the_options_of_delvewheel(
    tmp_path: Path, repaired: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = repaired
    tool = Tool(tmp_path, "delvewheel", good)
    monkeypatch.chdir(tmp_path)
    wheelcheck.repair(
        bad,
        tmp_path / "out",
        engine="delvewheel",
        environ=tool.environ,
        add_paths=["libs"],
        include=["Extra.dll"],
        exclude=["Nvcuda.dll", "b.dll"],
        layout="libs",
        lib_suffix=".dlls",
        no_mangle=["c.dll"],
        with_symbols=True,
    )
    options = tool.arguments
    assert options[0] == "repair"
    pairs = dict(zip(options[1:-1:2], options[2::2], strict=True))
    assert options[-1] == "--include-symbols"
    assert pairs == {
        "--add-path": str(tmp_path / "libs"),
        "--include": "Extra.dll",
        "--exclude": os.pathsep.join(["Nvcuda.dll", "b.dll"]),
        "--lib-sdir": ".dlls",
        "--no-mangle": "c.dll",
    }


def test_the_options_of_auditwheel(tmp_path: Path) -> None:
    plain = WheelBuilder(
        tag="py3-none-linux_x86_64", files={"demo/libleaf.so.1": sample("x86_64-gnu/libleaf.so.1")}
    ).write(tmp_path)
    tool = Tool(tmp_path, "auditwheel", "")
    wheelcheck.repair(
        plain,
        tmp_path / "out",
        engine="auditwheel",
        environ=tool.environ,
        add_paths=["libs", tmp_path],
        exclude=["libX11.so.*", "liby.so.1"],
        plat="manylinux_2_28",
        only_plat=True,
        level=9,
    )
    assert tool.arguments == [
        "repair",
        *("--exclude", "libX11.so.*", "--exclude", "liby.so.1"),
        *("--plat", "manylinux_2_28", "--only-plat", "--zip-compression-level", "9"),
    ]
    assert tool.variable("AUDITWHEEL_LD_LIBRARY_PATH") == f"{Path('libs').absolute()}:{tmp_path}"


def test_the_options_of_delocate(tmp_path: Path) -> None:
    machos = Path(__file__).parents[2] / "testdata" / "macho"
    files = {"demo/libleaf.1.dylib": (machos / "libleaf.1.dylib").read_bytes()}
    mac = WheelBuilder(tag="py3-none-macosx_11_0_universal2", files=files).write(tmp_path)
    tool = Tool(tmp_path, "delocate-wheel", "")
    options = {"engine": "delocate", "environ": tool.environ, "force": True}
    wheelcheck.repair(
        mac,
        tmp_path / "out",
        require_archs="universal2",
        target_macos="12.1",
        exclude=["libomp"],
        **options,  # type: ignore[arg-type]
    )
    assert tool.arguments == ["--exclude", "libomp", "--require-archs", "x86_64,arm64"]
    assert tool.variable("MACOSX_DEPLOYMENT_TARGET") == "12.1"
    with pytest.raises(UsageError, match="delocate knows no patterns"):
        wheelcheck.repair(mac, tmp_path / "out", exclude=["lib*"], **options)  # type: ignore[arg-type]


def test_what_a_tool_has_no_option_for_is_refused_by_name(
    tmp_path: Path, repaired: tuple[Path, Path]
) -> None:
    bad, good = repaired
    tool = Tool(tmp_path, "delvewheel", good)
    options = {"engine": "delvewheel", "environ": tool.environ}
    with pytest.raises(UsageError, match="delvewheel has nothing like --prefix, --zip-level"):
        wheelcheck.repair(bad, tmp_path / "out", level=9, prefixes=["x"], **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="--layout beside"):
        wheelcheck.repair(bad, tmp_path / "out", layout="beside", **options)  # type: ignore[arg-type]


def test_wrong_calls(tmp_path: Path, repaired: tuple[Path, Path]) -> None:
    bad, _ = repaired
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="python -m pip install delvewheel"):
        wheelcheck.repair(bad, out, engine="delvewheel", environ={"PATH": str(tmp_path)})
    with pytest.raises(UsageError, match="delocate repairs wheels for macos"):
        wheelcheck.repair(bad, out, engine="delocate", environ={})
    with pytest.raises(UsageError, match="there is no engine 'repairwheel'; there are: wheelcheck"):
        wheelcheck.repair(bad, out, engine="repairwheel", environ={})
    with pytest.raises(UsageError, match="makes no plan"):
        wheelcheck.plan_repair(bad, engine="delvewheel", environ={})


def test_a_wheel_without_native_code_needs_no_tool(tmp_path: Path) -> None:
    pure = WheelBuilder(tag="py3-none-any", files={"demo.py": b""}).write(tmp_path)
    done = wheelcheck.repair(pure, tmp_path / "out", engine="auditwheel", environ={})
    assert done.action is Action.UNCHANGED


def test_settings_name_an_engine_for_each_system(
    tmp_path: Path,
    repaired: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad, good = repaired
    tool = Tool(tmp_path, "delvewheel", good)
    monkeypatch.setenv("PATH", tool.environ["PATH"])
    settings = tmp_path / "wheelcheck.toml"
    settings.write_text('[repair.windows]\nengine = "delvewheel"\n')
    call = ["repair", str(bad), "-w", str(tmp_path / "out"), "--config", str(settings)]
    assert main([*call, "--dry-run"]) == 0
    assert not (tmp_path / "out").exists()
    assert main(call) == 0
    assert "made by delvewheel 9.8.7" in capsys.readouterr().err
    assert main([*call, "--engine", "wheelcheck", "--dry-run"]) == 1
