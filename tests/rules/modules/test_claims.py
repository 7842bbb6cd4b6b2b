"""WC609 to WC613: what a wheel says of its modules, to people and to type checkers."""

from pathlib import Path

import pytest

from tests import elf_builder
from tests.rules.judged import pure, report_of
from tests.rules.modules.code import found, said
from wheelcheck import Finding

TYPED = {"Classifier": "Typing :: Typed"}


@pytest.mark.parametrize(
    ("member", "text", "expected"),
    [
        ("demo/__init__.py", "__version__ = '1.0'", []),
        ("demo/__init__.py", "__version__ = '1.0.0'", []),
        ("demo/__init__.py", "__version__ = '1.0+local'", []),
        ("demo/__init__.py", "__version__ = 'unknown'", []),
        ("demo/__init__.py", "__version__ = '0.9'", ["WC609 warning"]),
        ("demo/_version.py", "__version__ = version = '0.9'", ["WC609 warning"]),
        ("demo/part.py", "__version__ = '0.9'", []),
        ("demo/_vendor/six.py", "__version__ = '0.9'", []),
    ],
)
def test_version(tmp_path: Path, member: str, text: str, expected: list[str]) -> None:
    assert said(tmp_path, {"demo/__init__.py": "", member: text}) == expected


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("Import_Name", "demo", []),
        ("Import_Name", "demo.part ; private", []),
        ("Import_Name", "other", ["WC610 warning"]),
        ("Import_Namespace", "space", []),
        ("Import_Namespace", "elsewhere", ["WC610 warning"]),
    ],
)
def test_import_names(tmp_path: Path, field: str, value: str, expected: list[str]) -> None:
    files = {"demo/__init__.py": "", "demo/part.py": "", "space/demo/__init__.py": ""}
    fields = {"Metadata_Version": "2.5", field: value}
    assert said(tmp_path, files, **fields) == expected


def test_py_typed(tmp_path: Path) -> None:
    plain = {"demo/__init__.py": ""}
    stubbed = {**plain, "demo/a.py": "", "demo/a.pyi": ""}
    marked = {"demo/py.typed": ""}
    assert said(tmp_path, plain) == []
    assert said(tmp_path, stubbed) == ["WC611 warning"]
    assert said(tmp_path, {**stubbed, **marked}) == []
    assert said(tmp_path, plain, **TYPED) == ["WC611 warning"]
    assert said(tmp_path, {**plain, **marked}, **TYPED) == []
    assert said(tmp_path, {**plain, "demo/_vendor/x/y.pyi": ""}) == []


def test_extensions_without_stubs(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": b"",
        "demo/_a.abi3.so": elf_builder.extension("_a"),
        "demo/_b.abi3.so": elf_builder.extension("_b"),
        "demo/libplain.so": elf_builder.Elf(defines=("plain",)).build(),
    }

    def hits(files: dict[str, bytes]) -> list[Finding]:
        report = report_of(tmp_path, pure(tag="cp39-abi3-manylinux_2_28_x86_64", files=files))
        return [f for f in report.findings if f.code == "WC612"]

    assert hits(files) == []
    marked = {**files, "demo/py.typed": b""}
    [finding] = hits(marked)
    assert finding.severity == "note"
    assert finding.evidence["extensions"] == ("demo/_a.abi3.so", "demo/_b.abi3.so")
    assert hits({**marked, "demo/_a.pyi": b"", "demo/_b.pyi": b""}) == []


def test_stray_stub(tmp_path: Path) -> None:
    files = {"demo/__init__.py": "", "demo/py.typed": "", "demo/fast.pyi": "", "demo/_t.pyi": ""}
    [finding] = found(tmp_path, files)
    assert (finding.code, finding.severity, finding.member) == ("WC613", "warning", "demo/fast.pyi")
    assert found(tmp_path, files, Requires_Dist="demo-fast") == []
