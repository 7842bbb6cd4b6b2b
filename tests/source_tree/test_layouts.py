"""What each build backend installs, as far as it is declared."""

import pytest

from tests.source_tree.archives import Files
from wheelcheck import UnreadableError
from wheelcheck.source_tree.facts import Source, source_of
from wheelcheck.source_tree.patterns import ignores, matches
from wheelcheck.source_tree.tree import SourceTree

HATCH = '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\n'
FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "demo"\n'
POETRY = '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n[project]\nname = "demo"\n'
UV = '[build-system]\nbuild-backend = "uv_build"\n[project]\nname = "demo"\n'
SCIKIT = '[build-system]\nbuild-backend = "scikit_build_core.build"\n[project]\nname = "demo"\n'
MATURIN = '[build-system]\nbuild-backend = "maturin"\n[project]\nname = "demo"\n'
PYO3 = '[package]\nname = "demo"\nversion = "1.0"\n[dependencies]\npyo3 = "0.26"\n'


def source(pyproject: str, *files: str, texts: Files | None = None) -> Source:
    kept = {"pyproject.toml": pyproject, **(texts or {})}
    return source_of(SourceTree("demo", frozenset([*kept, *files]), kept))


def modules(found: Source) -> list[str]:
    assert found.layout is not None, found.layout_problem
    return sorted(path for path, _ in found.layout.modules)


def data(found: Source) -> list[str]:
    assert found.layout is not None, found.layout_problem
    return [item.install for item in found.layout.data]


TREE = ("demo/__init__.py", "demo/a.py", "demo/sub/__init__.py", "demo/sub/b.py", "tests/test_a.py")
IN_SRC = tuple(f"src/{name}" for name in TREE[:4])
ALL = ["demo/__init__.py", "demo/a.py", "demo/sub/__init__.py", "demo/sub/b.py"]


@pytest.mark.parametrize(
    ("pyproject", "files", "expected"),
    [
        ("", TREE, ALL),
        ("", IN_SRC, ALL),
        ("", ("demo.py", "setup.py", "tests/test.py"), ["demo.py"]),
        ("", ("src/demo.py", "src/other/a.py"), ["demo.py", "other/a.py"]),
        ('[tool.setuptools]\npackages = ["demo"]', TREE, ALL[:2]),
        ('[tool.setuptools]\npackages = ["demo", "demo.sub"]', TREE, ALL),
        (
            '[tool.setuptools]\npackages = ["demo"]\npackage-dir = {"" = "src"}',
            IN_SRC,
            ALL[:2],
        ),
        (
            '[tool.setuptools]\npackages = ["demo"]\npackage-dir = {demo = "lib/x"}',
            ("lib/x/__init__.py",),
            ["demo/__init__.py"],
        ),
        ('[tool.setuptools]\npy-modules = ["demo"]', ("demo.py", "b.py"), ["demo.py"]),
        ('[tool.setuptools.packages.find]\nwhere = ["src"]', IN_SRC, ALL),
        ('[tool.setuptools.packages.find]\nexclude = ["demo.sub*", "tests"]', TREE, ALL[:2]),
        ('[tool.setuptools.packages.find]\ninclude = ["demo*"]', TREE, ALL),
        (
            "[tool.setuptools.packages.find]\nnamespaces = false",
            ("demo/__init__.py", "demo/data/x.py"),
            ["demo/__init__.py"],
        ),
        (HATCH, TREE, ALL),
        (HATCH, IN_SRC, ALL),
        (
            HATCH + '[tool.hatch.build.targets.wheel]\npackages = ["lib/demo"]',
            ("lib/demo/a.py",),
            ["demo/a.py"],
        ),
        (FLIT, IN_SRC, ALL),
        (FLIT + '[tool.flit.module]\nname = "other"', ("other.py",), ["other.py"]),
        (POETRY, TREE, ALL),
        (
            POETRY + '[tool.poetry]\npackages = [{include = "demo", from = "lib"}]',
            ("lib/demo/a.py",),
            ["demo/a.py"],
        ),
        (UV, IN_SRC, ALL),
        (UV + '[tool.uv.build-backend]\nmodule-root = ""', TREE, ALL),
        (SCIKIT, IN_SRC, ALL),
        (
            SCIKIT + '[tool.scikit-build]\nwheel.packages = ["python/demo"]',
            ("python/demo/a.py",),
            ["demo/a.py"],
        ),
        (MATURIN, (), []),
        (
            MATURIN + '[tool.maturin]\npython-source = "python"\nmodule-name = "demo._demo"',
            ("python/demo/a.py",),
            ["demo/a.py"],
        ),
        (
            MATURIN + '[tool.maturin]\npython-packages = ["demo", "more"]',
            ("demo/a.py", "more/b.py"),
            ["demo/a.py", "more/b.py"],
        ),
        (MATURIN + '[tool.maturin]\nmodule-name = "demo._demo"', IN_SRC, ALL),
    ],
)  # fmt: skip
def test_modules(pyproject: str, files: tuple[str, ...], expected: list[str]) -> None:
    assert modules(source(pyproject, *files)) == expected


