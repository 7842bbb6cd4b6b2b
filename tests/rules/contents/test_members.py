"""WC820 to WC824, WC831 to WC844, WC852: which files are in a wheel, and where."""

from pathlib import Path

import pytest

import wheelcheck
from tests.native import extension, library
from tests.rules.judged import pure, report_of
from tests.wheels import WheelBuilder
from wheelcheck import Config, Finding
from wheelcheck.expectations import Sizes


def findings(folder: Path, files: dict[str, bytes], tag: str = "py3-none-any") -> list[Finding]:
    report = report_of(folder, WheelBuilder(tag=tag, files={"demo/__init__.py": b"", **files}))
    assert report.error is None
    return [f for f in report.findings if "WC820" <= f.code < "WC860"]


def verdict(folder: Path, files: dict[str, bytes], tag: str = "py3-none-any") -> list[str]:
    return [f"{f.code} {f.severity}" for f in findings(folder, files, tag)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demo/.DS_Store", "WC820 note"),
        ("demo/Thumbs.db", "WC820 note"),
        ("__MACOSX/demo/._core.py", "WC820 note"),
        ("demo/._core.py", "WC820 note"),
        ("demo/core.py~", "WC820 note"),
        ("demo/#core.py#", "WC820 note"),
        ("demo/.core.py.swp", "WC820 note"),
        ("demo/core.py.orig", "WC820 note"),
        ("demo/core.py.rej", "WC820 note"),
        ("demo/core.py.bak", "WC820 note"),
        ("demo/.ipynb_checkpoints/a.ipynb", "WC820 note"),
        ("demo/core.1234", "WC820 warning"),
        ("demo/CMakeFiles/a.cmake", "WC821 note"),
        ("demo/CMakeCache.txt", "WC821 note"),
        ("demo/core.o", "WC821 note"),
        ("demo.egg-info/PKG-INFO", "WC821 warning"),
        ("demo/core.obj", "WC821 note"),
        ("demo/core.exp", "WC821 note"),
        ("demo/libcore.la", "WC821 note"),
        ("demo/__pycache__/core.cpython-312.pyc", "WC822 error"),
        ("demo/__init__.pyc", "WC822 error"),
        ("demo/lost.pyc", "WC822 error"),
        ("demo/.git/config", "WC823 error"),
        (".hg/store/data", "WC823 error"),
        ("demo/vendor/.svn/entries", "WC823 error"),
        ("demo/vendor/.git", "WC823 error"),
        ("demo/.gitignore", "WC824 note"),
        (".gitattributes", "WC824 note"),
        (".github/workflows/ci.yml", "WC824 warning"),
        ("demo/.github/workflows/ci.yml", "WC824 note"),
        (".travis.yml", "WC824 warning"),
        ("demo/.travis.yml", "WC824 note"),
        (".pre-commit-config.yaml", "WC824 warning"),
        ("tests/test_core.py", "WC831 error"),
        ("docs/conf.py", "WC831 warning"),
        ("src/demo/core.py", "WC831 warning"),
        ("setup.py", "WC831 warning"),
        ("demo-1.0.data/purelib/tests/test_core.py", "WC831 error"),
        ("__init__.py", "WC832 error"),
        ("demo-1.0.data/purelib/__init__.py", "WC832 error"),
        ("README.md", "WC833 warning"),
        ("assets/logo.png", "WC833 warning"),
        ("docs/index.md", "WC831 warning"),
        ("demo-1.0.data/platlib/LICENSE", "WC833 warning"),
        ("my-demo/__init__.py", "WC834 warning"),
        ("my-script.py", "WC834 warning"),
        ("class.py", "WC834 warning"),
        ("demo/a b.txt", "WC844 note"),
        ("demo/ä.txt", "WC844 note"),
        ("demo-1.0.dist-info/direct_url.json", "WC852 warning"),
        ("demo-1.0.dist-info/INSTALLER", "WC852 note"),
    ],
)
def test_one_file_too_many(tmp_path: Path, name: str, expected: str) -> None:
    [finding] = findings(tmp_path, {name: b"content"})
    assert f"{finding.code} {finding.severity}" == expected
    assert finding.member == name


