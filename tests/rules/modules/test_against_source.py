"""Wheels are held against the source of their project."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import wheelcheck
from tests.pe_builder import Pe
from tests.source_tree.archives import Files, folder, tar_gz
from tests.wheels import WheelBuilder
from wheelcheck import Finding, Report
from wheelcheck.cli import main

TREE = {
    "pyproject.toml": '[project]\nname = "demo"\nversion = "1.0"\n',
    "src/demo/__init__.py": "",
    "src/demo/a.py": "",
    "src/demo/sub/__init__.py": "",
    "src/demo/tests/test_a.py": "",
}
MODULES = {"demo/__init__.py": b"", "demo/a.py": b"a = 1\n", "demo/sub/__init__.py": b""}
PURE = WheelBuilder(tag="py3-none-any", files=MODULES)


def judged(tmp_path: Path, files: Files, wheel: WheelBuilder = PURE) -> Report:
    root = folder(tmp_path / "source", files)
    report = wheelcheck.inspect(wheel.write(tmp_path), source=root)
    assert report.error is None
    return report


def told(report: Report) -> list[str]:
    return [f"{f.code} {f.severity}" for f in report.findings if f.code.startswith("WC64")]


def only(report: Report) -> Finding:
    [finding] = [f for f in report.findings if f.code.startswith("WC64")]
    return finding


def with_files(files: Mapping[str, bytes], tag: str = "py3-none-any") -> WheelBuilder:
    return WheelBuilder(tag=tag, files=dict(files))


def without(*names: str) -> WheelBuilder:
    return with_files({n: data for n, data in MODULES.items() if n not in names})


def test_a_wheel_of_its_source(tmp_path: Path) -> None:
    assert told(judged(tmp_path, TREE)) == []


def test_without_a_source_nothing_is_said(tmp_path: Path) -> None:
    report = wheelcheck.inspect(without("demo/a.py").write(tmp_path))
    assert told(report) == []
    assert report.not_checked == ()


class TestModules:
    def test_left_out(self, tmp_path: Path) -> None:
        finding = only(judged(tmp_path, TREE, without("demo/a.py")))
        assert (finding.code, str(finding.severity)) == ("WC640", "warning")
        assert finding.evidence["modules"] == ("demo/a.py",)

    def test_what_takes_its_place(self, tmp_path: Path) -> None:
        others = {
            "demo/a.cpython-312-x86_64-linux-gnu.so": b"\x7fELF",
            "demo/sub/__init__.pyc": b"",
            "demo/__init__.py": b"",
        }
        assert told(judged(tmp_path, TREE, with_files(others))) == []

    def test_left_out_on_purpose(self, tmp_path: Path) -> None:
        hatch = (
            '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
            'version = "1.0"\n[tool.hatch.build]\nexclude = ["src/demo/a.py"]\n'
        )
        files = {**TREE, "pyproject.toml": hatch, ".gitignore": "sub/\n"}
        assert told(judged(tmp_path, files, without("demo/a.py", "demo/sub/__init__.py"))) == []

    def test_not_in_the_source(self, tmp_path: Path) -> None:
        wheel = with_files({**MODULES, "demo/old.py": b"", "demo/older.py": b""})
        finding = only(judged(tmp_path, TREE, wheel))
        assert (finding.code, str(finding.severity)) == ("WC641", "warning")
        assert finding.evidence["modules"] == ("demo/old.py", "demo/older.py")

    @pytest.mark.parametrize(
        "name", ["demo/_version.py", "demo/x_pb2.py", "demo/tests/b.py", "demo/generated/a.py"]
    )
    def test_made_by_the_build(self, tmp_path: Path, name: str) -> None:
        files = {**TREE, ".gitignore": "src/demo/generated\ngenerated\n"}
        assert told(judged(tmp_path, files, with_files({**MODULES, name: b""}))) == []

    def test_what_own_commands_make_is_not_judged(self, tmp_path: Path) -> None:
        files = {**TREE, "setup.py": "setup(cmdclass={})"}
        report = judged(tmp_path, files, with_files({**MODULES, "demo/old.py": b""}))
        assert told(report) == []
        assert "setup.py has commands" in report.not_checked[0].reason

    def test_a_declared_package(self, tmp_path: Path) -> None:
        settings = TREE["pyproject.toml"] + (
            '[tool.setuptools]\npackages = ["demo", "more", "demo.tests"]\n'
            'package-dir = {"" = "src"}\n'
        )
        files = {**TREE, "pyproject.toml": settings, "src/more/__init__.py": ""}
        report = judged(tmp_path, files, without("demo/sub/__init__.py"))
        assert told(report) == ["WC642 error", "WC640 warning"]
        assert report.findings[0].evidence["package"] == ("more",)

    def test_package_data(self, tmp_path: Path) -> None:
        settings = TREE["pyproject.toml"] + '[tool.setuptools.package-data]\ndemo = ["*.json"]\n'
        files = {**TREE, "pyproject.toml": settings}
        files |= {"src/demo/a.json": "", "src/demo/b.json": "", "src/demo/c.txt": ""}
        finding = only(judged(tmp_path, files, with_files({**MODULES, "demo/a.json": b""})))
        assert (finding.code, str(finding.severity)) == ("WC643", "warning")
        assert finding.evidence["files"] == ("src/demo/b.json",)

    def test_what_setup_py_says_is_not_judged(self, tmp_path: Path) -> None:
        files = {**TREE, "setup.py": "setup(packages=['demo'])"}
        report = judged(tmp_path, files, without("demo/a.py"))
        assert told(report) == []
        assert "setup.py, which is not run" in report.not_checked[0].reason

    def test_links_are_named(self, tmp_path: Path) -> None:
        root = folder(tmp_path / "source", TREE)
        (root / "src" / "demo" / "linked").symlink_to(root / "src" / "demo" / "sub")
        report = judged(tmp_path, {}, with_files({**MODULES, "demo/linked/x.py": b""}))
        assert told(report) == []
        assert len(report.not_checked) == 2

    def test_another_project(self, tmp_path: Path) -> None:
        files = {**TREE, "pyproject.toml": '[project]\nname = "other"\n'}
        report = judged(tmp_path, files, without("demo/a.py"))
        assert told(report) == []
        assert report.not_checked[0].reason == "the source is that of other"


MATURIN = '[build-system]\nbuild-backend = "maturin"\n[project]\nname = "demo"\n'
NAMED = '[tool.maturin]\nmodule-name = "demo._demo"\n'
PYO3 = '[dependencies]\npyo3 = "0.26"\n'
CRATE = '[package]\nname = "demo"\nversion = "1.0"\n'


class TestVersions:
    @pytest.mark.parametrize(
        ("pyproject", "cargo", "places"),
        [
            ('version = "1.0.0"', '"1.0"', []),
            ('version = "1.1"', '"1.1"', ["pyproject.toml, project.version"]),
            ('version = "1.0"', '"1.1"', ["Cargo.toml, package.version"]),
            ('dynamic = ["version"]', '"1.1"', ["Cargo.toml, package.version"]),
            ('dynamic = ["version"]', '"0.1.0"', ["Cargo.toml, package.version"]),
            # a crate that nobody looks at
            ('version = "1.0"', '"0.1.0"', []),
            ('version = "1.0"', '"1.1"\npublish = false', []),
            ('dynamic = ["version"]', '"1.0"\npublish = false', []),
            # of a workspace that is not in the source
            ('dynamic = ["version"]', "{workspace = true}", []),
            ('version = "no version"', '"1.0"', []),
        ],
    )
    def test_of_a_crate(
        self, tmp_path: Path, pyproject: str, cargo: str, places: list[str]
    ) -> None:
        files = {
            "pyproject.toml": f'{MATURIN}{pyproject}\n[tool.maturin]\nbindings = "bin"\n',
            "Cargo.toml": f'[package]\nname = "demo"\nversion = {cargo}\n',
        }
        report = judged(tmp_path, files, with_files({}))
        assert told(report) == (["WC644 warning"] if places else [])
        for place in places:
            assert place in only(report).message

    def test_of_a_crate_of_another_name(self, tmp_path: Path) -> None:
        files = {
            "pyproject.toml": f'{MATURIN}version = "1.0"\n[tool.maturin]\nbindings = "bin"\n',
            "Cargo.toml": '[package]\nname = "demo-rust"\nversion = "5.0"\n',
        }
        assert told(judged(tmp_path, files, with_files({}))) == []

    def test_of_setup_cfg(self, tmp_path: Path) -> None:
        text = "[metadata]\nname = demo\nversion = {}\n"
        files = {**TREE, "pyproject.toml": "", "setup.cfg": text.format("1.1")}
        assert told(judged(tmp_path, files)) == ["WC644 warning"]
        files["setup.cfg"] = text.format("attr: demo.version")
        assert told(judged(tmp_path, files)) == []

    def test_of_a_source_distribution(self, tmp_path: Path) -> None:
        files = {
            **TREE,
            "pyproject.toml": '[project]\nname = "demo"\ndynamic = ["version"]\n',
            "PKG-INFO": "Metadata-Version: 2.4\nName: demo\nVersion: 1.1\n\nVersion: 9\n",
        }
        finding = only(judged(tmp_path, files))
        assert (finding.code, finding.severity) == ("WC644", "warning")
        assert "PKG-INFO, Version: 1.1; the wheel's file name: 1.0" in finding.message

    def test_a_local_version_is_no_difference(self, tmp_path: Path) -> None:
        assert told(judged(tmp_path, TREE, replace(PURE, version="1.0+cpu"))) == []


def native(*members: str, tag: str = "cp39-abi3-win_amd64") -> WheelBuilder:
    files = {"demo/__init__.py": b""}
    for member in members:
        leaf = member.rpartition("/")[2].partition(".")[0]
        files[member] = Pe(exports={f"PyInit_{leaf}": None}).build()
    return WheelBuilder(tag=tag, files=files)


class TestExtension:
    def source(self, imports: str = "", cargo: str = CRATE + PYO3) -> Files:
        return {
            "pyproject.toml": f'{MATURIN}version = "1.0"\n{NAMED}',
            "Cargo.toml": cargo,
            "demo/__init__.py": imports,
        }

    @pytest.mark.parametrize(
        "imports",
        ["", "from ._demo import run\n", "from demo._demo import *\n", "from . import x\n",
         "try:\n    from ._old import run\nexcept ImportError: pass\n", "from .data import a\n",
         "from other._x import y\n", '"""\nfrom demo._old import x\n"""\n'],
    )  # fmt: skip
    def test_one_name(self, tmp_path: Path, imports: str) -> None:
        wheel = native("demo/_demo.pyd")
        wheel.files["demo/data/x.py"] = b""
        files = {**self.source(imports), "demo/data/x.py": ""}
        assert told(judged(tmp_path, files, wheel)) == []

    def test_another_name_in_the_wheel(self, tmp_path: Path) -> None:
        finding = only(judged(tmp_path, self.source(), native("demo/_core.pyd")))
        assert (finding.code, str(finding.severity)) == ("WC645", "error")
        assert finding.evidence["declared"] == ("demo._demo",)
        assert finding.evidence["found"] == ("demo._core",)
        assert "tool.maturin.module-name" in finding.message

    def test_none_in_the_wheel(self, tmp_path: Path) -> None:
        assert told(judged(tmp_path, self.source(), native())) == ["WC645 error"]

    @pytest.mark.parametrize("line", ["from ._core import run\n", "from demo._core import run\n"])
    def test_another_name_in_the_import(self, tmp_path: Path, line: str) -> None:
        finding = only(
            judged(tmp_path, self.source(f"import sys\n{line}"), native("demo/_demo.pyd"))
        )
        assert (finding.code, finding.member) == ("WC645", "demo/__init__.py")
        assert finding.evidence["imported"] == ("demo._core",)

    def test_the_library_names_it_where_nothing_else_does(self, tmp_path: Path) -> None:
        files = {
            "pyproject.toml": f'{MATURIN}version = "1.0"\n',
            "Cargo.toml": f'{CRATE}{PYO3}[lib]\nname = "demo_rs"\n',
        }
        for member, expected in (
            ("demo_rs/demo_rs.pyd", []),
            ("demo_rs.pyd", []),
            ("demo/demo.pyd", ["WC645 error"]),
        ):
            wheel = native(member)
            del wheel.files["demo/__init__.py"]
            assert told(judged(tmp_path, files, wheel)) == expected

    @pytest.mark.parametrize(
        ("features", "tag", "expected"),
        [
            ('["abi3"]', "cp314-cp314-win_amd64", ["WC646 warning"]),
            ('["abi3", "abi3-py39"]', "cp314-cp314-win_amd64", []),
            ('["abi3"]', "cp314-cp314t-win_amd64", []),
            ('["abi3"]', "cp39-abi3-win_amd64", []),
            ("[]", "cp314-cp314-win_amd64", []),
        ],
    )
    def test_the_stable_abi_without_a_floor(
        self, tmp_path: Path, features: str, tag: str, expected: list[str]
    ) -> None:
        cargo = f'{CRATE}[dependencies]\npyo3 = {{version = "0.26", features = {features}}}\n'
        wheel = native("demo/_demo.pyd", tag=tag)
        assert told(judged(tmp_path, self.source(cargo=cargo), wheel)) == expected


class TestCalls:
    def test_from_the_command_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sdist = tar_gz(tmp_path / "demo-1.0.tar.gz", TREE)
        wheel = without("demo/a.py").write(tmp_path)
        arguments = ["--isolated", "--fail-on", "warning", "--format", "json", "--src", str(sdist)]
        assert main(["inspect", str(wheel), *arguments]) == 1
        [report] = json.loads(capsys.readouterr().out)["wheels"]
        assert [f["code"] for f in report["findings"]] == ["WC640"]

    @pytest.mark.parametrize("name", ["gone", "a.tar.gz", "empty", "broken"])
    def test_a_source_that_cannot_be_read(
        self, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.tar.gz").write_bytes(b"x")
        (tmp_path / "empty").mkdir()
        folder(tmp_path / "broken", {"pyproject.toml": "["})
        wheel = PURE.write(tmp_path)
        assert main(["inspect", str(wheel), "--isolated", "--src", str(tmp_path / name)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("wheelcheck: error: ")
        assert str(tmp_path / name) in said.err

    def test_what_was_loaded_serves_all(self, tmp_path: Path) -> None:
        source = wheelcheck.load_source(folder(tmp_path / "source", TREE))
        again = pickle.loads(pickle.dumps(source))  # noqa: S301 - our own
        wheel = without("demo/a.py").write(tmp_path)
        for given in (source, again, tmp_path / "source", str(tmp_path / "source")):
            assert told(wheelcheck.inspect(wheel, source=given)) == ["WC640 warning"]
            [report] = wheelcheck.audit_wheels([wheel], source=given).reports
            assert told(report) == ["WC640 warning"]