def test_setup_cfg() -> None:
    find = "[metadata]\nname = demo\n[options]\npackages = find:\npackage_dir =\n    = src\n"
    text = f"{find}[options.packages.find]\nwhere = src\n"
    assert modules(source("", *IN_SRC, texts={"setup.cfg": text})) == ALL
    listed = "[options]\npackages =\n    demo\n    demo.sub\npy_modules = one\n"
    found = source("", *TREE, "one.py", texts={"setup.cfg": listed})
    assert modules(found) == [*ALL, "one.py"]
    assert found.layout is not None
    assert found.layout.packages == ("demo", "demo/sub", "one.py")


@pytest.mark.parametrize(
    ("pyproject", "files", "texts", "reason"),
    [
        ("", TREE, {"setup.py": "setup(packages=find_packages())"}, "setup.py"),
        ("", TREE, {"setup.py": "setup(ext_modules=[])"}, "extension modules"),
        ("", ("a/__init__.py", "b/__init__.py"), {}, "nothing declares"),
        (HATCH + '[tool.hatch.build]\nonly-include = ["x"]', TREE, {}, "'only-include'"),
        (POETRY + "[tool.poetry]\npackage-mode = false", TREE, {}, "package-mode"),
        (POETRY + '[tool.poetry]\npackages = [{include = "de*"}]', TREE, {}, "'de*'"),
        (FLIT, ("other/__init__.py",), {}, "no module 'demo'"),
        ('[build-system]\nbuild-backend = "mesonpy"', TREE, {}, "meson-python"),
        ('[build-system]\nbuild-backend = "own"\nbackend-path = ["."]', TREE, {}, "own"),
    ],
)
def test_what_cannot_be_known(
    pyproject: str, files: tuple[str, ...], texts: Files, reason: str
) -> None:
    found = source(pyproject, *files, texts=texts)
    assert found.layout is None
    assert reason in str(found.layout_problem)


def test_package_data() -> None:
    files = ("demo/a.json", "demo/b.txt", "demo/sub/c.json", "demo/data/d.json")
    text = '[tool.setuptools]\npackages = ["demo", "demo.sub"]\n[tool.setuptools.package-data]\n'
    assert data(source(text + 'demo = ["*.json"]', *TREE, *files)) == ["demo/a.json"]
    assert data(source(text + '"*" = ["*.json"]', *TREE, *files)) == [
        "demo/a.json",
        "demo/sub/c.json",
    ]
    assert data(source(text + 'demo = ["data/*.json"]', *TREE, *files)) == ["demo/data/d.json"]
    left = '[tool.setuptools.exclude-package-data]\ndemo = ["a*"]'
    assert data(source(f'{text}demo = ["*.json"]\n{left}', *TREE, *files)) == []


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("include demo/*.json", ["demo/a.json"]),
        ("recursive-include demo *.json *.txt", ["demo/a.json", "demo/b.txt", "demo/sub/c.json"]),
        ("graft demo\nglobal-exclude *.json", ["demo/b.txt"]),
        ("graft demo\nprune demo/sub", ["demo/a.json", "demo/b.txt"]),
        ("global-include *.txt  # all", ["demo/b.txt"]),
        ("include", []),
        ("graft other", []),
    ],
)
def test_manifest(manifest: str, expected: list[str]) -> None:
    files = ("demo/a.json", "demo/b.txt", "demo/sub/c.json", "other/d.json")
    texts = {"MANIFEST.in": manifest}
    settings = '[tool.setuptools]\npackages = ["demo", "demo.sub"]\n'
    with_project = '[project]\nname = "demo"\n' + settings
    assert data(source(with_project, *TREE, *files, texts=texts)) == expected
    # Without [project], package data are included only if that is said.
    assert data(source(settings, *TREE, *files, texts=texts)) == []
    settings += "include-package-data = true\n"
    assert data(source(settings, *TREE, *files, texts=texts)) == expected