@pytest.mark.parametrize(
    "name",
    [
        "demo/core.py",
        "demo/core",
        "demo/core.dmp.py",
        "demo/.gitkeep",
        "demo/tests/test_core.py",
        "demo/docs/conf.py",
        "demo/a.h",
        "demo.libs/libcore.so",
        "demo-stubs/__init__.pyi",
        "other.py",
        "other.pyi",
        "demo.libs/README",
        "demo/my-templates/setup.py",
        "demo-1.0.data/scripts/my-script.py",
        "demo-1.0.data/data/share/README.md",
        "demo-1.0.dist-info/licenses/.gitignore.md",
        "other-1.0.dist-info/METADATA",
    ],
)
def test_files_that_belong_there(tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path, {name: b"content"}) == []


def test_numbers_agree_with_their_nouns(tmp_path: Path) -> None:
    one = {".git/a": b"1", "demo/b.pyc": b"2", "demo/c d": b"3", "demo/e.lib": b"4"}
    assert {finding.code: finding.message for finding in findings(tmp_path, one)} == {
        "WC822": "demo/ holds 1 file of bytecode: b.pyc",
        "WC823": ".git/ is a repository's own folder (1 file, 1 byte)",
        "WC843": "1 file is input for linkers only (1 byte): demo/e.lib",
        "WC844": "a name holds blanks: demo/c d",
    }


def test_a_folder_is_told_once(tmp_path: Path) -> None:
    pycs = {f"demo/__pycache__/m{i}.cpython-312.pyc": b"x" for i in range(30)}
    [finding] = findings(tmp_path, pycs)
    assert "30 files" in finding.message
    assert len(finding.evidence["files"]) == 20


def test_modules_without_sources_are_left_alone_for_one_python(tmp_path: Path) -> None:
    assert verdict(tmp_path, {"demo/core.pyc": b"x"}, "cp312-cp312-win_amd64") == []
    assert verdict(tmp_path, {"demo/core.pyc": b"x"}, "cp312-abi3-win_amd64") == ["WC822 error"]
    files = {"demo/__pycache__/core.cpython-312.pyc": b"x"}
    assert verdict(tmp_path, files, "cp312-cp312-win_amd64") == ["WC822 error"]


def test_a_native_memory_dump(tmp_path: Path) -> None:
    elf_core = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x04\x00\x3e\x00" + bytes(60)
    assert verdict(tmp_path, {"demo/core": elf_core}) == ["WC820 warning"]


def test_a_common_name_is_fine_for_its_own_distribution(tmp_path: Path) -> None:
    builder = WheelBuilder(name="cli", tag="py3-none-any", files={"cli/__init__.py": b""})
    assert [f for f in report_of(tmp_path, builder).findings if f.code == "WC831"] == []


def test_nothing_installed(tmp_path: Path) -> None:
    def said(builder: WheelBuilder) -> list[str]:
        return [f"{f.severity}" for f in report_of(tmp_path, builder).findings if f.code == "WC835"]

    assert said(pure(files={})) == ["warning"]
    assert said(pure(files={}, fields={"Requires-Dist": "numpy"})) == ["note"]
    assert said(pure(files={"demo-1.0.data/data/share/x": b""})) == []


def test_many_top_level_modules(tmp_path: Path) -> None:
    names = ["alpha", "beta", "gamma"]
    files = {f"{name}/__init__.py": b"" for name in names}
    [finding] = findings(tmp_path, files)
    assert (finding.code, finding.severity) == ("WC836", "note")
    assert finding.evidence["names"] == ("demo", *names)
    files = {"_alpha.py": b"", "demo.libs/a.py": b"", "beta/__init__.py": b"", "gamma.py": b""}
    assert verdict(tmp_path, files) == []


