"""The snippets, given to the tools that they are for (nox -s tools; a package index is needed)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import ROOT
from tests.integration.pages import snippet

pytestmark = pytest.mark.tools
PROGRAMS = Path(sys.executable).parent
BAD = "demo-1.0-cp39-abi3-win_amd64.whl"
GOOD = "demo_beside-1.0-cp39-abi3-win_amd64.whl"
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "demo"
version = "1.0"
description = "A demonstration"
requires-python = ">=3.11"
license = "MIT"
readme = "README.md"
[project.urls]
Source = "https://example.org/demo"
"""


def run(folder: Path, *command: str, status: int = 0, env: Mapping[str, str] | None = None) -> str:
    program = shutil.which(command[0], path=str(PROGRAMS))
    assert program is not None, f"{command[0]} is not installed beside this Python"
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder with wheelcheck as a wheel, where pip finds it."""
    folder = tmp_path_factory.mktemp("links")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    return str(folder)


def project(folder: Path, extra: str = "") -> Path:
    (folder / "pyproject.toml").write_text(PROJECT + extra, "utf-8")
    (folder / "README.md").write_text("# Demo\n", "utf-8")
    (folder / "LICENSE").write_text("MIT\n", "utf-8")
    (folder / "demo").mkdir()
    (folder / "demo/__init__.py").write_text("")
    return folder


@pytest.mark.parametrize("platform", ["linux", "windows", "macos"])
def test_cibuildwheel_takes_the_options(platform: str, tmp_path: Path) -> None:
    project(tmp_path, snippet("toml", "[tool.cibuildwheel]"))
    known = run(tmp_path, "cibuildwheel", "--platform", platform, "--print-build-identifiers")
    assert "cp313-" in known
    wrong = (
        (tmp_path / "pyproject.toml").read_text("utf-8").replace("audit-command", "audit-comand")
    )
    (tmp_path / "pyproject.toml").write_text(wrong, "utf-8")
    run(tmp_path, "cibuildwheel", "--platform", platform, "--print-build-identifiers", status=2)


def test_pre_commit(tmp_path: Path, links: str) -> None:
    config = yaml.safe_load(snippet("yaml", "hooks:"))
    [hook] = config["repos"][0]["hooks"]
    known = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] in {entry["id"] for entry in known}
    run_git(tmp_path, "init", "--quiet")
    env = {"PIP_FIND_LINKS": links, "PRE_COMMIT_HOME": str(tmp_path / ".git/pre-commit")}
    # `try-repo` is for hooks that are not released yet: it takes the work tree.
    command = ("pre-commit", "try-repo", str(ROOT), hook["id"], "--all-files")
    for wheel, status, told in ((BAD, 1, "WC701 missing-library"), (GOOD, 0, "Passed")):
        shutil.copy(ROOT / "testdata/wheels" / wheel, tmp_path)
        run_git(tmp_path, "add", wheel)
        assert told in run(tmp_path, *command, status=status, env=env)
        run_git(tmp_path, "rm", "--quiet", "--force", wheel)


def run_git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def test_nox(tmp_path: Path, links: str) -> None:
    project(tmp_path)
    (tmp_path / "noxfile.py").write_text(snippet("python", "nox.session"), "utf-8")
    told = run(tmp_path, "nox", "--default-venv-backend", "venv", env={"PIP_FIND_LINKS": links})
    assert "demo-1.0-py3-none-any.whl: ok" in told


def test_tox(tmp_path: Path, links: str) -> None:
    project(tmp_path)
    (tmp_path / "tox.toml").write_text(snippet("toml", "[env.wheels]"), "utf-8")
    env = {"PIP_FIND_LINKS": links, "TOX_OVERRIDE": "testenv.pass_env+=PIP_FIND_LINKS"}
    told = run(tmp_path, "tox", "run", "-e", "wheels", env=env)
    assert "demo-1.0-py3-none-any.whl: ok" in told


def test_uvx(tmp_path: Path, links: str) -> None:
    told = run(tmp_path, "uvx", "--find-links", links, "wheelcheck", "--version")
    assert told.strip().splitlines()[-1].startswith("wheelcheck ")


def test_pipx(tmp_path: Path, links: str) -> None:
    env = {"PIP_FIND_LINKS": links, "UV_FIND_LINKS": links}  # it takes uv, if that is there
    told = run(tmp_path, "pipx", "run", "wheelcheck", "--version", env=env)
    assert told.strip().splitlines()[-1].startswith("wheelcheck ")


def test_maturin_has_the_option(tmp_path: Path) -> None:
    told = run(tmp_path, "maturin", "build", "--help")
    assert "--auditwheel <AUDITWHEEL>" in told
    assert "- skip:" in told
