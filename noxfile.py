# /// script
# dependencies = ["nox>=2025.11.12"]
# ///
import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.11.12"
nox.options.sessions = ["lint", "types", "docs", "tests", "coverage", "wine", "browser"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
# Only the interpreters that are here: none fetched, and none missed, not even where CI is set.
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PROJECT = nox.project.load_toml("pyproject.toml")
# What has a session of its own.
ELSEWHERE = ("wine", "peers", "corpus", "browser", "tools", "docs", "slow")
# Measuring makes the tests nearly twice as slow, so only the first interpreter does it.
MEASURED = next((version for version in PYTHONS if shutil.which(f"python{version}")), None)
COVERAGE = {"COVERAGE_FILE": str(Path(".nox/.coverage").absolute())}
COMPILERS = ("x86_64-w64-mingw32-gcc-win32", "i686-w64-mingw32-gcc-win32")


def install(session: nox.Session, *groups: str) -> None:
    """Install wheelcheck as it lies here, and what the groups of pyproject.toml name."""
    session.install("--editable", ".", *nox.project.dependency_groups(PROJECT, *groups))


@nox.session
def lint(session: nox.Session) -> None:
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    install(session, "types", "test")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into build/site, without a warning, and check the types of its examples."""
    install(session, "test", "docs")
    session.run("mkdocs", "build", "--strict", "--quiet", env={"NO_MKDOCS_2_WARNING": "1"})
    session.run("pytest", "tests/docs", "-m", "docs", *session.posargs)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests that need nothing but Python, on each interpreter that is found."""
    install(session, "test")
    selection = (
        "-m",
        " and ".join(f"not {marker}" for marker in ELSEWHERE),
        *session.posargs,
    )
    if session.python == MEASURED:
        session.run("coverage", "run", "-m", "pytest", *selection, env=COVERAGE)
    else:
        session.run("pytest", *selection)


@nox.session
def coverage(session: nox.Session) -> None:
    """What the tests reached."""
    session.install(*nox.project.dependency_groups(PROJECT, "test"))
    session.run("coverage", "report", env=COVERAGE)


@nox.session
def wine(session: nox.Session) -> None:
    """Repaired wheels on Wine, by a C loader and by a Windows CPython; skipped without Wine."""
    install(session, "test")
    session.install("pip")  # testdata/fetch.py has it fetch the third-party archives
    session.run("pytest", "tests/wine", "-m", "wine", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """The HTML report in headless Chromium; skipped without one."""
    install(session, "test")
    session.run("pytest", "tests/report/html", "-m", "browser", *session.posargs)


@nox.session
def peers(session: nox.Session) -> None:
    """Comparisons with the tools that users come from."""
    install(session, "test", "peers")
    session.run("pytest", "-m", "peers", *session.posargs)


@nox.session
def tools(session: nox.Session) -> None:
    """What docs/integration.md gives to cibuildwheel, pre-commit, nox, tox and others."""
    install(session, "test", "tools")
    session.install("pip")
    session.run("pytest", "tests/integration", "-m", "tools", *session.posargs)


@nox.session
def corpus(session: nox.Session) -> None:
    """No error on well-known published wheels without a true cause; fetches 310 MB once."""
    install(session, "test")
    session.install("pip")
    session.run("pytest", "tests/corpus", "-m", "corpus and not releases", *session.posargs)


@nox.session
def releases(session: nox.Session) -> None:
    """No false alarm on two whole releases, each judged as one folder; fetches 1.1 GB once."""
    install(session, "test")
    session.install("pip")
    session.run("pytest", "tests/corpus", "-m", "releases", *session.posargs)


@nox.session
def benchmark(session: nox.Session) -> None:
    """wheelcheck and its peers side by side, as ratios; fetches 300 MB once."""
    session.install("--editable", ".[fast]", "pip")
    session.run("python", "-m", "benchmarks.peers", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Wheels of gigabytes and of a hundred thousand members."""
    install(session, "test")
    session.run("pytest", "tests/test_large.py", "-m", "slow", *session.posargs)


@nox.session
def rebuild(session: nox.Session) -> None:
    """Whether the C sources in testdata still give the committed libraries and wheels."""
    if missing := [name for name in COMPILERS if not shutil.which(name)]:
        session.skip(f"not installed: {', '.join(missing)}")
    session.run("python", "testdata/build.py", "--check")


@nox.session
def build(session: nox.Session) -> None:
    """Make sdist and wheel, and use the wheel in an environment that has nothing else."""
    session.install("build")
    folder = Path(session.create_tmp())
    shutil.rmtree(folder / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(folder / "dist"))
    [wheel] = (folder / "dist").glob("*.whl")
    session.run("python", "-m", "venv", "--clear", str(folder / "venv"))
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    session.run(str(programs / "python"), "-m", "pip", "install", str(wheel), external=True)
    wheelcheck, wheels = str(programs / "wheelcheck"), "testdata/wheels"
    tag = "1.0-cp39-abi3-win_amd64.whl"
    session.run(wheelcheck, "inspect", f"{wheels}/demo_beside-{tag}", external=True)
    broken = f"{wheels}/demo-{tag}"
    session.run(wheelcheck, "inspect", broken, external=True, success_codes=[1])