class TestDuplicates:
    def test_the_same_content(self, tmp_path: Path) -> None:
        data = bytes(range(256)) * 20
        [finding] = findings(tmp_path, {"demo/a.bin": data, "demo/b.bin": data, "demo/c": b"x"})
        assert (finding.code, finding.severity) == ("WC840", "note")
        assert finding.evidence["files"] == ("demo/a.bin", "demo/b.bin")

    @pytest.mark.parametrize(
        ("names", "size"),
        [
            (("demo/a.bin", "demo/b.bin"), 100),
            (("demo/a.bin", "demo/b.bin"), 0),
            (("demo/a/__init__.py", "demo/b/__init__.py"), 9000),
            (("demo/LICENSE", "demo/vendor/COPYING"), 9000),
            (("demo-1.0.dist-info/licenses/a/b.txt", "demo/b.txt"), 9000),
        ],
    )
    def test_copies_that_are_usual(self, tmp_path: Path, names: tuple[str, ...], size: int) -> None:
        assert verdict(tmp_path, dict.fromkeys(names, b"x" * size)) == []

    def test_many_groups(self, tmp_path: Path) -> None:
        files = {f"demo/{k}{i}.bin": b"%d" % i * 5000 for i in range(9) for k in "ab"}
        told = findings(tmp_path, files)
        assert len(told) == 6
        assert sum(f.message.startswith("4 more contents") for f in told) == 1


class TestLinkerInput:
    def test_an_import_library(self, tmp_path: Path) -> None:
        files = {"demo/_demo.pyd": extension("_demo"), "demo/_demo.lib": b"!<arch>\n"}
        assert verdict(tmp_path, files, "cp39-abi3-win_amd64") == ["WC843 note"]

    def test_headers_show_that_others_shall_link(self, tmp_path: Path) -> None:
        files = {"demo/demo.dll": library("f"), "demo/demo.lib": b"!<arch>\n", "demo/demo.h": b""}
        assert verdict(tmp_path, files, "py3-none-win_amd64") == []


class TestSizes:
    @pytest.mark.parametrize(
        ("sizes", "expected"),
        [
            (Sizes(), []),
            (Sizes(file=1000), ["WC841 warning"]),
            (Sizes(installed=1000), ["WC841 note"]),
            (Sizes(members=3), ["WC841 note"]),
        ],
    )
    def test_limits_are_the_users(self, tmp_path: Path, sizes: Sizes, expected: list[str]) -> None:
        path = pure(files={"demo/__init__.py": b"", "demo/a.bin": bytes(5000)}).write(tmp_path)
        report = wheelcheck.inspect(path, config=Config(sizes=sizes))
        assert [f"{f.code} {f.severity}" for f in report.findings if f.code == "WC841"] == expected

    def test_tests_that_outweigh_the_rest(self, tmp_path: Path) -> None:
        assert verdict(tmp_path, {"demo/tests/a.bin": bytes(1_500_000)}) == ["WC842 note"]
        assert verdict(tmp_path, {"demo/tests/a.bin": bytes(900_000)}) == []
        files = {"demo/tests/a.bin": bytes(1_500_000), "demo/model.bin": b"x" * 6_000_000}
        assert verdict(tmp_path, files) == []


class TestShadowed:
    @pytest.mark.parametrize("name", ["types.py", "logging/__init__.py"])
    def test_a_module_of_the_standard_library(self, tmp_path: Path, name: str) -> None:
        [finding] = findings(tmp_path, {name: b""})
        assert (finding.code, finding.severity) == ("WC837", "warning")
        assert finding.member == name

    @pytest.mark.parametrize(
        ("name", "requires", "hidden"),
        [
            ("tomllib.py", ">=3.9", False),
            ("tomllib.py", ">=3.11", True),
            ("cgi.py", ">=3.13", False),
            ("cgi.py", ">=3.9", False),
            ("cgi.py", ">=3.9,<3.13", True),
        ],
    )
    def test_backports(self, tmp_path: Path, name: str, requires: str, hidden: bool) -> None:
        builder = pure(
            files={"demo/__init__.py": b"", name: b""}, fields={"Requires-Python": requires}
        )
        codes = [f.code for f in report_of(tmp_path, builder).findings]
        assert ("WC837" in codes) is hidden

    @pytest.mark.parametrize("name", ["demo/types.py", "types/data.txt", "typesetting.py"])
    def test_other_places_and_names(self, tmp_path: Path, name: str) -> None:
        assert "WC837 warning" not in verdict(tmp_path, {name: b"x"})