def test_other_backends_data() -> None:
    forced = '[tool.hatch.build.targets.wheel.force-include]\n"assets" = "demo/assets"\n'
    assert data(source(HATCH + forced, *TREE, "assets/a.css")) == ["demo/assets/a.css"]
    include = (
        '[tool.maturin]\npython-source = "python"\ninclude = ["python/demo/*.json", '
        '{path = "docs/*", format = "sdist"}, {path = "*.txt", format = ["wheel"]}]\n'
    )
    files = ("python/demo/a.json", "docs/b", "c.txt")
    assert data(source(MATURIN + include, *files)) == ["demo/a.json", "c.txt"]
    poetry = '[tool.poetry]\ninclude = ["a.txt", {path = "b.txt", format = "wheel"}]\n'
    assert data(source(POETRY + poetry, *TREE, "a.txt", "b.txt")) == ["b.txt"]


@pytest.mark.parametrize(
    ("settings", "cargo", "expected"),
    [
        ("", PYO3, ("demo", "Cargo.toml, package.name")),
        ("", PYO3 + '[lib]\nname = "_demo"', ("_demo", "Cargo.toml, lib.name")),
        (
            '[tool.maturin]\nmodule-name = "demo._x"',
            PYO3,
            ("demo._x", "pyproject.toml, tool.maturin.module-name"),
        ),
        ('[tool.maturin]\nbindings = "bin"', PYO3, None),
        ("", '[package]\nname = "demo"\n', None),
    ],
)
def test_the_name_of_the_extension(settings: str, cargo: str, expected: object) -> None:
    assert source(MATURIN + settings, texts={"Cargo.toml": cargo}).module == expected


@pytest.mark.parametrize(
    ("cargo", "settings", "bare"),
    [
        ('[dependencies]\npyo3 = {version = "0.26", features = ["abi3"]}', "", True),
        ('[dependencies]\npyo3 = {features = ["abi3", "abi3-py39"]}', "", False),
        ('[dependencies]\npyo3 = {features = ["abi3-py39"]}', "", False),
        ('[dependencies]\npyo3 = "0.26"', "", False),
        ('[dependencies]\npyo3 = {features = ["abi3"]}', 'features = ["pyo3/abi3-py310"]', False),
        ('[dependencies]\npyo3 = "0.26"', 'features = ["pyo3/abi3"]', True),
        ('[dependencies]\npyo3 = "1"\n[features]\nstable = ["pyo3/abi3"]', "", True),
        ('[dependencies]\npy = {package = "pyo3", features = ["abi3"]}', "", True),
        ("[target.'cfg(unix)'.dependencies]\npyo3 = {features = [\"abi3\"]}", "", True),
        ("[dependencies]\npyo3.workspace = true", "", True),
        ('[dependencies]\npyo3 = {workspace = true, features = ["abi3-py39"]}', "", False),
    ],
)
def test_the_floor_of_the_stable_abi(cargo: str, settings: str, bare: bool) -> None:
    texts = {
        "Cargo.toml": '[workspace.dependencies]\npyo3 = {version = "0.26", features = ["abi3"]}\n'
        '[workspace.package]\nversion = "3.0"',
        "crates/py/Cargo.toml": f'[package]\nname = "demo"\nversion.workspace = true\n{cargo}',
    }
    maturin = f'{MATURIN}[tool.maturin]\nmanifest-path = "crates/py/Cargo.toml"\n{settings}\n'
    crate = source(maturin, texts=texts).crate
    assert crate is not None
    assert crate.version == "3.0"
    assert (crate.bare_abi3 is not None) == bare


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a/b.py", "a/*.py", True),
        ("a/c/b.py", "a/*.py", False),
        ("a/c/b.py", "a/**/*.py", True),
        ("a/b.py", "a/**/*.py", True),
        ("a/b.py", "**", True),
        ("a/b.py", "./a/b.py", True),
        ("a/b.py", "a", False),
        ("a" * 50, "*a" * 140 + "b", False),
        ("/".join("a" * 39), "/".join(["**"] * 39), True),
    ],
)
def test_globs(path: str, pattern: str, expected: bool) -> None:
    assert matches(path, pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "a/b.py", True),
        ("/a/", "a/b.py", True),
        ("b", "a/b/c.py", True),
        ("a/b", "x/a/b/c.py", True),
        ("!a", "a", False),
        ("# a", "a", False),
        ("", "a", False),
        ("c", "a/b.py", False),
    ],
)
def test_ignores(pattern: str, path: str, expected: bool) -> None:
    assert ignores(pattern, path) is expected


