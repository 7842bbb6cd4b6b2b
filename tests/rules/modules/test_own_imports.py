"""WC602, WC603: the wheel's own modules import what it does not have."""

from pathlib import Path

import pytest

from tests.rules.modules.code import found, said

EMPTY = {"demo/a.py": "", "demo/sub/__init__.py": "", "demo/sub/b.py": "x = 1\n"}


@pytest.mark.parametrize(
    "source",
    [
        "import demo.a",
        "import demo.sub.b",
        "from demo.sub import b",
        "from . import a, sub",
        "from .sub.b import x",
        "from .sub import *",
        "from . import __name__",
        "try:\n    from . import _speedups\nexcept ImportError:\n    _speedups = None",
        "if TYPE_CHECKING:\n    from ._types import T",
        'if sys.platform == "win32":\n    from . import _windows',
        "def __getattr__(name): ...",
        '"""\nfrom .gone import x\n"""',
        "# from .gone import x",
    ],
)
def test_what_is_there_or_may_be_absent(tmp_path: Path, source: str) -> None:
    assert said(tmp_path, {**EMPTY, "demo/__init__.py": source}) == []


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("from demo._core import run", "demo._core"),
        ("from ._core import run", "demo._core"),
        ("from . import _core", "demo._core"),
        ("import demo.sub.c", "demo.sub.c"),
        ("import os\nwith x:\n    import demo.gone.deep", "demo.gone"),
    ],
)
def test_a_module_that_is_not_there(tmp_path: Path, source: str, missing: str) -> None:
    [finding] = found(tmp_path, {**EMPTY, "demo/__init__.py": source})
    assert (finding.code, finding.severity, finding.confidence) == ("WC602", "error", "high")
    assert finding.member == "demo/__init__.py"
    assert finding.evidence["missing"] == (missing,)
    line = source.count("\n") + 1
    assert finding.evidence["imported_at"] == (f"demo/__init__.py:{line}",)
    assert "`import demo` fails" in finding.message


@pytest.mark.parametrize(
    ("member", "source", "said"),
    [
        ("demo/__init__.py", "from .. import gone", "leads out of the package demo"),
        ("demo/sub/__init__.py", "from ...gone import x", "leads out of the package demo"),
        ("flat.py", "from .gone import x", "needs a package around it, and there is none"),
    ],
)
def test_dots_that_lead_out_of_the_package(
    tmp_path: Path, member: str, source: str, said: str
) -> None:
    top = {"demo/__init__.py": "from . import sub", "demo/sub/__init__.py": "x = 1"}
    [finding] = found(tmp_path, {**top, member: source})
    assert (finding.code, finding.severity) == ("WC602", "error")
    assert said in finding.message
    assert found(tmp_path, {**top, "demo/sub/__init__.py": "from .. import __name__"}) == []


def test_an_extension_that_only_its_stubs_remember(tmp_path: Path) -> None:
    files = {"demo/__init__.py": "from demo._core import run", "demo/_core.pyi": "run: int"}
    [finding] = [f for f in found(tmp_path, files) if f.code == "WC602"]
    assert "the extension is missing" in finding.message


def test_an_extension_in_the_wheel(tmp_path: Path) -> None:
    files = {"demo/__init__.py": "from demo._core import run", "demo/_core.abi3.so": ""}
    tag = "cp39-abi3-manylinux_2_28_x86_64"
    assert "WC602 error" not in said(tmp_path, files, tag=tag)


def test_the_chain_of_imports_is_followed(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": "from .a import f",
        "demo/a.py": "from . import b\ndef f(): ...",
        "demo/b.py": "from .gone import x",
    }
    [finding] = found(tmp_path, files)
    assert finding.severity == "error"
    assert finding.evidence["import_chain"] == ("demo", "demo.a", "demo.b")


@pytest.mark.parametrize(
    "files",
    [
        {"demo/__init__.py": "", "demo/part.py": "from .gone import x"},
        {"demo/__init__.py": "def f():\n    from .gone import x"},
        {"demo/__init__.py": "def f():\n    from . import a", "demo/a.py": "import demo.gone"},
    ],
)
def test_elsewhere_it_waits_for_who_uses_it(tmp_path: Path, files: dict[str, str]) -> None:
    [finding] = found(tmp_path, files)
    assert (finding.code, finding.severity) == ("WC602", "warning")


@pytest.mark.parametrize(
    "files",
    [
        {"demo/__init__.py": "", "demo/tests/test_a.py": "from .gone import x"},
        {"demo/__init__.py": "", "demo/_windows.py": "from . import _winapi"},
        {"demo/__init__.py": "if x:\n    from . import b", "demo/b.py": "from . import _gone"},
        {"demo/__init__.py": "__path__ = f()\nfrom . import gone"},
        {"demo/__init__.py": "from .a import gone", "demo/a.py": "globals().update(x)"},
        {"demo/__init__.py": "from .a import gone", "demo/a.py": "from elsewhere import *"},
        {"space/demo/__init__.py": "from space.other import x"},
    ],
)
def test_silence(tmp_path: Path, files: dict[str, str]) -> None:
    own = [f for f in found(tmp_path, files) if f.code in {"WC602", "WC603"}]
    assert own == []


def test_other_distributions_may_install_into_the_package(tmp_path: Path) -> None:
    files = {"demo/__init__.py": "from . import sip"}
    [finding] = found(tmp_path, files, Requires_Dist="demo-sip")
    assert (finding.severity, finding.confidence) == ("warning", "low")


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("y = 1", "from .a import x"),
        ("from .b import *", "from demo.a import x"),
        ("def f():\n    x = 1", "from .a import (y,\n  x)"),
    ],
)
def test_a_name_that_no_one_defines(tmp_path: Path, module: str, source: str) -> None:
    files = {"demo/__init__.py": source, "demo/a.py": module + "\ny = 1\n", "demo/b.py": "z = 1"}
    [finding] = found(tmp_path, files)
    assert (finding.code, finding.severity) == ("WC603", "error")
    assert finding.evidence["missing"] == ("demo.a.x",)
    assert "demo/a.py defines no such name" in finding.message


def test_names_come_through_stars(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": "from .a import x",
        "demo/a.py": "from .b import *",
        "demo/b.py": "from .a import *\nx = 1",
    }
    assert said(tmp_path, files) == []


def test_a_command_is_as_much_as_an_import(tmp_path: Path) -> None:
    files = {"demo/__init__.py": "", "demo/cli.py": "from .gone import x\ndef main(): ..."}
    points = "[console_scripts]\ndemo = demo.cli:main\n"
    [finding] = found(tmp_path, files, entry_points=points)
    assert (finding.code, finding.severity) == ("WC602", "error")


def test_a_package_may_give_its_modules_other_names(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": "from . import array as arraylib\nfrom . import base",
        "demo/array.py": "",
        "demo/base.py": "from . import arraylib",
    }
    assert said(tmp_path, files) == []