def test_a_key_of_many_parts_is_refused() -> None:
    with pytest.raises(UnreadableError, match="a key of more than 64 parts"):
        source("a." * 50_000 + "b = 1")
    listed = '[tool.setuptools]\npackages = ["' + "a." * 100_000 + 'a"]'
    with pytest.raises(UnreadableError, match="64 parts"):
        source(listed)
    assert (
        modules(source("", "demo.py", texts={"setup.cfg": f"[options]\npackages = {'a.' * 9999}"}))
        == []
    )


@pytest.mark.parametrize("text", ["[project", "a = " + "[" * 5000, "x = 1\nx = 2"])
def test_declarations_that_are_no_toml(text: str) -> None:

    with pytest.raises(UnreadableError, match="no valid TOML"):
        source(text)


@pytest.mark.parametrize(
    "text",
    [
        "project = 1\ntool = 2\nbuild-system = 3",
        "[tool]\nsetuptools = 1\n[project]\nname = 5\nversion = []\ndynamic = {}",
        "[tool.setuptools]\npackages = 3\npackage-data = []\npy-modules = {a = 1}",
        "[tool.setuptools.packages]\nfind = 4",
        HATCH + "[tool.hatch]\nbuild = 1",
        POETRY + "[tool.poetry]\npackages = 1\ninclude = 2\nexclude = 3",
        MATURIN + "[tool.maturin]\ninclude = 1\nmodule-name = 2\nmanifest-path = 3",
        UV + "[tool.uv.build-backend]\nmodule-name = 4\nmodule-root = []",
        SCIKIT + "[tool.scikit-build]\nwheel = 4",
    ],
)  # fmt: skip
def test_values_of_the_wrong_kind_are_no_crash(text: str) -> None:
    source(text, *TREE, texts={"Cargo.toml": "package = 1\ndependencies = 2", "setup.cfg": "["})


@pytest.mark.parametrize("between", ["\ninclude ", " "])
def test_too_many_patterns_are_not_followed(between: str) -> None:
    lines = "include " + between.join(map(str, range(20_000)))
    files = [f"demo/{n}.json" for n in range(100)]
    found = source('[project]\nname = "demo"', *TREE, *files, texts={"MANIFEST.in": lines})
    assert "too many" in str(found.layout_problem)


def test_long_patterns_for_long_paths_are_not_followed() -> None:
    lines = "recursive-include demo " + " ".join(f"{'*a' * 120}{n}" for n in range(100))
    files = [f"demo/{'a' * 200}{n}.json" for n in range(1000)]
    found = source('[project]\nname = "demo"', *TREE, *files, texts={"MANIFEST.in": lines})
    assert "too many" in str(found.layout_problem)
